/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the store. */
#include "store/store.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "store/index.h"
#include "store/plan_record.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/sql.h"

enum { BUSY_MS = 30000, WAL_RETRY_MS = 5 };

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    plan_record_free(store->plans[0]);
    plan_record_free(store->plans[1]);
    sql_forget(store);
    sqlite3_close_v2(store->db);
    if (store->copy != NULL)
        path_remove_tree(store->copy, NULL);
    free(store->copy);
    free(store->path);
    free(store->home);
    free(store);
}

const char *store_home(const struct store *store)
{
    return store->home;
}

/* The schema must not make us execute or write more than the statements say. */
void store_harden(struct store *store)
{
    sqlite3 *db = store->db;

    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    seal_register(db);
}

static int journal_mode(struct store *store, const char *pragma, bool *ret_wal, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err, pragma, "");

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code < 0)
        return code;
    *ret_wal = text_equal((const char *)sqlite3_column_text(statement, 0), "wal");
    return 0;
}

/* Switching needs exclusive access, and SQLite does not apply its busy timeout to it: it fails
 * while others create the same store, so it is retried. */
static int switch_to_wal(struct store *store, struct error **err)
{
    int64_t deadline = clock_now_ms() + BUSY_MS;
    bool wal = false;
    int code = journal_mode(store, "PRAGMA journal_mode", &wal, err);

    if (code < 0 || wal)
        return code;
    while ((code = journal_mode(store, "PRAGMA journal_mode = WAL", &wal, NULL)) == -EBUSY &&
           clock_remaining_ms(deadline) > 0)
        sqlite3_sleep(WAL_RETRY_MS);
    if (code < 0)
        return sql_error(store, err);
    if (!wal)
        return error_set(err, -EIO,
                         "store '%s' cannot keep a write-ahead log: put TOUCHSTONE_HOME on a local "
                         "file system",
                         store->path);
    return 0;
}

/* Errors that SQLite ignores, such as a log that cannot be removed. */
static void on_sqlite_log(void *closure, int code, const char *message)
{
    (void)closure;
    if (code == SQLITE_IOERR_DELETE || code == SQLITE_IOERR_CLOSE)
        log_warning("the store's database: %s", message);
}

/* Must be called before the library is used; a later call is rejected, which is harmless. */
static void configure_sqlite(void)
{
    static bool heard;

    if (!heard) {
        sqlite3_config(SQLITE_CONFIG_LOG, on_sqlite_log, NULL);
        /* Nobody reads the statistics, and each allocation takes a lock for them. */
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }
    heard = true;
}

static int open_database(struct store *store, bool read_only, struct error **err)
{
    static const int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

    if (read_only)
        return store_open_read_only(store, err);
    return sqlite3_open_v2(store->path, &store->db, how, NULL) == SQLITE_OK ? 0
                                                                            : sql_error(store, err);
}

int store_open(const char *home, struct store **ret_store, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = text_calloc(1, sizeof(*store));
    int code = path_make_folders(home, false, err);
    bool read_only;

    if (code < 0)
        return code;
    configure_sqlite();
    store->home = text_dup(home);
    store->path = path_join(home, "store.db");
    read_only = store_is_read_only(store);
    code = open_database(store, read_only, err);
    if (code < 0)
        return code;
    store_harden(store);
    code = sql_script(
        store, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON",
        err);
    if (code == 0)
        code = schema_migrate(store, schema_steps, schema_step_count, err);
    if (code == 0 && !read_only)
        code = switch_to_wal(store, err);
    if (code == 0)
        code = index_ensure(store, err);
    if (code == 0)
        code = sql_script(store, "PRAGMA foreign_keys = ON", err);
    if (code == 0)
        *ret_store = steal_ptr(store);
    return code;
}

size_t store_count_unknown_runs(struct store *store)
{
    _cleanup_free_ char *folder = path_join(store->home, "runs");
    _cleanup_strv_ struct strv names = {0}, known = {0};
    size_t count = 0;

    if (path_list(folder, &names, NULL) < 0 || store_list_runs(store, &known, NULL) < 0)
        return 0;
    for (size_t i = 0; i < names.count; i++) {
        _cleanup_free_ char *manifest = text_format("%s/%s/manifest.json", folder, names.items[i]);

        count += !strv_has(&known, names.items[i]) && path_exists(manifest);
    }
    return count;
}

int store_unknown_runs(struct store *store, struct error **err)
{
    size_t count = store_count_unknown_runs(store);

    return error_set(
        err, -EUCLEAN,
        "store '%s' holds no run, and '%s/runs' holds %zu: it was removed or replaced; restore a "
        "good copy, or recover each run from the bundles there with 'touchstone resume RUN'",
        store->path, store->home, count);
}
