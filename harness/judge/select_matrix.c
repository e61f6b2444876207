/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select_matrix.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "store/store.h"

int select_matrix(struct store *store, const struct query *query, const struct select_with *with,
                  struct matrix *matrix, struct error **err)
{
    _cleanup_(select_subjects_done) struct select_subjects subjects = {0};
    _cleanup_strv_ struct strv texts = {0};
    const struct run_record *run = &matrix->run;
    const struct select_run about = {run->id, run->plan.label, run->plan.build, run->state,
                                     run->created_ms};

    vec_foreach (cell, &matrix->cells) {
        struct select_subject *subject = vec_add(&subjects);
        int code = facts_read_cell(store, run->id, cell, query, &texts, subject, err);

        if (code < 0)
            return code;
        facts_of_run(&about, with, &subject->own);
        facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, with, &subject->own);
    }
    selection_done(&matrix->selection);
    selection_make(query, &subjects, &matrix->selection);
    return 0;
}
