/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict of a cell. Pure: plain structs in, one judgement out. The first rule that holds:
 *
 *   1 a required case that can be judged at this grade FAILs            incompatible
 *   2 identity mismatch, nothing judged, or a required judgeable case
 *     is ERROR, MISS, SKIP, DONE or absent; the job did not end well;
 *     the list of cases is not the planned one                          not-assessed
 *   3 an optional FAIL, a flaky pass, a required case that this grade
 *     cannot judge                                                      conditional
 *   4 otherwise                                                         compatible
 *
 * "Can be judged" presupposes a guest that is what the plan says and a list of cases that is the
 * planned one: with a wrong identity, an unknown grade or a malformed list nothing can be judged,
 * so a FAIL in it never is the product's, and the cell is not-assessed. Which cases a grade can
 * judge is taken from the plan (native_only cases are not judged below `virtual`), never from the
 * result.
 */
#ifndef TS_JUDGE_JUDGE_H
#define TS_JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/record.h"
#include "model/result.h"

struct judgement {
    enum verdict verdict;
    unsigned rule;      /* 1 to 4, as above */
    char *reason;       /* one line; for compatible what was judged */
    enum blame blame;   /* BLAME_NONE when compatible, or when nobody is to blame */
    char *case_id;      /* the first case that decided, or NULL */
    unsigned judged;    /* coverage n: planned cases, required or optional, that can be judged at
                           this grade and are PASS or FAIL */
    unsigned total;     /* coverage m: all planned cases of the suite */
    bool flaky;         /* a case passed now that failed, or broke, in an earlier attempt */
    bool ran;           /* there is an attempt */
    enum status rollup; /* highest status of the cases, for display only; MISS when there is none */
};
void judgement_done(struct judgement *judgement);

/* attempts: every one of the cell, oldest first; the last is judged, the others only show what is
 * flaky. count 0: no result. */
void judge_cell(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                struct judgement *ret_judgement);

/* Whether this grade can judge the case at all. */
bool judge_can(const struct planned_case *planned, enum grade grade);

#endif
