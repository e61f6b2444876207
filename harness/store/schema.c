/* SPDX-License-Identifier: Apache-2.0 */
/* Migration: one step for each version, in files schema_vN.sql that are compiled in. */
#include "store/schema.h"

#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "store/sql.h"
#include "store/store.h"

extern const char store_schema_v1_sql[];
extern const char store_schema_v2_sql[];
extern const char store_schema_v3_sql[];
extern const char store_schema_v4_sql[];

const struct schema_step schema_steps[] = {
    {store_schema_v1_sql, NULL},
    {store_schema_v2_sql, NULL},
    {store_schema_v3_sql, NULL},
    {store_schema_v4_sql, migrate_to_records},
};
const size_t schema_step_count = sizeof(schema_steps) / sizeof(schema_steps[0]);

/* Reads the version from the header; an empty database has version 0. */
static int read_version(struct store *store, size_t newest, int64_t *ret_version,
                        struct error **err)
{
    int64_t id = 0, version = 0, things = 0;
    int code = sql_integer(store, &id, err, "PRAGMA application_id", "");

    if (code == 0)
        code = sql_integer(store, &version, err, "PRAGMA user_version", "");
    if (code == 0)
        code = sql_integer(store, &things, err, "SELECT count(*) FROM sqlite_schema", "");
    if (code < 0)
        return code;
    if (id == 0 && version == 0 && things == 0) {
        *ret_version = 0;
        return 0;
    }
    if (id != SCHEMA_APPLICATION_ID || version < 1)
        return error_set(err, -EUCLEAN,
                         "'%s' is a database of another program: it is not touched; move it away, "
                         "or set TOUCHSTONE_HOME to another folder",
                         store->path);
    if (version > (int64_t)newest)
        return error_set(err, -ENOTSUP,
                         "store '%s' has schema %lld, this program knows up to %zu: use the newer "
                         "touchstone that made it, or set TOUCHSTONE_HOME to another folder",
                         store->path, (long long)version, newest);
    *ret_version = version;
    return 0;
}

static int apply(struct store *store, const struct schema_step *steps, size_t count,
                 struct error **err)
{
    _cleanup_free_ char *mark = text_format("PRAGMA application_id = %d; PRAGMA user_version = %zu",
                                            SCHEMA_APPLICATION_ID, count);
    _cleanup_sql_ sqlite3_stmt *broken = NULL;
    int64_t version = 0;
    /* Check again in the transaction: another process may have migrated it. */
    int code = read_version(store, count, &version, err);

    for (size_t i = (size_t)version; code == 0 && i < count; i++) {
        code = sql_script(store, steps[i].sql, err);
        if (code == 0 && steps[i].move != NULL)
            code = steps[i].move(store, err);
    }
    if (code == 0)
        code = sql_script(store, mark, err);
    if (code == 0)
        code = sql_prepare(store, &broken, err, "PRAGMA foreign_key_check", "");
    if (code == 0)
        code = sql_step(store, broken, err);
    if (code > 0)
        code = error_set(err, -EUCLEAN,
                         "store '%s': rows of table '%s' have dangling references after the "
                         "migration to schema %zu: the store is unchanged",
                         store->path, (const char *)sqlite3_column_text(broken, 0), count);
    return code;
}

int schema_migrate(struct store *store, const struct schema_step *steps, size_t count,
                   struct error **err)
{
    int64_t version = 0;
    /* Read header and content in one transaction: another process may be creating the store. */
    int code = sql_script(store, "BEGIN", err);

    if (code < 0)
        return code;
    code = sql_end(store, read_version(store, count, &version, err), err);
    if (code < 0 || version == (int64_t)count)
        return code;
    code = sql_begin(store, err);
    if (code < 0)
        return code;
    return sql_end(store, apply(store, steps, count, err), err);
}

int schema_open_memory(const char *home, size_t count, struct store **ret_store, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *store = text_calloc(1, sizeof(*store));
    int code;

    store->home = text_dup(home);
    store->path = text_dup("memory");
    if (sqlite3_open(":memory:", &store->db) != SQLITE_OK)
        return sql_error(store, err);
    store_harden(store);
    code = schema_migrate(store, schema_steps, count, err);
    if (code == 0)
        *ret_store = steal_ptr(store);
    return code;
}
