/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the history of a cell. */
#include "store/history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/indexed_row.h"
#include "store/seal.h"
#include "store/sql.h"

void history_rows_done(struct history_rows *rows)
{
    vec_foreach (row, rows) {
        free(row->run_id);
        free(row->label);
        free(row->build);
        cell_record_done(&row->cell.cell);
        judgement_done(&row->cell.judgement);
    }
    vec_done(rows);
}

int store_read_all_names(struct store *store, struct cell_records *ret_cells, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT DISTINCT image, platform, suite FROM cell "
                           "ORDER BY image, platform, suite",
                           "");

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct cell_record *cell = vec_add(&cells.rows);

        cell->image = sql_text(row, 0);
        cell->platform = sql_text(row, 1);
        cell->suite = sql_text(row, 2);
        code = 0;
    }
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct cell_records){0};
    return 0;
}

/* The statements that are bound again for each cell. */
struct reading {
    struct store *store;
    sqlite3_stmt *run, *verdict, *attempts;
    const char *case_id;
    unsigned rules;
};

static void reading_done(struct reading *reading)
{
    sqlite3_finalize(reading->run);
    sqlite3_finalize(reading->verdict);
    sqlite3_finalize(reading->attempts);
}

/* Bound: the run. */
static const char select_run[] =
    "SELECT r.id, r.created_ms, r.state, i.label, i.build, " RUN_ROWS_SOUND " "
    "FROM run r JOIN run_index i USING (run) WHERE r.run = ?1";

/* Bound: the case and the cell. */
static const char select_attempts[] =
    "SELECT status, case_result.blame, duration_ms, case_result.signature FROM attempt "
    "LEFT JOIN case_result ON case_result.attempt = attempt.attempt AND case_result.id = ?1 "
    "WHERE attempt.cell = ?2 ORDER BY number";

static int prepare(struct reading *reading, struct error **err)
{
    struct store *store = reading->store;
    int code = sql_prepare(store, &reading->run, err, select_run, "");

    if (code == 0)
        code = indexed_row_prepare(store, &reading->verdict, err);
    return code == 0 ? sql_prepare(store, &reading->attempts, err, select_attempts, "") : code;
}

static int read_run(const struct reading *reading, int64_t run, struct history_row *to,
                    struct error **err)
{
    sqlite3_stmt *row = reading->run;
    int code;

    sqlite3_bind_int64(row, 1, run);
    code = sql_step(reading->store, row, err);
    if (code <= 0)
        return code < 0 ? code : seal_index_damaged(reading->store, "?", "a run", err);
    to->run_id = sql_text(row, 0);
    to->created_ms = sqlite3_column_int64(row, 1);
    to->label = sql_text(row, 3);
    to->build = sql_text(row, 4);
    if (!run_state_parse((const char *)sqlite3_column_text(row, 2), &to->state) ||
        sqlite3_column_int(row, 5) != 1)
        code = seal_index_damaged(reading->store, to->run_id, "its row", err);
    sqlite3_reset(row);
    return code < 0 ? code : 0;
}

static void add_attempt(sqlite3_stmt *row, struct history_case *to)
{
    const char *signature = (const char *)sqlite3_column_text(row, 3);

    to->status = STATUS_MISS;
    to->blame = BLAME_NONE;
    status_parse((const char *)sqlite3_column_text(row, 0), &to->status);
    blame_parse((const char *)sqlite3_column_text(row, 1), &to->blame);
    to->duration_ms = sqlite3_column_int64(row, 2);
    snprintf(to->signature, sizeof(to->signature), "%s", signature != NULL ? signature : "");
    to->passed += to->status == STATUS_PASS;
    to->failed += to->status == STATUS_FAIL;
    to->errors += to->status == STATUS_ERROR;
    to->other +=
        to->status != STATUS_PASS && to->status != STATUS_FAIL && to->status != STATUS_ERROR;
}

static int read_case(const struct reading *reading, int64_t cell, struct history_case *to,
                     struct error **err)
{
    int code;

    to->status = STATUS_MISS;
    sqlite3_bind_text(reading->attempts, 1, reading->case_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(reading->attempts, 2, cell);
    while ((code = sql_step(reading->store, reading->attempts, err)) > 0)
        if (sqlite3_column_type(reading->attempts, 0) != SQLITE_NULL)
            add_attempt(reading->attempts, to);
        else
            to->other++;
    sqlite3_reset(reading->attempts);
    return code;
}

static int read_row(const struct reading *reading, sqlite3_stmt *cell, struct history_row *to,
                    struct error **err)
{
    int code = read_run(reading, sqlite3_column_int64(cell, CELL_SHOWN_COUNT), to, err);

    to->cell_row = sqlite3_column_int64(cell, CELL_ROW);
    if (code == 0)
        code = indexed_row_read(reading->store, to->run_id, 1, reading->rules, cell,
                                reading->verdict, &to->cell, err);
    return code == 0 && reading->case_id != NULL
               ? read_case(reading, sqlite3_column_int64(cell, CELL_ROW), &to->seen, err)
               : code;
}

int store_read_history(struct store *store, const struct strv *images, const char *platform,
                       const char *suite, const char *case_id, unsigned rules,
                       struct history_rows *ret_rows, struct error **err)
{
    _cleanup_(history_rows_done) struct history_rows rows = {0};
    _cleanup_(reading_done) struct reading reading = {
        .store = store, .case_id = case_id, .rules = rules};
    _cleanup_sql_ sqlite3_stmt *cell = NULL;
    int code = prepare(&reading, err);

    if (code == 0)
        code = sql_prepare(store, &cell, err,
                           "SELECT " CELL_SHOWN ", run FROM cell WHERE suite = ? AND platform = ? "
                           "ORDER BY (SELECT created_ms FROM run WHERE run.run = cell.run), run, "
                           "place",
                           "tt", suite, platform);
    while (code == 0 && (code = sql_step(store, cell, err)) > 0) {
        const char *image = (const char *)sqlite3_column_text(cell, CELL_IMAGE);

        code = image != NULL && strv_has(images, image)
                   ? read_row(&reading, cell, vec_add(&rows), err)
                   : 0;
    }
    if (code < 0)
        return code;
    *ret_rows = rows;
    rows = (struct history_rows){0};
    return 0;
}
