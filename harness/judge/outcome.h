/* SPDX-License-Identifier: Apache-2.0 */
/* What a case of a cell counts as when cells are compared: over all attempts that count
 * (judge/tally), and only if the cell could be judged at all. */
#ifndef TS_JUDGE_OUTCOME_H
#define TS_JUDGE_OUTCOME_H

#include "base/text_map.h"
#include "judge/matrix.h"
#include "judge/tally.h"
#include "model/signature.h"

enum outcome { OUTCOME_FAILS, OUTCOME_PASSES, OUTCOME_RAN, OUTCOME_NONE, OUTCOME_COUNT };

struct case_outcome {
    enum outcome outcome;
    enum status status;            /* MISS: there is no outcome; DONE also for a PASS that another
                                      system reports */
    const struct case_result *row; /* of the attempt that shows it; NULL: absent; borrowed */
    bool flaky;
};

/* The attempts of a cell that count; none, if the cell could not be judged. */
struct outcomes {
    const struct matrix_cell *cell; /* NULL: there is no such cell */
    struct counted counted;
    struct text_map planned; /* where each case of the suite is */
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

/* NULL: the suite had no such case, or there is no cell. */
const struct planned_case *outcome_planned(const struct outcomes *outcomes, const char *id);

/* The waiver that lets the failures of a case in the attempts that count pass; NULL: there is none,
 * or the cell cannot be judged. Borrowed from the waivers that the cell was loaded with. */
struct waiver;
const struct waiver *outcome_waiver(const struct outcomes *outcomes, const char *id);

#endif
