/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what the cases of a cell count as. */
#include "judge/outcome.h"

#include <string.h>

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

    if (cell == NULL)
        return to;
    cell_index_cases(&cell->cell, &to.planned);
    if (cell->judgement.judged > 0)
        counted_make(&cell->cell, (const struct result *const *)cell->attempts.items,
                     cell->attempts.count, &to.counted);
    return to;
}

void outcomes_done(struct outcomes *outcomes)
{
    counted_done(&outcomes->counted);
    text_map_done(&outcomes->planned);
}

const struct planned_case *outcome_planned(const struct outcomes *outcomes, const char *id)
{
    uint32_t at = text_map_get(&outcomes->planned, id);

    return at != TEXT_MAP_NONE ? &outcomes->cell->cell.cases.items[at] : NULL;
}

const struct waiver *outcome_waiver(const struct outcomes *outcomes, const char *id)
{
    return outcomes->cell != NULL ? judge_waiver(&outcomes->cell->cell, id, &outcomes->counted)
                                  : NULL;
}

struct case_outcome outcome_of_case(const struct outcomes *outcomes, const char *id)
{
    const struct planned_case *planned = outcome_planned(outcomes, id);
    struct tally tally = {.passed = 0};
    enum outcome outcome;

    if (planned == NULL || !planned->planned || outcomes->counted.count == 0)
        return (struct case_outcome){.outcome = OUTCOME_NONE, .status = STATUS_MISS};
    tally_case(&outcomes->cell->cell, planned, &outcomes->counted, &tally);
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
