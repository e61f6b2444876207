/* SPDX-License-Identifier: Apache-2.0 */
/* Applies a policy to a run. */
#include "judge/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "judge/condition.h"

enum { PASSES = 0, FAILS = 1, NOT_ASSESSED = 2, PARTIAL = 5 };

const char *gate_kind_name(enum gate_kind kind)
{
    static const char *const names[GATE_KIND_COUNT] = {"state",   "expected",  "fails", "unknown",
                                                       "partial", "condition", "grade", "item",
                                                       "level",   "change"};

    return names[kind];
}

struct gate_row *gate_add(struct gate *gate, enum gate_kind kind, bool refused, char *text)
{
    struct gate_row *row = vec_add(&gate->rows);

    row->kind = kind;
    row->refused = refused;
    row->text = text;
    gate->refused += refused;
    gate->reported += !refused;
    return row;
}

static void name_cell(struct gate_row *row, const char *image, const char *platform,
                      const char *suite)
{
    row->image = text_dup(image);
    row->platform = text_dup(platform);
    row->suite = text_dup(suite);
}

static void judge_state(const struct matrix *matrix, struct gate *gate)
{
    if (matrix->run.state != RUN_ENDED)
        gate_add(gate, GATE_STATE, true,
                 text_format("the run has not ended (%s): 'touchstone resume %s' continues it",
                             run_state_name(matrix->run.state), matrix->run.id));
    if (matrix->cells.count == 0)
        gate_add(gate, GATE_STATE, true, text_dup("the run has no cell"));
}

static void judge_expected(const struct policy *policy, const struct matrix *matrix,
                           struct gate *gate)
{
    vec_foreach (which, &policy->expected) {
        bool found = false;

        vec_foreach (cell, &matrix->cells)
            found = found ||
                    policy_matches(which, cell->cell.image, cell->cell.platform, cell->cell.suite);
        if (!found)
            name_cell(gate_add(gate, GATE_EXPECTED, true,
                               text_dup("the run has no such cell, which the policy expects")),
                      which->image, which->platform, which->suite);
    }
}

static const struct policy_cells *row_for(const struct policy *policy, const char *image,
                                          const char *platform, const char *suite)
{
    vec_foreach (row, &policy->cells)
        if (policy_matches(&row->which, image, platform, suite))
            return row;
    return &policy_default;
}

/* Every condition is refused separately, so that a row is only about one. */
static void judge_conditions(const struct policy_cells *rule, const struct matrix_cell *cell,
                             struct gate *gate)
{
    const struct judgement *judgement = &cell->judgement;
    bool named = false;

    if (rule->verdict == VERDICT_COMPATIBLE) {
        bool only_partial = judgement->partial;

        for (enum condition i = 0; i < CONDITION_COUNT; i++)
            only_partial = only_partial &&
                           (i == CONDITION_PARTIAL || !condition_is_named(judgement->reason, i));
        gate_add(gate, only_partial ? GATE_PARTIAL : GATE_CONDITION, true,
                 text_format("conditional, but it must be compatible: %s", judgement->reason));
        return;
    }
    if (judgement->partial && !rule->allow[CONDITION_PARTIAL])
        gate_add(gate, GATE_PARTIAL, true, text_dup(judgement->reason));
    for (enum condition i = 0; i < CONDITION_COUNT; i++) {
        bool holds =
            i == CONDITION_PARTIAL ? judgement->partial : condition_is_named(judgement->reason, i);

        named |= holds;
        if (holds && !rule->allow[i] && i != CONDITION_PARTIAL)
            gate_add(gate, GATE_CONDITION, true,
                     text_format("condition '%s' is not allowed: %s", condition_words.names[i],
                                 judgement->reason));
    }
    /* Whoever decides must see what was let pass. */
    if (condition_is_named(judgement->reason, CONDITION_WAIVED) && rule->allow[CONDITION_WAIVED])
        gate_add(gate, GATE_CONDITION, false, text_dup(judgement->reason));
    if (!named)
        gate_add(gate, GATE_CONDITION, true,
                 text_format("conditional for a reason that the policy cannot know: %s",
                             judgement->reason));
}

static void judge_verdict(const struct policy_cells *rule, const struct matrix_cell *cell,
                          struct gate *gate)
{
    const struct judgement *judgement = &cell->judgement;

    switch (judgement->verdict) {
    case VERDICT_COMPATIBLE:
        return;
    case VERDICT_CONDITIONAL:
        judge_conditions(rule, cell, gate);
        return;
    case VERDICT_INCOMPATIBLE:
        gate_add(gate, GATE_FAILS, true, text_format("incompatible: %s", judgement->reason))
            ->case_id = text_dup(judgement->case_id);
        return;
    default:
        gate_add(gate, GATE_UNKNOWN, true, text_format("not assessed: %s", judgement->reason))
            ->case_id = text_dup(judgement->case_id);
    }
}

static enum grade grade_of(const struct matrix_cell *cell)
{
    return cell->summary.attempts > 0 ? cell->summary.grade : GRADE_NONE;
}

static void judge_cells(const struct policy *policy, const struct matrix *matrix, struct gate *gate)
{
    vec_foreach (cell, &matrix->cells) {
        const struct cell_record *name = &cell->cell;
        const struct policy_cells *rule = row_for(policy, name->image, name->platform, name->suite);
        size_t before = gate->rows.count;
        unsigned refused = gate->refused;

        gate->cells++;
        if (!rule->any) {
            judge_verdict(rule, cell, gate);
            if (gate->refused == refused && grade_of(cell) < rule->grade)
                gate_add(gate, GATE_WEAK, true,
                         text_format("the grade is %s, and must be at least %s",
                                     grade_name(grade_of(cell)), grade_name(rule->grade)));
        }
        gate->passed += gate->rows.count == before;
        for (size_t i = before; i < gate->rows.count; i++)
            name_cell(&gate->rows.items[i], name->image, name->platform, name->suite);
    }
}

/* --- baseline ----------------------------------------------------------------------------- */

struct changes {
    const struct policy *policy;
    struct gate *gate;
};

static void add_change(const struct changes *in, const struct diff_cell *cell,
                       enum policy_change change, bool waived, const char *case_id, char *text)
{
    struct gate_row *row =
        gate_add(in->gate, GATE_CHANGE, !in->policy->reports[change] && !waived, text);

    row->change = change;
    row->case_id = text_dup(case_id);
    name_cell(row, cell->image, cell->platform, cell->suite);
}

static void add_case_change(const struct changes *in, const struct diff_cell *cell,
                            const struct diff_case *row)
{
    static const enum policy_change changes[] = {
        [DIFF_NEW] = POLICY_NEW, [DIFF_MISSING] = POLICY_MISSING, [DIFF_FLAKY] = POLICY_FLAKY};
    static const char *const texts[] = {[DIFF_NEW] = "fails, and did not in the baseline",
                                        [DIFF_MISSING] = "has no outcome, and had one in the "
                                                         "baseline",
                                        [DIFF_FLAKY] = "is flaky, and was not in the baseline"};
    bool waived = row->waived != NULL;

    if (row->change > DIFF_FLAKY)
        return;
    add_change(in, cell, changes[row->change], waived, row->id,
               text_format("case '%s' %s%s%s%s", row->id, texts[row->change],
                           waived ? ", but is waived" : "", row->reason != NULL ? ": " : "",
                           row->reason != NULL ? row->reason : ""));
}

static void add_cell_change(const struct changes *in, const struct diff_cell *cell)
{
    const struct diff_side *before = &cell->before, *after = &cell->after;

    vec_foreach (row, &cell->cases)
        add_case_change(in, cell, row);
    if (diff_verdict_is_worse(cell) && after->present)
        add_change(in, cell, POLICY_VERDICT, after->only_waived, NULL,
                   text_format("%s, and was %s in the baseline", verdict_name(after->verdict),
                               verdict_name(before->verdict)));
    if (!diff_scope_is_less(cell))
        return;
    if (!after->present)
        add_change(in, cell, POLICY_SCOPE, false, NULL,
                   text_dup("the cell is not in the run, and was in the baseline"));
    else
        add_change(
            in, cell, POLICY_SCOPE, false, NULL,
            text_format("%u of %u planned cases judged, %u required, %s; in the baseline %u of "
                        "%u, %u required, %s",
                        after->judged, after->planned, after->required, grade_name(after->grade),
                        before->judged, before->planned, before->required,
                        grade_name(before->grade)));
}

void gate_judge(const struct gate_input *input, struct gate *ret_gate)
{
    const struct changes changes = {input->policy, ret_gate};

    *ret_gate = (struct gate){.refused = 0};
    judge_state(input->matrix, ret_gate);
    judge_expected(input->policy, input->matrix, ret_gate);
    judge_cells(input->policy, input->matrix, ret_gate);
    gate_judge_levels(input, ret_gate);
    if (input->diff == NULL)
        return;
    vec_foreach (cell, &input->diff->cells)
        if (!row_for(input->policy, cell->image, cell->platform, cell->suite)->any)
            add_cell_change(&changes, cell);
}

void gate_done(struct gate *gate)
{
    vec_foreach (row, &gate->rows) {
        free(row->image);
        free(row->platform);
        free(row->suite);
        free(row->case_id);
        free(row->programme);
        free(row->level);
        free(row->item);
        free(row->text);
    }
    vec_done(&gate->rows);
}

int gate_exit_code(const struct gate *gate)
{
    bool unknown = false, partial = false;

    vec_foreach (row, &gate->rows) {
        if (!row->refused)
            continue;
        switch (row->kind) {
        case GATE_STATE:
        case GATE_EXPECTED:
        case GATE_UNKNOWN:
        case GATE_LEVEL:
            unknown = true;
            break;
        case GATE_PARTIAL:
            partial = true;
            break;
        default:
            return FAILS;
        }
    }
    return unknown ? NOT_ASSESSED : partial ? PARTIAL : PASSES;
}
