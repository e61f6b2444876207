/* SPDX-License-Identifier: Apache-2.0 */
/* What a case of a cell counts as when cells are compared: over all attempts that count
 * (judge/tally), and only if the cell could be judged at all. */
#ifndef TS_JUDGE_OUTCOME_H
#define TS_JUDGE_OUTCOME_H

#include "judge/matrix.h"
#include "model/signature.h"

enum outcome { OUTCOME_FAILS, OUTCOME_PASSES, OUTCOME_RAN, OUTCOME_NONE, OUTCOME_COUNT };

struct case_outcome {
    enum outcome outcome;
    enum status status;            /* MISS: there is no outcome; DONE also for a PASS that another
                                      system reports */
    const struct case_result *row; /* of the attempt that shows it; NULL: absent; borrowed */
    bool flaky;
};

/* The attempts of a cell that count. */
struct outcomes {
    const struct matrix_cell *cell; /* NULL: there is no such cell */
    const struct result **attempts; /* owned */
    size_t count;
};

/* Borrows the cell, which may be NULL. Free with outcomes_done. */
struct outcomes outcomes_of(const struct matrix_cell *cell);
void outcomes_done(struct outcomes *outcomes);

struct case_outcome outcome_of_case(const struct outcomes *outcomes, const char *id);

/* The signature of its failure; "" if the case is absent. */
void outcome_sign(const char *id, const struct case_outcome *outcome,
                  char ret_hex[SIGNATURE_TEXT_SIZE]);
bool outcome_same_failure(const char *id, const struct case_outcome *a,
                          const struct case_outcome *b);

/* NULL: the suite had no such case. The cell may be NULL. */
const struct planned_case *outcome_find_planned(const struct matrix_cell *cell, const char *id);

#endif
