/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what is displayed of a run's cells from the index alone: summaries, verdicts, names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/cell_rows.h"
#include "store/plan_record.h"
#include "store/run_row.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

void indexed_cells_done(struct indexed_cells *cells)
{
    vec_foreach (cell, cells) {
        cell_record_done(&cell->cell);
        judgement_done(&cell->judgement);
    }
    vec_done(cells);
}

/* The columns of CELL_SHOWN after those of every SELECT, then those of VERDICT_SHOWN. */
enum {
    CELL_ATTEMPTS = CELL_REST,
    CELL_ATTEMPT,
    CELL_GRADE,
    CELL_ACCEL,
    CELL_STARTED,
    CELL_ENDED,
    CELL_GAPS,
    CELL_FINDINGS = CELL_GAPS + GAP_UNKNOWN + 1,
    CELL_EVIDENCE = CELL_FINDINGS + SEVERITY_COUNT,
    CELL_EVIDENCE_LEAST,
};
#define CELL_SHOWN                                                                                 \
    CELL_NAMES CELL_SELF ", attempts, attempt, grade, accel, started_ms, ended_ms, "               \
                         "gap_missing, gap_extra, gap_unknown, warn, high, unknown, block, "       \
                         "evidence, evidence_least"

static int read_cell(struct store *store, const char *run_id, unsigned repeat, sqlite3_stmt *row,
                     struct indexed_cell *to, struct error **err)
{
    struct cell_summary *summary = &to->summary;
    int code = cell_row_self(store, run_id, row, repeat, &to->cell, err);

    if (code < 0)
        return code;
    if (!grade_parse((const char *)sqlite3_column_text(row, CELL_GRADE), &summary->grade) ||
        !accel_parse((const char *)sqlite3_column_text(row, CELL_ACCEL), &summary->accel))
        return seal_index_damaged(store, run_id, "a cell", err);
    summary->attempts = (unsigned)sqlite3_column_int64(row, CELL_ATTEMPTS);
    summary->attempt = (unsigned)sqlite3_column_int64(row, CELL_ATTEMPT);
    summary->started_ms = sqlite3_column_int64(row, CELL_STARTED);
    summary->ended_ms = sqlite3_column_int64(row, CELL_ENDED);
    for (int i = 0; i <= GAP_UNKNOWN; i++)
        summary->gaps[i] = (unsigned)sqlite3_column_int64(row, CELL_GAPS + i);
    for (int i = 0; i < SEVERITY_COUNT; i++)
        summary->findings[i] = (unsigned)sqlite3_column_int64(row, CELL_FINDINGS + i);
    summary->evidence = (unsigned)sqlite3_column_int64(row, CELL_EVIDENCE);
    summary->evidence_least = (unsigned)sqlite3_column_int64(row, CELL_EVIDENCE_LEAST);
    return 0;
}

enum {
    VERDICT_JUDGED,
    VERDICT_RULES,
    VERDICT_VERDICT,
    VERDICT_RULE,
    VERDICT_REASON,
    VERDICT_BLAME,
    VERDICT_CASE,
    VERDICT_CASES,
    VERDICT_TOTAL,
    VERDICT_DEFINED,
    VERDICT_LEFT_OUT,
    VERDICT_PARTIAL,
    VERDICT_HAS_PREDICTION,
    VERDICT_PREDICTED,
    VERDICT_OBSERVED,
    VERDICT_FLAKY,
    VERDICT_RAN,
    VERDICT_ROLLUP,
    VERDICT_WHOLE
};

static const char *word(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

/* Reads the verdict of the cell if this version of the rules made it from the current attempts. */
static int read_verdict(struct store *store, const char *run_id, sqlite3_stmt *row, unsigned rules,
                        struct indexed_cell *to, struct error **err)
{
    struct judgement *judgement = &to->judgement;

    if (sqlite3_column_int(row, VERDICT_WHOLE) != 1)
        return seal_index_damaged(store, run_id, "a verdict", err);
    if (sqlite3_column_int64(row, VERDICT_RULES) != (int64_t)rules ||
        !text_equal(word(row, VERDICT_JUDGED), to->cell.digest))
        return 0;
    if (!verdict_parse(word(row, VERDICT_VERDICT), &judgement->verdict) ||
        !verdict_parse(word(row, VERDICT_PREDICTED), &judgement->predicted) ||
        !verdict_parse(word(row, VERDICT_OBSERVED), &judgement->observed) ||
        !blame_parse(word(row, VERDICT_BLAME), &judgement->blame) ||
        !status_parse(word(row, VERDICT_ROLLUP), &judgement->rollup))
        return seal_index_damaged(store, run_id, "a word of a verdict", err);
    judgement->rule = (unsigned)sqlite3_column_int64(row, VERDICT_RULE);
    judgement->reason = sql_text(row, VERDICT_REASON);
    judgement->case_id = sql_text(row, VERDICT_CASE);
    judgement->judged = (unsigned)sqlite3_column_int64(row, VERDICT_CASES);
    judgement->total = (unsigned)sqlite3_column_int64(row, VERDICT_TOTAL);
    judgement->defined = (unsigned)sqlite3_column_int64(row, VERDICT_DEFINED);
    judgement->required_left_out = (unsigned)sqlite3_column_int64(row, VERDICT_LEFT_OUT);
    judgement->partial = sqlite3_column_int(row, VERDICT_PARTIAL) != 0;
    judgement->has_prediction = sqlite3_column_int(row, VERDICT_HAS_PREDICTION) != 0;
    judgement->flaky = sqlite3_column_int(row, VERDICT_FLAKY) != 0;
    judgement->ran = sqlite3_column_int(row, VERDICT_RAN) != 0;
    to->judged = true;
    return 0;
}

/* Reads each cell with its verdict; the statement for verdicts is bound again for each. */
static int read_rows(struct cell_rows *rows, unsigned repeat, unsigned rules, sqlite3_stmt *verdict,
                     struct indexed_cells *cells, struct error **err)
{
    struct store *store = rows->store;
    int code;

    while ((code = cell_rows_next(rows, err)) > 0) {
        struct indexed_cell *cell = vec_add(cells);

        code = read_cell(store, rows->run_id, repeat, rows->row, cell, err);
        if (code < 0)
            return code;
        sqlite3_bind_int64(verdict, 1, sqlite3_column_int64(rows->row, CELL_ROW));
        code = sql_step(store, verdict, err);
        if (code > 0)
            code = read_verdict(store, rows->run_id, verdict, rules, cell, err);
        sqlite3_reset(verdict);
        if (code < 0)
            return code;
    }
    return code;
}

int store_read_index(struct store *store, const char *run_id, unsigned rules,
                     struct indexed_cells *ret_cells, struct error **err)
{
    _cleanup_(indexed_cells_done) struct indexed_cells cells = {0};
    _cleanup_(cell_rows_done) struct cell_rows rows = {0};
    _cleanup_sql_ sqlite3_stmt *verdict = NULL;
    const struct plan_record *plan = NULL;
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = cell_rows_begin(store, run, run_id,
                               "SELECT " CELL_SHOWN " FROM cell WHERE run = ? ORDER BY place",
                               &rows, err);
    if (code == 0)
        code = plan_record_of(store, run, &plan, err);
    if (code == 0)
        code = sql_prepare(store, &verdict, err,
                           "SELECT judged, rules, verdict, rule, reason, blame, case_id, "
                           "judged_cases, total, defined, required_left_out, partial, "
                           "has_prediction, predicted, observed, flaky, ran, rollup, "
                           "digest = row_digest(" VERDICT_SEALED ") FROM verdict WHERE cell = ?",
                           "");
    if (code == 0)
        code = read_rows(&rows, plan->run.plan.repeat, rules, verdict, &cells, err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct indexed_cells){0};
    return 0;
}

int store_read_names(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(cell_rows_done) struct cell_rows rows = {0};
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = cell_rows_begin(store, run, run_id,
                               "SELECT " CELL_NAMES " FROM cell WHERE run = ? ORDER BY place",
                               &rows, err);
    while (code == 0 && (code = cell_rows_next(&rows, err)) > 0)
        code = cell_row_names(store, run_id, rows.row, vec_add(&cells.rows), err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct cell_records){0};
    return 0;
}
