/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the matrix of a run from the store and computes its exit code. */
#include "judge/matrix.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/tally.h"
#include "model/waiver.h"
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
    selection_done(&matrix->selection);
}

const struct result *matrix_cell_latest(const struct matrix_cell *cell)
{
    return cell->attempts.count > 0 ? cell->attempts.items[cell->attempts.count - 1] : NULL;
}

static char *lost_evidence(const struct result *result, evidence_check *check, void *with)
{
    if (result->evidence.count == 0)
        return text_dup("the result has no evidence");
    vec_foreach (blob, &result->evidence) {
        _cleanup_error_ struct error *err = NULL;

        if (check(with, blob, &err) == 0)
            continue;
        return text_format("the evidence is missing or damaged: '%s'%s%s%s: %s", blob->name,
                           blob->case_id != NULL ? " of case '" : "",
                           blob->case_id != NULL ? blob->case_id : "",
                           blob->case_id != NULL ? "'" : "", error_message(err));
    }
    return NULL;
}

/* True if the latest attempt started from this one's installation. */
static bool is_origin(const struct matrix_cell *cell, const struct result *result)
{
    return tally_origin(matrix_cell_latest(cell),
                        (const struct result *const *)cell->attempts.items,
                        cell->attempts.count) == result;
}

/* The verdict of a repeated cell rests on every attempt, otherwise on the latest and the one whose
 * installation it started from. */
char *matrix_cell_evidence(const struct matrix_cell *cell, evidence_check *check, void *with)
{
    size_t count = cell->attempts.count;

    if (count == 0 || !judgement_is_green(&cell->judgement))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct result *result = cell->attempts.items[i];
        char *lost = cell->cell.repeat > 1 || i + 1 == count || is_origin(cell, result)
                         ? lost_evidence(result, check, with)
                         : NULL;

        if (lost != NULL)
            return lost;
    }
    return NULL;
}

static int is_present(void *store, const struct evidence *blob, struct error **err)
{
    return evidence_check_present(store_home(store), blob->sha256, blob->size, err);
}

/* Reads the attempts of a cell and judges it; evidence is not checked. */
static int judge_record(struct store *store, const char *run_id, struct cell_record *record,
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
        cell_summary_add(&cell.summary, result);
    }
    judge_cell(&cell.cell, (const struct result *const *)cell.attempts.items, cell.attempts.count,
               &cell.judgement);
    *ret_cell = cell;
    memset(&cell, 0, sizeof(cell));
    return 0;
}

int matrix_load_cell(struct store *store, const char *run_id, struct cell_record *record,
                     struct matrix_cell *ret_cell, struct error **err)
{
    int code = judge_record(store, run_id, record, ret_cell, err);
    char *lost;

    if (code < 0)
        return code;
    lost = matrix_cell_evidence(ret_cell, is_present, store);
    if (lost != NULL)
        judgement_lose_evidence(&ret_cell->judgement, lost);
    return 0;
}

int matrix_read_cell(struct store *store, const char *run_id, const struct cell_record *name,
                     struct waivers *waivers, struct matrix_cell *ret_cell, struct error **err)
{
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code = store_read_cell(store, run_id, name, &record, err);

    record.waivers = waivers;
    return code == 0 ? matrix_load_cell(store, run_id, &record, ret_cell, err) : code;
}

int matrix_judge_again(struct store *store, const char *run_id, struct indexed_cell *cell,
                       struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell whole = {0};
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code = store_read_cell(store, run_id, &cell->cell, &record, err);

    if (code == 0)
        code = judge_record(store, run_id, &record, &whole, err);
    if (code < 0)
        return code;
    cell->judgement = whole.judgement;
    whole.judgement = (struct judgement){0};
    return 0;
}

/* Computes the verdicts that are not stored. If they cannot be stored now (another process is
 * writing, the disk is full), they are displayed nevertheless. */
static int judge_rest(struct store *store, const char *run_id, struct indexed_cells *cells,
                      struct error **err)
{
    _cleanup_free_ struct cell_verdict *rows = text_calloc(cells->count + 1, sizeof(*rows));
    _cleanup_error_ struct error *later = NULL;
    size_t count = 0;

    vec_foreach (cell, cells) {
        int code = cell->judged ? 0 : matrix_judge_again(store, run_id, cell, err);

        if (code < 0)
            return code;
        if (!cell->judged)
            rows[count++] = (struct cell_verdict){&cell->cell, &cell->judgement};
    }
    store_put_verdicts(store, run_id, JUDGE_RULES, rows, count, &later);
    return 0;
}

/* Loads a cell completely and takes its judgement, which may differ from the stored one: evidence
 * is looked for, and waivers (may be NULL) apply. */
static int judge_whole(struct store *store, const char *run_id, struct waivers *waivers,
                       struct matrix_cell *cell, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell whole = {0};
    int code = matrix_read_cell(store, run_id, &cell->cell, waivers, &whole, err);

    if (code < 0)
        return code;
    judgement_done(&cell->judgement);
    cell->judgement = whole.judgement;
    whole.judgement = (struct judgement){0};
    return 0;
}

/* The reason of a cell whose evidence may be missing names what is missing. */
static int look_for_evidence(struct store *store, const char *run_id, struct matrix_cell *cell,
                             struct error **err)
{
    return judgement_is_green(&cell->judgement) ? judge_whole(store, run_id, NULL, cell, err) : 0;
}

int matrix_waive_cell(struct store *store, const char *run_id, struct waivers *waivers,
                      struct matrix_cell *cell, struct error **err)
{
    enum verdict verdict = cell->judgement.verdict;
    bool may_differ = (verdict == VERDICT_INCOMPATIBLE && waivers->rows.count > 0) ||
                      (verdict == VERDICT_CONDITIONAL && waivers_have_findings(waivers));

    return may_differ ? judge_whole(store, run_id, waivers, cell, err) : 0;
}

int matrix_apply_waivers(struct store *store, struct waivers *waivers, struct matrix *matrix,
                         struct error **err)
{
    vec_foreach (cell, &matrix->cells) {
        int code = matrix_waive_cell(store, matrix->run.id, waivers, cell, err);

        if (code < 0)
            return code;
    }
    return 0;
}

static bool has_bare_attempt(const struct matrix_cell *cell)
{
    const struct cell_summary *summary = &cell->summary;

    return summary->attempts > 0 &&
           (cell->cell.repeat > 1 ? summary->evidence_least : summary->evidence) == 0;
}

static int look_for_all_evidence(struct store *store, const char *run_id, struct matrix *matrix,
                                 struct error **err)
{
    struct lost_cells lost = {0};
    int code = store_find_lost_cells(store, run_id, false, &lost, err);

    for (size_t i = 0; code == 0 && i < lost.count; i++)
        if (lost.items[i] < matrix->cells.count)
            code = look_for_evidence(store, run_id, &matrix->cells.items[lost.items[i]], err);
    vec_done(&lost);
    vec_foreach (cell, &matrix->cells) {
        if (code == 0 && has_bare_attempt(cell))
            code = look_for_evidence(store, run_id, cell, err);
    }
    return code;
}

int matrix_load(struct store *store, const char *run_id, struct matrix *ret_matrix,
                struct error **err)
{
    _cleanup_(matrix_done) struct matrix matrix = {0};
    _cleanup_(indexed_cells_done) struct indexed_cells cells = {0};
    int code = store_read_run(store, run_id, &matrix.run, err);

    if (code == 0)
        code = store_read_index(store, run_id, JUDGE_RULES, &cells, err);
    if (code == 0)
        code = judge_rest(store, run_id, &cells, err);
    if (code < 0)
        return code;
    vec_foreach (from, &cells) {
        *vec_add(&matrix.cells) = (struct matrix_cell){
            .cell = from->cell, .summary = from->summary, .judgement = from->judgement};
        *from = (struct indexed_cell){.judged = true};
    }
    code = look_for_all_evidence(store, run_id, &matrix, err);
    if (code < 0)
        return code;
    *ret_matrix = matrix;
    matrix = (struct matrix){0};
    return 0;
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
