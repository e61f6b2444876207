/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select_history.h"

#include <string.h>

#include "base/cleanup.h"

static long find_before(const struct history_rows *rows, size_t at)
{
    const struct history_row *row = &rows->items[at];
    const char *run = NULL;
    long before = SELECT_FIRST;

    for (size_t i = at; i > 0; i--) {
        const struct history_row *other = &rows->items[i - 1];

        if (strcmp(other->run_id, row->run_id) == 0)
            continue;
        if (run != NULL && strcmp(other->run_id, run) != 0)
            break;
        if (strcmp(other->cell.cell.image, row->cell.cell.image) == 0)
            return (long)i - 1;
        if (run == NULL)
            before = (long)i - 1;
        run = other->run_id;
    }
    return before;
}

static void add_case(const struct history_row *row, struct facts *facts)
{
    facts_set_word(facts, QUERY_STATUS, (int)row->seen.status);
    facts_set_word(facts, QUERY_BLAME, (int)row->seen.blame);
    facts_set_word(facts, QUERY_FLAKY, history_is_flaky(row, true));
    facts_set_text(facts, QUERY_SIGNATURE, row->seen.signature);
}

void select_history(const struct history_rows *rows, bool of_case, const struct query *query,
                    const struct select_with *with, struct selection *ret_selection)
{
    _cleanup_(select_subjects_done) struct select_subjects subjects = {0};

    vec_foreach (row, rows) {
        struct select_subject *subject = vec_add(&subjects);
        const struct judgement *judgement = &row->cell.judgement;

        subject->before = find_before(rows, (size_t)(row - rows->items));
        facts_of_run(
            &(struct select_run){row->run_id, row->label, row->build, row->state, row->created_ms},
            with, &subject->own);
        facts_of_cell(&row->cell.cell, &row->cell.summary, judgement, with, &subject->own);
        facts_set_word(&subject->own, QUERY_BLAME, (int)judgement->blame);
        facts_set_text(&subject->own, QUERY_REASON, judgement->reason);
        if (of_case)
            add_case(row, &subject->own);
    }
    selection_make(query, &subjects, ret_selection);
}
