/* SPDX-License-Identifier: Apache-2.0 */
/* What a damaged store still says. */
#include "store/salvage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "model/result.h"
#include "store/sql.h"

void salvaged_runs_done(struct salvaged_runs *runs)
{
    vec_foreach (run, runs) {
        free(run->id);
        free(run->reason);
    }
    vec_done(runs);
}

int store_open_as_is(const char *home, struct store **ret_store, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = text_calloc(1, sizeof(*store));

    store->home = text_dup(home);
    store->path = path_join(home, "store.db");
    if (!path_exists(store->path))
        return error_set(err, -ENOENT, "there is no store '%s'", store->path);
    if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                        NULL) != SQLITE_OK)
        return sql_error(store, err);
    store_harden(store);
    *ret_store = steal_ptr(store);
    return 0;
}

static void take_reason(struct salvaged_run *run, struct error *err)
{
    if (run->reason == NULL)
        run->reason = text_dup(error_message(err));
    error_free(err);
}

/* The attempts of a run as "job name, number" pairs; a store that cannot list them says so. */
static int list_attempts(struct store *store, const char *run_id, struct strv *ret_jobs,
                         struct strv *ret_numbers, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT job.name, number FROM attempt JOIN job USING (job) JOIN run "
                           "USING (run) WHERE run.id = ? ORDER BY attempt",
                           "t", run_id);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        strv_take(ret_jobs, sql_text(statement, 0));
        strv_take(ret_numbers, sql_text(statement, 1));
        code = 0;
    }
    return code;
}

/* Everything of a run but its attempts. */
static int read_frame(struct store *store, const char *run_id, struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = store_read_run(store, run_id, &run, err);

    return code < 0 ? code : store_read_cells(store, run_id, &cells, err);
}

/* Reads every attempt; with `repair` those that cannot be read are removed. */
static int read_attempts(struct store *store, struct salvaged_run *run, bool repair,
                         struct error **err)
{
    _cleanup_strv_ struct strv jobs = {0}, numbers = {0};
    int code = list_attempts(store, run->id, &jobs, &numbers, err);

    for (size_t i = 0; code == 0 && i < jobs.count; i++) {
        _cleanup_(result_free_cleanup) struct result *result = NULL;
        unsigned number = (unsigned)strtoul(numbers.items[i], NULL, 10);
        struct error *broken = NULL;

        if (store_read_result(store, run->id, jobs.items[i], number, &result, &broken) == 0) {
            run->attempts++;
            continue;
        }
        take_reason(run, broken);
        run->lost++;
        if (repair)
            code = sql_run(store, err,
                           "DELETE FROM attempt WHERE number = ? AND job IN (SELECT job FROM job "
                           "JOIN run USING (run) WHERE job.name = ? AND run.id = ?)",
                           "itt", (int64_t)number, jobs.items[i], run->id);
    }
    return code;
}

static void examine_run(struct store *store, struct salvaged_run *run)
{
    struct error *err = NULL;
    int code = read_frame(store, run->id, &err);

    if (code == 0)
        code = read_attempts(store, run, false, &err);
    if (code < 0)
        take_reason(run, err);
}

/* The ids that can be read, and those that the folders of runs have; ret_cut: the reason when the
 * store could not list them all. */
static int list_ids(struct store *store, struct strv *ret_ids, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    _cleanup_free_ char *folder = path_join(store->home, "runs");
    _cleanup_strv_ struct strv names = {0};
    struct error *listing = NULL;
    int code = sql_prepare(store, &statement, &listing, "SELECT id FROM run NOT INDEXED", "");

    while (code == 0 && (code = sql_step(store, statement, &listing)) > 0) {
        strv_take(ret_ids, sql_text(statement, 0));
        code = 0;
    }
    if (code == 0)
        return 0;
    /* Not all: the folders know the rest, unless there are none either. */
    path_list(folder, &names, NULL);
    for (size_t i = 0; i < names.count; i++)
        if (!strv_has(ret_ids, names.items[i]))
            strv_add(ret_ids, names.items[i]);
    if (ret_ids->count > 0) {
        error_free(listing);
        return 0;
    }
    error_set(err, code, "%s", error_message(listing));
    error_free(listing);
    return code;
}

static int list_runs(struct store *store, struct salvaged_runs *ret_runs, struct error **err)
{
    _cleanup_strv_ struct strv ids = {0};
    int code = list_ids(store, &ids, err);

    strv_sort(&ids);
    for (size_t i = 0; code == 0 && i < ids.count; i++) {
        struct salvaged_run *run = vec_add(ret_runs);

        run->id = text_dup(ids.items[i]);
    }
    return code;
}

int store_examine_runs(struct store *store, struct salvaged_runs *ret_runs, struct error **err)
{
    int code = list_runs(store, ret_runs, err);

    vec_foreach (run, ret_runs)
        examine_run(store, run);
    return code;
}

static int copy_all(const char *home, struct store *fresh, struct salvaged_runs *runs,
                    struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    int code = store_open_as_is(home, &store, err);

    if (code == 0)
        code = list_runs(store, runs, err);
    if (code == 0)
        code = sql_script(fresh, "PRAGMA foreign_keys = OFF", err);
    for (size_t i = 0; code == 0 && i < runs->count; i++) {
        struct error *broken = NULL;

        if (salvage_copy_run(store, fresh, &runs->items[i], &broken) < 0) {
            take_reason(&runs->items[i], broken);
            runs->items[i].lost++;
        }
    }
    return code == 0 ? sql_script(fresh, "PRAGMA foreign_keys = ON", err) : code;
}

/* What was copied must say what it said when it was merged. */
static int check_copies(struct store *fresh, struct salvaged_runs *runs, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < runs->count; i++) {
        struct salvaged_run *run = &runs->items[i];
        struct error *broken = NULL;

        if (read_frame(fresh, run->id, &broken) < 0) {
            take_reason(run, broken);
            run->attempts = 0;
            code = sql_run(fresh, err, "DELETE FROM run WHERE id = ?", "t", run->id);
        } else {
            code = read_attempts(fresh, run, true, err);
        }
    }
    return code;
}

int store_salvage(const char *home, const char *folder, struct salvaged_runs *ret_runs,
                  struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *fresh = NULL;
    _cleanup_free_ char *path = path_join(folder, "store.db");
    int code;

    if (path_exists(path))
        return error_set(err, -EEXIST, "'%s' exists: name a folder that has no store", path);
    code = store_open(folder, &fresh, err);
    if (code == 0)
        code = copy_all(home, fresh, ret_runs, err);
    if (code == 0)
        code = check_copies(fresh, ret_runs, err);
    return code;
}
