/* SPDX-License-Identifier: Apache-2.0 */
/* Combines the outcomes of one case over the attempts of a cell. */
#ifndef TS_JUDGE_TALLY_H
#define TS_JUDGE_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/record.h"
#include "model/result.h"

struct buffer;
struct text_map;

/* The attempts of a cell that count, oldest first. */
struct counted {
    const struct result **attempts; /* the array is owned, the results are borrowed */
    struct text_map *rows;          /* where each case is, of each attempt */
    size_t count;
};

/* Not those that the host or the harness cut short, nor those that cannot be judged. Borrows the
 * attempts. Free with counted_done. */
void counted_make(const struct cell_record *cell, const struct result *const *attempts,
                  size_t count, struct counted *ret_counted);
void counted_done(struct counted *counted);
/* NULL: nothing counts. */
const struct result *counted_latest(const struct counted *counted);
/* The row of a case in one of the attempts; NULL: it is absent. */
const struct case_result *counted_row(const struct counted *counted, size_t attempt,
                                      const char *case_id);

struct tally {
    unsigned passed, failed, errors; /* number of attempts in which it was PASS, FAIL, ERROR */
    unsigned other;     /* number of attempts with another status, or in which it is absent */
    unsigned restored;  /* attempts that were restored from a guest in which it had passed, and did
                           not execute it */
    enum status status; /* the combined status */
    const struct case_result *row; /* row of the latest attempt with this status; NULL: absent */
};

/*
 * There is at least one attempt that counts. With cell->repeat above 1 all have the
 * same weight: FAIL without a PASS, or in more than half of them, is FAIL; FAIL and ERROR together
 * in more than half is ERROR; an attempt that is neither PASS, FAIL nor ERROR gives its status;
 * else PASS. Without repeat the latest attempt decides, but a FAIL of a case that passed in no
 * attempt stays FAIL whatever happened later. An install case that was not executed because the
 * guest was restored is ignored, but only if the attempt that it was restored from counts and
 * passed the case; else the case is not judged.
 */
void tally_case(const struct cell_record *cell, const struct planned_case *planned,
                const struct counted *counted, struct tally *ret_tally);

/* The attempt of the cell that this one's guest was restored from; NULL: not among these. */
const struct result *tally_origin(const struct result *result, const struct result *const *attempts,
                                  size_t count);

/* True if it passes, but did not in every attempt. */
bool tally_is_flaky(const struct tally *tally);

/* Appends "failed in 2 of 5 attempts" or "failed in 1 and was ERROR in 2 of 5 attempts". */
void tally_describe(const struct tally *tally, struct buffer *text);

#endif
