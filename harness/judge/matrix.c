/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix of a run out of the store, and what it comes to. */
#include "judge/matrix.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/tally.h"
#include "store/evidence.h"
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

static char *lost_evidence(const struct result *result, evidence_check *check, const char *home)
{
    if (result->evidence.count == 0)
        return text_dup("there is no evidence behind the result");
    vec_foreach (blob, &result->evidence) {
        _cleanup_error_ struct error *err = NULL;

        if (check(home, blob, &err) == 0)
            continue;
        return text_format("the evidence is not whole: '%s'%s%s%s: %s", blob->name,
                           blob->case_id != NULL ? " of case '" : "",
                           blob->case_id != NULL ? blob->case_id : "",
                           blob->case_id != NULL ? "'" : "", error_message(err));
    }
    return NULL;
}

/* Whether that attempt is behind the latest: it did what this one did not. */
static bool is_origin(const struct matrix_cell *cell, const struct result *result)
{
    return tally_origin(matrix_cell_latest(cell),
                        (const struct result *const *)cell->attempts.items,
                        cell->attempts.count) == result;
}

/* Of a repeated cell every attempt is behind the verdict, else the latest, and the one whose
 * installation it began from. */
char *matrix_cell_evidence(const struct matrix_cell *cell, evidence_check *check, const char *home)
{
    size_t count = cell->attempts.count;

    if (count == 0 || !judgement_is_green(&cell->judgement))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct result *result = cell->attempts.items[i];
        char *lost = cell->cell.repeat > 1 || i + 1 == count || is_origin(cell, result)
                         ? lost_evidence(result, check, home)
                         : NULL;

        if (lost != NULL)
            return lost;
    }
    return NULL;
}

static int is_present(const char *home, const struct evidence *blob, struct error **err)
{
    return evidence_check_present(home, blob->sha256, blob->size, err);
}

int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell cell = {.cell = *record};
    char *lost;

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
    lost = matrix_cell_evidence(&cell, is_present, store_home(store));
    if (lost != NULL)
        judgement_lose_evidence(&cell.judgement, lost);
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

int matrix_exit_code(const struct matrix *matrix, struct exit_policy policy)
{
    size_t ran = 0, skipped = 0;
    bool red = false, open = false, partial = false;

    vec_foreach (cell, &matrix->cells) {
        const struct judgement *judgement = &cell->judgement;

        ran += judgement->ran;
        skipped += judgement->rollup == STATUS_SKIP;
        red = red || judgement->verdict == VERDICT_INCOMPATIBLE ||
              (policy.strict && judgement->verdict == VERDICT_CONDITIONAL);
        open = open || judgement->verdict == VERDICT_NOT_ASSESSED;
        partial = partial || judgement->partial;
    }
    if (matrix->cells.count > 0 && skipped == matrix->cells.count)
        return 4;
    if (ran == 0)
        return 3;
    return red ? 1 : open ? 2 : partial && !policy.allow_partial ? 5 : 0;
}
