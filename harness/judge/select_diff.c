/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select_diff.h"

#include "base/cleanup.h"
#include "model/query_change.h"

/* A subject's place in the diff. */
struct mark {
    bool *hidden;
    struct diff_cell *cell;
};

struct selecting {
    const struct select_with *with;
    struct select_subjects subjects;
    VEC(struct mark) marks; /* of each subject */
};

static void selecting_done(struct selecting *selecting)
{
    select_subjects_done(&selecting->subjects);
    vec_done(&selecting->marks);
}

/* Verdict and grade are those after; a cell that is not in the second run has none. */
static struct facts *add_change(struct selecting *selecting, struct diff_cell *cell, int change,
                                bool *hidden)
{
    struct facts *facts = &vec_add(&selecting->subjects)->own;

    *vec_add(&selecting->marks) = (struct mark){hidden, cell};
    facts_set_text(facts, QUERY_IMAGE, cell->image);
    facts_set_text(facts, QUERY_SUITE, cell->suite);
    facts_of_platform(cell->platform, selecting->with, facts);
    facts_set_word(facts, QUERY_CHANGE, change);
    if (cell->after.present) {
        facts_set_word(facts, QUERY_VERDICT, (int)cell->after.verdict);
        facts_set_word(facts, QUERY_GRADE, (int)cell->after.grade);
    }
    return facts;
}

static void add_cases(struct selecting *selecting, struct diff_cell *cell)
{
    vec_foreach (row, &cell->cases) {
        struct facts *facts = add_change(selecting, cell, (int)row->change, &row->hidden);

        facts_set_text(facts, QUERY_CASE, row->id);
        facts_set_word(facts, QUERY_STATUS, (int)row->after);
        facts_set_word(facts, QUERY_BLAME, (int)row->blame);
        facts_set_text(facts, QUERY_REASON, row->reason);
        facts_set_text(facts, QUERY_SIGNATURE, row->signature);
        facts_set_word(facts, QUERY_WAIVED, row->waived != NULL);
    }
}

static void add_cell(struct selecting *selecting, struct diff_cell *cell)
{
    add_cases(selecting, cell);
    if (diff_verdict_differs(cell))
        facts_set_text(add_change(selecting, cell, QUERY_CHANGE_VERDICT, &cell->verdict_hidden),
                       QUERY_REASON, cell->after.reason);
    if (diff_scope_differs(cell))
        add_change(selecting, cell, QUERY_CHANGE_SCOPE, &cell->scope_hidden);
    vec_foreach (row, &cell->values)
        facts_set_text(add_change(selecting, cell, QUERY_CHANGE_OBSERVATION, &row->hidden),
                       QUERY_CASE, row->case_id);
    vec_foreach (row, &cell->findings) {
        struct facts *facts = add_change(selecting, cell, QUERY_CHANGE_FINDING, &row->hidden);

        facts_set_text(facts, QUERY_FINDING, row->kind);
        facts_set_word(facts, QUERY_SEVERITY, (int)row->severity);
    }
}

void select_diff(const struct query *query, const struct select_with *with, struct run_diff *diff)
{
    _cleanup_(selecting_done) struct selecting selecting = {.with = with};

    vec_foreach (cell, &diff->cells) {
        cell->hidden = true;
        add_cell(&selecting, cell);
    }
    selection_done(&diff->selection);
    selection_make(query, &selecting.subjects, &diff->selection);
    for (size_t i = 0; i < selecting.marks.count; i++) {
        bool shown = selection_shows(&diff->selection, i);

        *selecting.marks.items[i].hidden = !shown;
        selecting.marks.items[i].cell->hidden &= !shown;
    }
}
