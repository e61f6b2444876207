/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a run and its cells; everything is verified against its digests. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "store/cell_rows.h"
#include "store/plan_record.h"
#include "store/run_row.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

int run_row_find(struct store *store, const char *run_id, int64_t *ret_run, struct error **err)
{
    int code = sql_integer(store, ret_run, err, "SELECT run FROM run WHERE id = ?", "t", run_id);

    if (code != -ENODATA)
        return code;
    if (err != NULL)
        error_free(steal_ptr(*err));
    return error_set(err, -ENOENT, "no run '%s'", run_id);
}

static int read_state(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT created_ms, ended_ms, state FROM run WHERE run = ?", "i", row);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code < 0)
        return code;
    run->created_ms = sqlite3_column_int64(statement, 0);
    run->ended_ms = sqlite3_column_int64(statement, 1);
    return run_state_parse((const char *)sqlite3_column_text(statement, 2), &run->state)
               ? 0
               : seal_run_damaged(store, run->id, "its state", err);
}

/* The record is owned by the store, so callers get a copy. */
static int copy_plan(struct store *store, int64_t row, const char *run_id, struct run_record *run,
                     struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", store->home, run_id);
    const struct plan_record *plan = NULL;
    int code = plan_record_of(store, row, &plan, err);

    if (code < 0)
        return code;
    if (strcmp(plan->run.id, run_id) != 0)
        return seal_run_damaged(store, run_id, "its plan is another run's", err);
    run->id = text_dup(run_id);
    code = plan_record_copy(plan, run, err);
    /* The home may have been moved. */
    vec_foreach (input, &run->inputs) {
        _cleanup_free_ char *path = input->path;

        input->path = run_input_place(folder, path);
    }
    return code;
}

int store_read_run(struct store *store, const char *run_id, struct run_record *ret_run,
                   struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    int64_t row = 0;
    int code = run_row_find(store, run_id, &row, err);

    if (code == 0)
        code = seal_check_run(store, row, run_id, err);
    if (code == 0)
        code = copy_plan(store, row, run_id, &run, err);
    if (code == 0)
        code = read_state(store, row, &run, err);
    if (code < 0)
        return code;
    *ret_run = run;
    run = (struct run_record){0};
    return 0;
}

int store_read_planned_cells(struct store *store, const char *run_id, struct plan *plan,
                             struct error **err)
{
    int64_t row = 0;
    int code = run_row_find(store, run_id, &row, err);

    return code == 0 ? plan_record_cells(store, row, plan, err) : code;
}

/* Reads the numbers of the cell's attempts; their chain must match the cell's. */
static int read_attempts(struct store *store, const char *run_id, int64_t row, const char *chain,
                         struct cell_record *cell, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    char measured[DIGEST_TEXT_SIZE] = "";
    int code = sql_borrow(
        store, &statement, err,
        "SELECT number, sha256, outcomes FROM attempt WHERE cell = ? ORDER BY number", "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        *vec_add(&cell->attempts) = (unsigned)sqlite3_column_int64(statement, 0);
        seal_chain(measured, (const char *)sqlite3_column_text(statement, 1));
        seal_chain(measured, (const char *)sqlite3_column_text(statement, 2));
        code = 0;
    }
    if (code == 0 && strcmp(measured, chain) != 0)
        return seal_index_damaged(store, run_id, "the attempts of a cell", err);
    return code;
}

#define CELL_COLUMNS CELL_NAMES CELL_SELF ", chain"

/* Reads one row of CELL_COLUMNS. */
static int read_cell(struct store *store, const char *run_id, const struct plan_record *plan,
                     sqlite3_stmt *row, struct cell_record *cell, struct error **err)
{
    char chain[DIGEST_TEXT_SIZE];
    int code = cell_row_self(store, run_id, row, plan->run.plan.repeat, cell, err);

    if (code < 0)
        return code;
    sql_digest(row, CELL_REST, chain);
    plan_record_add_cases(plan, cell);
    return read_attempts(store, run_id, sqlite3_column_int64(row, CELL_ROW), chain, cell, err);
}

int store_read_cells(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_(cell_rows_done) struct cell_rows rows = {0};
    const struct plan_record *plan = NULL;
    int64_t run = 0;
    int code = sql_integer(store, &run, NULL, "SELECT run FROM run WHERE id = ?", "t", run_id);

    /* A run that does not exist has no cells. */
    if (code == -ENODATA)
        return 0;
    code = cell_rows_begin(store, run, run_id,
                           "SELECT " CELL_COLUMNS " FROM cell WHERE run = ? ORDER BY place", &rows,
                           err);
    if (code == 0)
        code = plan_record_of(store, run, &plan, err);
    while (code == 0 && (code = cell_rows_next(&rows, err)) > 0)
        code = read_cell(store, run_id, plan, rows.row, vec_add(&cells.rows), err);
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct cell_records){0};
    return 0;
}

int store_read_cell(struct store *store, const char *run_id, const struct cell_record *name,
                    struct cell_record *ret_cell, struct error **err)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    const struct plan_record *plan = NULL;
    int64_t run = 0;
    int code = run_row_find(store, run_id, &run, err);

    if (code == 0)
        code = plan_record_of(store, run, &plan, err);
    if (code == 0)
        code = sql_borrow(store, &row, err,
                          "SELECT " CELL_COLUMNS " FROM cell WHERE run = ? AND image = ? AND "
                          "platform = ? AND suite = ?",
                          "ittt", run, name->image, name->platform, name->suite);
    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "run '%s' has no cell '%s/%s/%s'", run_id, name->image,
                         name->platform, name->suite);
    if (code > 0)
        code = read_cell(store, run_id, plan, row, &cell, err);
    if (code < 0)
        return code;
    *ret_cell = cell;
    cell = (struct cell_record){0};
    return 0;
}
