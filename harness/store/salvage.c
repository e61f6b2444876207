/* SPDX-License-Identifier: Apache-2.0 */
/* Examines and copies a damaged store. */
#include "store/salvage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "store/check.h"
#include "store/schema.h"
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
        return error_set(err, -ENOENT, "no store '%s'", store->path);
    if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
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

/* Reads everything of a run except its attempts' records. */
static int read_frame(struct store *store, const char *run_id, struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = store_read_run(store, run_id, &run, err);

    if (code == 0)
        code = store_read_planned_cells(store, run_id, &run.plan, err);
    return code < 0 ? code : store_read_cells(store, run_id, &cells, err);
}

/* Copies the run into an in-memory store and compares the index made there with the store's
 * index. */
static int compare(struct store *store, struct salvaged_run *run, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *model = NULL;
    struct salvaged_run copied = {.id = run->id};
    struct error *broken = NULL;
    int code = schema_open_memory(store->home, schema_step_count, &model, err);

    if (code < 0)
        return code;
    code = salvage_copy_run(store, model, &copied, &broken);
    run->attempts = copied.attempts;
    run->lost = copied.lost;
    if (run->reason == NULL)
        run->reason = steal_ptr(copied.reason);
    free(copied.reason);
    if (code < 0) {
        take_reason(run, broken);
        return 0;
    }
    return run->reason == NULL ? check_run_index(store, model, run->id, err) : 0;
}

static void examine_run(struct store *store, struct salvaged_run *run)
{
    struct error *err = NULL;

    if (read_frame(store, run->id, &err) < 0)
        take_reason(run, steal_ptr(err));
    if (compare(store, run, &err) < 0)
        take_reason(run, err);
}

/* Lists the IDs that can be read and those of the runs' folders; ret_cut: the reason if the store
 * could not list all of them. */
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
    /* Incomplete: the folders provide the rest, unless there are none. */
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

/* Copies each run and records what could not be copied. */
static int copy_all(struct store *store, struct store *fresh, struct salvaged_runs *runs,
                    int (*copy)(struct store *, struct store *, struct salvaged_run *,
                                struct error **),
                    struct error **err)
{
    int code = list_runs(store, runs, err);

    for (size_t i = 0; code == 0 && i < runs->count; i++) {
        struct error *broken = NULL;

        if (copy(store, fresh, &runs->items[i], &broken) < 0) {
            take_reason(&runs->items[i], broken);
            runs->items[i].lost++;
        }
    }
    return code;
}

/* For a store without records: copies its rows unchanged, migrates those that match their digests
 * to records, and salvages the result. */
static int copy_old(struct store *store, struct store *fresh, struct salvaged_runs *runs,
                    struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *moved = NULL;
    _cleanup_(salvaged_runs_done) struct salvaged_runs known = {0};
    int code = schema_open_memory(store->home, SCHEMA_ROWS, &moved, err);

    if (code == 0)
        code = copy_all(store, moved, runs, salvage_copy_old_run, err);
    if (code == 0)
        code = schema_migrate(moved, schema_steps, schema_step_count, err);
    if (code == 0)
        code = copy_all(moved, fresh, &known, salvage_copy_run, err);
    for (size_t i = 0; code == 0 && i < known.count; i++)
        vec_foreach (run, runs) {
            if (strcmp(run->id, known.items[i].id) != 0)
                continue;
            run->attempts = known.items[i].attempts;
            run->lost += known.items[i].lost;
            if (run->reason == NULL)
                run->reason = steal_ptr(known.items[i].reason);
        }
    return code;
}

static bool has_records(struct store *store)
{
    int64_t version = 0;

    return sql_integer(store, &version, NULL, "PRAGMA user_version", "") < 0 ||
           version > SCHEMA_ROWS;
}

int store_salvage(const char *home, const char *folder, struct salvaged_runs *ret_runs,
                  struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *fresh = NULL, *store = NULL;
    _cleanup_free_ char *path = path_join(folder, "store.db");
    int code;

    if (path_exists(path))
        return error_set(err, -EEXIST, "'%s' exists: name a folder that has no store", path);
    code = store_open(folder, &fresh, err);
    if (code == 0)
        code = store_open_as_is(home, &store, err);
    if (code < 0)
        return code;
    return has_records(store) ? copy_all(store, fresh, ret_runs, salvage_copy_run, err)
                              : copy_old(store, fresh, ret_runs, err);
}
