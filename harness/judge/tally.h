/* SPDX-License-Identifier: Apache-2.0 */
/* What came of one case over the attempts of a cell. */
#ifndef TS_JUDGE_TALLY_H
#define TS_JUDGE_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/record.h"
#include "model/result.h"

struct buffer;

struct tally {
    unsigned passed, failed, errors; /* attempts in which it was PASS, FAIL, ERROR */
    unsigned other;                  /* those in which it was none of these, or absent */
    unsigned restored; /* those that began behind a PASS of it in another, and did not execute it */
    enum status status;            /* what all of them come to */
    const struct case_result *row; /* the latest that has this status; NULL: absent */
};

/* attempts: those that count, oldest first, at least one. With cell->repeat above 1 all weigh the
 * same: FAIL without a PASS, or in more than half of them, is FAIL; FAIL and ERROR in more than
 * half is ERROR; one in which it was neither PASS, FAIL nor ERROR makes it that; else it is PASS.
 * Without repeat the latest decides, but a FAIL that no attempt passed stays one whatever broke
 * after it. An install case that was not executed since the guest was restored counts nothing, and
 * only where the attempt that it was restored from counts and passed it; else it is not judged. */
void tally_case(const struct cell_record *cell, const struct planned_case *planned,
                const struct result *const *attempts, size_t count, struct tally *ret_tally);

/* The attempt of the cell whose guest this one's was restored from; NULL: none of these. */
const struct result *tally_origin(const struct result *result, const struct result *const *attempts,
                                  size_t count);

/* It passes, and did not in every attempt. */
bool tally_is_flaky(const struct tally *tally);

/* "failed in 2 of 5 attempts", "failed in 1 and was ERROR in 2 of 5 attempts" */
void tally_say(const struct tally *tally, struct buffer *text);

/* The attempts of a cell that count, into an array of `count` places: not those that the host or
 * the harness cut short, nor those that cannot be judged. Returns how many. */
size_t tally_attempts(const struct cell_record *cell, const struct result *const *attempts,
                      size_t count, const struct result **to);

#endif
