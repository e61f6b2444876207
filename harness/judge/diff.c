/* SPDX-License-Identifier: Apache-2.0 */
/* Compares two cells: their cases, values and findings. */
#include "judge/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/condition.h"
#include "judge/diff_facts.h"
#include "judge/judge.h"
#include "judge/outcome.h"
#include "model/waiver.h"

const char *diff_change_name(enum diff_change change)
{
    static const char *const names[DIFF_CHANGE_COUNT] = {"new",   "missing", "flaky",
                                                         "still", "fixed",   "added"};

    return names[change];
}

static enum diff_change change_of(const struct case_outcome *before,
                                  const struct case_outcome *after)
{
    static const enum diff_change changes[OUTCOME_COUNT][OUTCOME_COUNT] = {
        [OUTCOME_FAILS] = {DIFF_STILL, DIFF_FIXED, DIFF_MISSING, DIFF_MISSING},
        [OUTCOME_PASSES] = {DIFF_NEW, DIFF_SAME, DIFF_MISSING, DIFF_MISSING},
        [OUTCOME_RAN] = {DIFF_NEW, DIFF_ADDED, DIFF_SAME, DIFF_MISSING},
        [OUTCOME_NONE] = {DIFF_NEW, DIFF_ADDED, DIFF_ADDED, DIFF_SAME},
    };
    enum diff_change change = changes[before->outcome][after->outcome];

    return change == DIFF_SAME && after->flaky && !before->flaky ? DIFF_FLAKY : change;
}

static char *why(enum diff_change change, const struct case_outcome *after,
                 const struct outcomes *outcomes, const struct planned_case *planned)
{
    const struct matrix_cell *cell = outcomes->cell;

    if (change != DIFF_MISSING)
        return text_dup(after->row != NULL ? after->row->reason : NULL);
    if (cell == NULL)
        return text_dup("the cell is not in the run");
    if (planned == NULL)
        return text_dup("the suite no longer has the case");
    if (!planned->planned)
        return text_dup("the plan leaves it out");
    if (after->row != NULL && after->row->reason != NULL)
        return text_dup(after->row->reason);
    /* The reason of the cell may be about another case. */
    if (after->row == NULL && outcomes->counted.count > 0)
        return text_dup("the result lacks the case");
    return text_dup(cell->judgement.reason);
}

static void add_case(const char *id, const struct outcomes *old, const struct outcomes *new,
                     struct diff_cell *to)
{
    const struct case_outcome before = outcome_of_case(old, id), after = outcome_of_case(new, id);
    enum diff_change change = change_of(&before, &after);
    struct diff_case *row;

    if (change == DIFF_SAME)
        return;
    row = vec_add(&to->cases);
    row->id = text_dup(id);
    row->change = change;
    row->before = before.status;
    row->after = after.status;
    if (after.outcome == OUTCOME_FAILS && after.row != NULL)
        row->blame = after.row->blame;
    outcome_sign(id, &after, row->signature);
    row->other_failure = change == DIFF_STILL && !outcome_same_failure(id, &before, &after);
    row->reason = why(change, &after, new, outcome_planned(new, id));
    if (after.outcome == OUTCOME_FAILS)
        row->waived = waiver_describe(outcome_waiver(new, id));
}

/* The cases of the second run's suite, then those that only the first has. */
static void compare_cases(const struct matrix_cell *before, const struct matrix_cell *after,
                          struct diff_cell *to)
{
    _cleanup_(outcomes_done) struct outcomes old = outcomes_of(before);
    _cleanup_(outcomes_done) struct outcomes new = outcomes_of(after);

    if (after != NULL)
        vec_foreach (planned, &after->cell.cases)
            add_case(planned->id, &old, &new, to);
    if (before != NULL)
        vec_foreach (planned, &before->cell.cases)
            if (outcome_planned(&new, planned->id) == NULL)
                add_case(planned->id, &old, &new, to);
}

static void describe(const struct matrix_cell *cell, struct diff_side *to)
{
    if (cell == NULL)
        return;
    to->present = true;
    to->verdict = cell->judgement.verdict;
    to->grade = cell->summary.attempts > 0 ? cell->summary.grade : GRADE_NONE;
    to->judged = cell->judgement.judged;
    to->planned = cell->judgement.total;
    to->defined = cell->judgement.defined;
    to->required_left_out = cell->judgement.required_left_out;
    vec_foreach (planned, &cell->cell.cases)
        to->required += planned->required;
    to->reason = text_dup(cell->judgement.reason);
    to->only_waived = cell->cell.waivers != NULL && condition_is_only_waived(&cell->judgement);
}

void diff_cells(const struct matrix_cell *before, const struct matrix_cell *after,
                struct diff_cell *ret_cell)
{
    const struct matrix_cell *any = after != NULL ? after : before;

    *ret_cell = (struct diff_cell){.image = text_dup(any->cell.image),
                                   .platform = text_dup(any->cell.platform),
                                   .suite = text_dup(any->cell.suite)};
    describe(before, &ret_cell->before);
    describe(after, &ret_cell->after);
    compare_cases(before, after, ret_cell);
    diff_facts(before, after, ret_cell);
}

void diff_cell_done(struct diff_cell *cell)
{
    free(cell->image);
    free(cell->platform);
    free(cell->suite);
    free(cell->before.reason);
    free(cell->after.reason);
    free(cell->before.run_id);
    free(cell->before.image);
    free(cell->product_before);
    free(cell->product_after);
    vec_foreach (row, &cell->cases) {
        free(row->id);
        free(row->reason);
        free(row->waived);
    }
    vec_done(&cell->cases);
    vec_foreach (row, &cell->values) {
        free(row->case_id);
        free(row->key);
        free(row->before);
        free(row->after);
    }
    vec_done(&cell->values);
    vec_foreach (row, &cell->findings) {
        free(row->kind);
        free(row->place);
        free(row->symbol);
    }
    vec_done(&cell->findings);
}

static int rank(const struct diff_side *side)
{
    if (!side->present)
        return 0;
    return side->verdict == VERDICT_COMPATIBLE ? 2 : side->verdict == VERDICT_CONDITIONAL ? 1 : 0;
}

bool diff_verdict_differs(const struct diff_cell *cell)
{
    return cell->before.present != cell->after.present ||
           cell->before.verdict != cell->after.verdict;
}

bool diff_scope_differs(const struct diff_cell *cell)
{
    const struct diff_side *before = &cell->before, *after = &cell->after;

    return before->present && after->present &&
           (before->judged != after->judged || before->planned != after->planned ||
            before->defined != after->defined || before->required != after->required ||
            before->grade != after->grade);
}

bool diff_verdict_is_worse(const struct diff_cell *cell)
{
    return cell->before.present && rank(&cell->after) < rank(&cell->before);
}

bool diff_scope_is_less(const struct diff_cell *cell)
{
    const struct diff_side *before = &cell->before, *after = &cell->after;

    return before->present &&
           (!after->present || after->judged < before->judged || after->planned < before->planned ||
            after->required < before->required ||
            after->required_left_out > before->required_left_out || after->grade < before->grade);
}

bool diff_cell_is_worse(const struct diff_cell *cell)
{
    return (diff_verdict_is_worse(cell) && !cell->after.only_waived) || diff_scope_is_less(cell);
}

bool diff_cell_is_same(const struct diff_cell *cell)
{
    const struct diff_side *before = &cell->before, *after = &cell->after;

    return cell->cases.count == 0 && cell->values.count == 0 && cell->findings.count == 0 &&
           cell->product_after == NULL && before->present == after->present &&
           before->verdict == after->verdict && before->grade == after->grade &&
           before->judged == after->judged && before->planned == after->planned &&
           before->defined == after->defined && before->required == after->required &&
           before->required_left_out == after->required_left_out;
}
