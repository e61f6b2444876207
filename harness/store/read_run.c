/* SPDX-License-Identifier: Apache-2.0 */
/* A run and its cells, read back. */
#include <errno.h>

#include "base/error.h"
#include "store/plan_json.h"
#include "store/sql.h"
#include "store/store.h"

static int bad_row(struct store *store, const char *run_id, const char *what, struct error **err)
{
    _cleanup_free_ char *said =
        text_format("run '%s': %s is not one that this program wrote", run_id, what);

    return sql_damaged(store, said, err);
}

static int read_inputs(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", store->home, run->id);
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(
        store, &statement, err,
        "SELECT kind, name, sha256, path FROM input WHERE run = ? ORDER BY place", "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct run_input *input = vec_add(&run->inputs);
        _cleanup_free_ char *sha256 = sql_text(statement, 2), *path = sql_text(statement, 3);

        input->kind = sql_text(statement, 0);
        input->name = sql_text(statement, 1);
        input->path = path != NULL ? run_input_place(folder, path) : NULL;
        if (!digest_is_text(sha256))
            return bad_row(store, run->id, "the digest of an input", err);
        memcpy(input->sha256, sha256, DIGEST_TEXT_SIZE);
        code = 0;
    }
    return code;
}

static int read_host(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code =
        sql_prepare(store, &statement, err,
                    "SELECT key, value FROM host_fact WHERE run = ? ORDER BY place", "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct host_fact *fact = vec_add(&run->host);

        fact->key = sql_text(statement, 0);
        fact->value = sql_text(statement, 1);
        code = 0;
    }
    return code;
}

static int read_plan_cells(struct store *store, int64_t row, struct run_record *run,
                           struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT image, platform, suite, refused FROM cell WHERE run = ? "
                           "ORDER BY place",
                           "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct plan_cell *cell = vec_add(&run->plan.cells);

        cell->image = sql_text(statement, 0);
        cell->platform = sql_text(statement, 1);
        cell->suite = sql_text(statement, 2);
        cell->refused = sql_text(statement, 3);
        code = 0;
    }
    return code;
}

static int read_head(struct store *store, const char *run_id, int64_t *ret_row,
                     struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    _cleanup_free_ char *what = text_format("the plan of run '%s'", run_id);
    int code = sql_prepare(store, &statement, err,
                           "SELECT run, created_ms, ended_ms, state, plan FROM run WHERE id = ?",
                           "t", run_id);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code == 0)
        return error_set(err, -ENOENT, "there is no run '%s'", run_id);
    if (code < 0)
        return code;
    run->id = text_dup(run_id);
    *ret_row = sqlite3_column_int64(statement, 0);
    run->created_ms = sqlite3_column_int64(statement, 1);
    run->ended_ms = sqlite3_column_int64(statement, 2);
    if (!run_state_parse((const char *)sqlite3_column_text(statement, 3), &run->state))
        return bad_row(store, run_id, "its state", err);
    if (plan_from_text((const char *)sqlite3_column_text(statement, 4), what, &run->plan, NULL) < 0)
        return bad_row(store, run_id, "its plan", err);
    return 0;
}

int store_read_run(struct store *store, const char *run_id, struct run_record *ret_run,
                   struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    int64_t row = 0;
    int code = read_head(store, run_id, &row, &run, err);

    if (code == 0)
        code = read_plan_cells(store, row, &run, err);
    if (code == 0)
        code = read_inputs(store, row, &run, err);
    if (code == 0)
        code = read_host(store, row, &run, err);
    if (code < 0)
        return code;
    *ret_run = run;
    run = (struct run_record){0};
    return 0;
}

static int read_cases(struct store *store, const char *run_id, struct cell_record *cell,
                      struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT planned_case.id, item, required, native_only, planned "
                           "FROM planned_case JOIN run USING (run) "
                           "WHERE run.id = ? AND suite = ? ORDER BY place",
                           "tt", run_id, cell->suite);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct planned_case *row = vec_add(&cell->cases);

        row->id = sql_text(statement, 0);
        row->required = sqlite3_column_int(statement, 2) != 0;
        row->native_only = sqlite3_column_int(statement, 3) != 0;
        row->planned = sqlite3_column_int(statement, 4) != 0;
        if (!item_parse((const char *)sqlite3_column_text(statement, 1), &row->item))
            return bad_row(store, run_id, "the item of a planned case", err);
        code = 0;
    }
    return code;
}

static int read_attempts(struct store *store, int64_t row, struct cell_record *cell,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT name, number FROM job JOIN attempt USING (job) WHERE cell = ? "
                           "ORDER BY number",
                           "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        text_replace(&cell->job_id, (const char *)sqlite3_column_text(statement, 0));
        *vec_add(&cell->attempts) = (unsigned)sqlite3_column_int64(statement, 1);
        code = 0;
    }
    return code;
}

/* A run that is not there has no cells either. */
static int read_repeat(struct store *store, const char *run_id, unsigned *ret_repeat,
                       struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    int64_t row = 0;
    int code = read_head(store, run_id, &row, &run, err);

    if (code == -ENOENT)
        return 0;
    *ret_repeat = run.plan.repeat;
    return code;
}

int store_read_cells(struct store *store, const char *run_id, struct cell_records *ret_cells,
                     struct error **err)
{
    unsigned repeat = 1;
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT cell, image, platform, suite, refused FROM cell "
                           "JOIN run USING (run) WHERE run.id = ? ORDER BY place",
                           "t", run_id);

    if (code == 0)
        code = read_repeat(store, run_id, &repeat, err);
    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct cell_record *cell = vec_add(&cells.rows);

        cell->repeat = repeat;
        cell->image = sql_text(statement, 1);
        cell->platform = sql_text(statement, 2);
        cell->suite = sql_text(statement, 3);
        cell->refused = sql_text(statement, 4);
        code = read_cases(store, run_id, cell, err);
        if (code == 0)
            code = read_attempts(store, sqlite3_column_int64(statement, 0), cell, err);
    }
    if (code < 0)
        return code;
    *ret_cells = cells;
    cells = (struct cell_records){0};
    return 0;
}
