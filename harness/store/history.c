/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the history of a cell. */
#include "store/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/indexed_row.h"
#include "store/outcomes.h"
#include "store/seal.h"
#include "store/sql.h"

static void row_done(struct history_row *row)
{
    free(row->run_id);
    free(row->label);
    free(row->build);
    cell_record_done(&row->cell.cell);
    judgement_done(&row->cell.judgement);
}

void history_rows_done(struct history_rows *rows)
{
    vec_foreach (row, rows)
        row_done(row);
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
    sqlite3_stmt *run, *verdict, *outcomes;
    const char *case_id;
    unsigned rules;
};

static void reading_done(struct reading *reading)
{
    sqlite3_finalize(reading->run);
    sqlite3_finalize(reading->verdict);
    sqlite3_finalize(reading->outcomes);
}

/* Bound: the run. */
static const char select_run[] =
    "SELECT r.id, r.created_ms, r.state, i.label, i.build, " RUN_ROWS_SOUND ", i.aside "
    "FROM run r JOIN run_index i USING (run) WHERE r.run = ?1";

static int prepare(struct reading *reading, struct error **err)
{
    struct store *store = reading->store;
    int code = sql_prepare(store, &reading->run, err, select_run, "");

    if (code == 0)
        code = indexed_row_prepare(store, &reading->verdict, err);
    return code == 0 ? outcomes_prepare(store, &reading->outcomes, err) : code;
}

static int read_run(const struct reading *reading, int64_t run, struct history_row *to,
                    struct error **err)
{
    sqlite3_stmt *row = reading->run;
    int code;

    sqlite3_bind_int64(row, 1, run);
    code = sql_step(reading->store, row, err);
    if (code == 0) /* a cell without a run */
        code = seal_check_orphans(reading->store, err);
    if (code <= 0)
        return code < 0 ? code : seal_index_damaged(reading->store, "?", "a run", err);
    to->run_id = sql_text(row, 0);
    to->created_ms = sqlite3_column_int64(row, 1);
    to->label = sql_text(row, 3);
    to->build = sql_text(row, 4);
    to->aside = sqlite3_column_int(row, 6) == 1;
    if (!run_state_parse((const char *)sqlite3_column_text(row, 2), &to->state) ||
        sqlite3_column_int(row, 5) != 1)
        code = seal_index_damaged(reading->store, to->run_id, "its row", err);
    sqlite3_reset(row);
    return code < 0 ? code : 0;
}

/* The case that is looked for, in the attempts of a cell. */
struct seeking {
    const char *case_id;
    struct history_case *to;
};

static void add_outcome(const struct case_outcome *row, struct history_case *to)
{
    to->status = row->status;
    to->blame = row->blame;
    to->duration_ms = row->duration_ms;
    memcpy(to->signature, row->signature, sizeof(to->signature));
    to->passed += row->status == STATUS_PASS;
    to->failed += row->status == STATUS_FAIL;
    to->errors += row->status == STATUS_ERROR;
    to->other +=
        row->status != STATUS_PASS && row->status != STATUS_FAIL && row->status != STATUS_ERROR;
}

static void seek(void *with, const struct attempt_outcomes *attempt)
{
    const struct seeking *seeking = with;
    bool found = false;

    vec_foreach (row, &attempt->cases) {
        if (strcmp(row->id, seeking->case_id) != 0)
            continue;
        found = true;
        add_outcome(row, seeking->to);
    }
    seeking->to->other += !found;
}

static int read_case(const struct reading *reading, const struct history_row *row,
                     struct history_case *to, struct error **err)
{
    struct seeking seeking = {reading->case_id, to};

    to->status = STATUS_MISS;
    return outcomes_read(reading->store, row->run_id, reading->outcomes, row->cell_row, seek,
                         &seeking, err);
}

static int read_row(const struct reading *reading, sqlite3_stmt *cell, struct history_row *to,
                    struct error **err)
{
    int code = read_run(reading, sqlite3_column_int64(cell, CELL_SHOWN_COUNT), to, err);

    to->cell_row = sqlite3_column_int64(cell, CELL_ROW);
    if (code == 0)
        code = indexed_row_read(reading->store, to->run_id, 1, reading->rules, cell,
                                reading->verdict, &to->cell, err);
    return code == 0 && reading->case_id != NULL ? read_case(reading, to, &to->seen, err) : code;
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
        if (code == 0 && rows.count > 0 && rows.items[rows.count - 1].aside) {
            row_done(&rows.items[--rows.count]);
            rows.aside++;
        }
    }
    if (code < 0)
        return code;
    *ret_rows = rows;
    rows = (struct history_rows){0};
    return 0;
}
