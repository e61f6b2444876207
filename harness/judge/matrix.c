/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run out of the store, and what it comes to. */
#include "judge/matrix.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "store/store.h"

void matrix_done(struct matrix *matrix)
{
    run_record_done(&matrix->run);
    vec_foreach (cell, &matrix->cells) {
        cell_record_done(&cell->cell);
        result_free(cell->latest);
        judgement_done(&cell->judgement);
    }
    vec_done(&matrix->cells);
}

/* All attempts of a cell while it is judged; only the latest is kept. */
struct attempts {
    VEC(struct result *) rows;
};

static void attempts_done(struct attempts *attempts)
{
    vec_foreach (result, &attempts->rows)
        result_free(*result);
    vec_done(&attempts->rows);
}

static int load_cell(struct store *store, const char *run_id, struct matrix_cell *cell,
                     struct error **err)
{
    _cleanup_(attempts_done) struct attempts attempts = {0};

    vec_foreach (number, &cell->cell.attempts) {
        struct result *result = NULL;
        int code = store_read_result(store, run_id, cell->cell.job_id, *number, &result, err);

        if (code < 0)
            return code;
        *vec_add(&attempts.rows) = result;
    }
    judge_cell(&cell->cell, (const struct result *const *)attempts.rows.items, attempts.rows.count,
               &cell->judgement);
    if (attempts.rows.count > 0)
        cell->latest = steal_ptr(attempts.rows.items[attempts.rows.count - 1]);
    return 0;
}

int matrix_load(struct store *store, const char *run_id, struct matrix *ret_matrix,
                struct error **err)
{
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = store_read_run(store, run_id, &matrix.run, err);

    if (code == 0)
        code = store_read_cells(store, run_id, &cells, err);
    if (code < 0)
        return code;
    vec_foreach (record, &cells.rows) {
        struct matrix_cell *cell = vec_add(&matrix.cells);

        cell->cell = *record;
        *record = (struct cell_record){0};
        code = load_cell(store, run_id, cell, err);
        if (code < 0)
            return code;
    }
    *ret_matrix = matrix;
    matrix = (struct matrix){0};
    return 0;
}

int matrix_remember(struct store *store, const struct matrix *matrix, struct error **err)
{
    _cleanup_free_ struct cell_verdict *rows = text_calloc(matrix->cells.count, sizeof(*rows));
    struct cell_verdict *row = rows;

    vec_foreach (cell, &matrix->cells)
        *row++ = (struct cell_verdict){&cell->cell, cell->judgement.verdict, cell->judgement.rule,
                                       cell->judgement.reason};
    return store_put_verdicts(store, matrix->run.id, rows, matrix->cells.count, err);
}

int matrix_exit_code(const struct matrix *matrix, bool strict)
{
    size_t ran = 0, skipped = 0;
    bool red = false, open = false;

    vec_foreach (cell, &matrix->cells) {
        const struct judgement *judgement = &cell->judgement;

        ran += judgement->ran;
        skipped += judgement->rollup == STATUS_SKIP;
        red = red || judgement->verdict == VERDICT_INCOMPATIBLE ||
              (strict && judgement->verdict == VERDICT_CONDITIONAL);
        open = open || judgement->verdict == VERDICT_NOT_ASSESSED;
    }
    if (matrix->cells.count > 0 && skipped == matrix->cells.count)
        return 4;
    if (ran == 0)
        return 3;
    return red ? 1 : open ? 2 : 0;
}
