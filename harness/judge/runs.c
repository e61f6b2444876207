/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the list of runs and counts the verdicts of those that have no current counts. */
#include "judge/runs.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/matrix.h"
#include "store/store.h"

static void count_cells(const struct matrix *matrix, struct run_counts *to)
{
    *to = (struct run_counts){.partial = 0};
    vec_foreach (cell, &matrix->cells) {
        to->verdicts[cell->judgement.verdict]++;
        to->partial += cell->judgement.partial;
        to->emulated += cell->summary.attempts > 0 && cell->summary.grade == GRADE_EMULATED;
    }
}

/* If the counts cannot be stored now, they are displayed nevertheless. */
static void count_run(struct store *store, struct listed_run *run)
{
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_error_ struct error *damage = NULL, *later = NULL;

    if (matrix_load(store, run->id, &matrix, &damage) < 0) {
        run->damage = text_dup(error_message(damage));
        return;
    }
    count_cells(&matrix, &run->counts);
    run->counted = true;
    store_put_counts(store, run, JUDGE_RULES, &later);
}

int runs_load(struct store *store, struct listed_runs *ret_runs, struct error **err)
{
    int code = store_read_runs(store, JUDGE_RULES, ret_runs, err);

    if (code < 0)
        return code;
    vec_foreach (run, ret_runs)
        if (run->damage == NULL && !run->counted)
            count_run(store, run);
    return 0;
}
