/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what the cases of a cell count as. */
#include "judge/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "judge/tally.h"

static enum outcome outcome_of_status(enum status status)
{
    switch (status) {
    case STATUS_FAIL:
    case STATUS_ERROR:
        return OUTCOME_FAILS;
    case STATUS_PASS:
        return OUTCOME_PASSES;
    case STATUS_DONE:
        return OUTCOME_RAN;
    default:
        return OUTCOME_NONE;
    }
}

struct outcomes outcomes_of(const struct matrix_cell *cell)
{
    struct outcomes to = {.cell = cell};

    if (cell == NULL || cell->judgement.judged == 0)
        return to;
    to.attempts = text_calloc(cell->attempts.count + 1, sizeof(*to.attempts));
    to.count = tally_attempts(&cell->cell, (const struct result *const *)cell->attempts.items,
                              cell->attempts.count, to.attempts);
    return to;
}

void outcomes_done(struct outcomes *outcomes)
{
    free(outcomes->attempts);
}

const struct planned_case *outcome_find_planned(const struct matrix_cell *cell, const char *id)
{
    if (cell != NULL)
        vec_foreach (planned, &cell->cell.cases)
            if (strcmp(planned->id, id) == 0)
                return planned;
    return NULL;
}

struct case_outcome outcome_of_case(const struct outcomes *outcomes, const char *id)
{
    const struct planned_case *planned = outcome_find_planned(outcomes->cell, id);
    struct tally tally = {.passed = 0};
    enum outcome outcome;

    if (planned == NULL || !planned->planned || outcomes->count == 0)
        return (struct case_outcome){.outcome = OUTCOME_NONE, .status = STATUS_MISS};
    tally_case(&outcomes->cell->cell, planned, outcomes->attempts, outcomes->count, &tally);
    outcome = outcome_of_status(tally.status);
    if (outcome == OUTCOME_PASSES && outcomes->cell->summary.grade == GRADE_REPORTED) {
        outcome = OUTCOME_RAN;
        tally.status = STATUS_DONE;
    }
    return (struct case_outcome){outcome, outcome == OUTCOME_NONE ? STATUS_MISS : tally.status,
                                 tally.row, tally_is_flaky(&tally)};
}

void outcome_sign(const char *id, const struct case_outcome *outcome,
                  char ret_hex[SIGNATURE_TEXT_SIZE])
{
    *ret_hex = '\0';
    if (outcome->row != NULL)
        failure_signature(id, outcome->status, outcome->row->blame, outcome->row->reason, ret_hex);
}

bool outcome_same_failure(const char *id, const struct case_outcome *a,
                          const struct case_outcome *b)
{
    char first[SIGNATURE_TEXT_SIZE], second[SIGNATURE_TEXT_SIZE];

    outcome_sign(id, a, first);
    outcome_sign(id, b, second);
    return strcmp(first, second) == 0;
}
