/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the whole database: tables, pages, indexes. */
#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "store/check.h"
#include "store/schema.h"
#include "store/sql.h"
#include "store/store.h"

/* SQLite considers a database with a dropped or changed table, index or column intact, so the
 * schema is compared with the one of this program. */
static int compare_schema(struct store *store, struct store *model, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *wanted = NULL;
    int code = sql_prepare(model, &wanted, err,
                           "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
                           "ORDER BY type = 'table' DESC, name",
                           "");

    while (code == 0 && (code = sql_step(model, wanted, err)) > 0) {
        _cleanup_sql_ sqlite3_stmt *found = NULL;
        _cleanup_free_ char *type = sql_text(wanted, 0), *name = sql_text(wanted, 1);
        _cleanup_free_ char *sql = sql_text(wanted, 2), *said = NULL;

        code = sql_prepare(store, &found, err,
                           "SELECT sql FROM main.sqlite_schema WHERE type = ? AND name = ?", "tt",
                           type, name);
        if (code == 0)
            code = sql_step(store, found, err);
        if (code < 0)
            return code;
        if (code == 0)
            said = text_format("%s '%s' is missing", type, name);
        else if (!text_equal((const char *)sqlite3_column_text(found, 0), sql))
            said = text_format("%s '%s' differs from the schema of this program", type, name);
        if (said != NULL)
            return sql_damaged(store, said, err);
        code = 0;
    }
    return code;
}

static int check_pages(struct store *store, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err, "PRAGMA main.integrity_check(1)", "");
    const char *said;

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code < 0)
        return code;
    said = (const char *)sqlite3_column_text(statement, 0);
    return text_equal(said, "ok") ? 0 : sql_damaged(store, said, err);
}

int store_check_schema(struct store *store, struct error **err)
{
    _cleanup_(store_close_cleanup) struct store *model = NULL;
    int code = schema_open_memory(store->home, schema_step_count, &model, err);

    if (code == 0)
        code = compare_schema(store, model, err);
    return code;
}

int store_check(struct store *store, struct error **err)
{
    int code = store_check_schema(store, err);

    if (code == 0)
        code = check_pages(store, err);
    return code == 0 ? check_whole_index(store, err) : code;
}
