/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run out of the store, and what it comes to. */
#include "judge/matrix.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "store/store.h"

void matrix_cell_done(struct matrix_cell *cell)
{
    cell_record_done(&cell->cell);
    vec_foreach (result, &cell->attempts)
        result_free(*result);
    vec_done(&cell->attempts);
    judgement_done(&cell->judgement);
}

void matrix_done(struct matrix *matrix)
{
    run_record_done(&matrix->run);
    vec_foreach (cell, &matrix->cells)
        matrix_cell_done(cell);
    vec_done(&matrix->cells);
}

const struct result *matrix_cell_latest(const struct matrix_cell *cell)
{
    return cell->attempts.count > 0 ? cell->attempts.items[cell->attempts.count - 1] : NULL;
}

int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {.cell = *record};

    *record = (struct cell_record){0};
    vec_foreach (number, &cell.cell.attempts) {
        struct result *result = NULL;
        int code = store_read_result(store, run_id, cell.cell.job_id, *number, &result, err);

        if (code < 0)
            return code;
        *vec_add(&cell.attempts) = result;
    }
    judge_cell(&cell.cell, (const struct result *const *)cell.attempts.items, cell.attempts.count,
               &cell.judgement);
    *ret_cell = cell;
    memset(&cell, 0, sizeof(cell));
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
    for (size_t i = 0; code == 0 && i < cells.rows.count; i++)
        code = matrix_load_cell(store, run_id, &cells.rows.items[i], vec_add(&matrix.cells), err);
    if (code < 0)
        return code;
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
