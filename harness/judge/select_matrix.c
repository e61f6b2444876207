/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select_matrix.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "store/store.h"

struct selecting {
    struct store *store;
    const struct query *query;
    const struct select_with *with;
    struct select_subjects subjects;
    struct strv texts;
};

static void selecting_done(struct selecting *selecting)
{
    select_subjects_done(&selecting->subjects);
    strv_done(&selecting->texts);
}

static int add_cell(struct selecting *selecting, const struct select_run *run,
                    const struct matrix_cell *cell, const char *line, struct error **err)
{
    struct select_subject *subject = vec_add(&selecting->subjects);
    int code = facts_read_cell(selecting->store, run->id, cell, selecting->query->uses,
                               &selecting->texts, subject, err);

    if (code < 0)
        return code;
    subject->line = line;
    facts_of_run(run, selecting->with, &subject->own);
    facts_of_cell(&cell->cell, &cell->summary, &cell->judgement, selecting->with, &subject->own);
    return 0;
}

static void apply(const struct selecting *selecting, struct matrix *matrix)
{
    selection_done(&matrix->selection);
    selection_make(selecting->query, &selecting->subjects, &matrix->selection);
}

int select_matrix(struct store *store, const struct query *query, const struct select_with *with,
                  struct matrix *matrix, struct error **err)
{
    _cleanup_(selecting_done) struct selecting selecting = {
        .store = store, .query = query, .with = with};
    const struct run_record *run = &matrix->run;
    const struct select_run about = {run->id, run->plan.label, run->plan.build, run->state,
                                     run->created_ms};

    vec_foreach (cell, &matrix->cells) {
        int code = add_cell(&selecting, &about, cell, NULL, err);

        if (code < 0)
            return code;
    }
    apply(&selecting, matrix);
    return 0;
}

int select_across(struct store *store, const struct query *query, const struct select_with *with,
                  struct across *across, struct error **err)
{
    _cleanup_(selecting_done) struct selecting selecting = {
        .store = store, .query = query, .with = with};

    for (size_t i = 0; i < across->matrix.cells.count; i++) {
        const struct across_origin *origin = &across->origins.items[i];
        const struct ended_run *run = origin->run;
        const struct select_run about = {run->id, run->label, run->build, RUN_ENDED,
                                         run->created_ms};
        int code = add_cell(&selecting, &about, &across->matrix.cells.items[i], origin->line, err);

        if (code < 0)
            return code;
    }
    apply(&selecting, &across->matrix);
    return 0;
}
