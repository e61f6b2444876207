/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, errors and transactions. */
#include "store/sql.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

int sql_damaged(struct store *store, const char *said, struct error **err)
{
    return error_set(
        err, -EUCLEAN,
        "store '%s' is damaged (%s): 'touchstone doctor --full' lists the runs that are whole, "
        "'touchstone doctor --salvage FOLDER' copies them into a new store; or restore a good copy",
        store->path, said);
}

int sql_error(struct store *store, struct error **err)
{
    const char *said = sqlite3_errmsg(store->db);

    switch (sqlite3_errcode(store->db) & 0xff) {
    case SQLITE_FULL:
        return error_set(
            err, -ENOSPC,
            "store '%s': no space left: free some and try again; nothing was partially written",
            store->path);
    /* A table that does not exist gives SQLITE_ERROR. */
    case SQLITE_ERROR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return sql_damaged(store, said, err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, -EBUSY,
                         "store '%s' is locked by another process: try again when it has ended",
                         store->path);
    case SQLITE_READONLY:
        return error_set(err, -EROFS, "store '%s' cannot be written: check its owner and mode",
                         store->path);
    case SQLITE_CANTOPEN:
        return error_set(err, -EACCES, "store '%s' cannot be opened: check its owner and mode",
                         store->path);
    case SQLITE_NOMEM:
        text_out_of_memory();
    case SQLITE_IOERR:
        if (sqlite3_system_errno(store->db) == ENOSPC)
            return error_set(err, -ENOSPC, "store '%s': no space left: free some and go on",
                             store->path);
        return error_set(err, -EIO, "store '%s': %s: check the disk below it", store->path, said);
    default:
        return error_set(err, -EIO, "store '%s': %s", store->path, said);
    }
}

int sql_script(struct store *store, const char *text, struct error **err)
{
    return sqlite3_exec(store->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_error(store, err);
}

/* texts: SQLITE_STATIC if they outlive the statement's use, else SQLITE_TRANSIENT. */
static int bind_all(struct store *store, sqlite3_stmt *statement, sqlite3_destructor_type texts,
                    struct error **err, const char *types, va_list args)
{
    for (int i = 0; types[i] != '\0'; i++) {
        const char *text = types[i] == 't' ? va_arg(args, const char *) : NULL;
        int code = types[i] == 't' ? sqlite3_bind_text(statement, i + 1, text, -1, texts)
                                   : sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));

        if (code != SQLITE_OK)
            return sql_error(store, err);
    }
    return 0;
}

static int compile(struct store *store, const char *text, unsigned how,
                   sqlite3_stmt **ret_statement, struct error **err)
{
    return sqlite3_prepare_v3(store->db, text, -1, how, ret_statement, NULL) == SQLITE_OK
               ? 0
               : sql_error(store, err);
}

int sql_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error **err,
                const char *text, const char *types, ...)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    va_list args;
    int code = compile(store, text, 0, &statement, err);

    if (code < 0)
        return code;
    va_start(args, types);
    code = bind_all(store, statement, SQLITE_TRANSIENT, err, types, args);
    va_end(args);
    if (code == 0)
        *ret_statement = steal_ptr(statement);
    return code;
}

int sql_step(struct store *store, sqlite3_stmt *statement, struct error **err)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        return 0;
    default:
        return sql_error(store, err);
    }
}

/* A merge runs about 120 statements of 30 texts; preparing one takes longer than running it. */
static int find_compiled(struct store *store, const char *text, sqlite3_stmt **ret_statement,
                         struct error **err)
{
    struct compiled *row;
    int code;

    /* strcmp guards against a text that was built, freed, and its address reused. */
    vec_foreach (compiled, &store->compiled)
        if (compiled->text == text && strcmp(sqlite3_sql(compiled->statement), text) == 0) {
            *ret_statement = compiled->statement;
            return 0;
        }
    code = compile(store, text, SQLITE_PREPARE_PERSISTENT, ret_statement, err);
    if (code < 0)
        return code;
    row = vec_add(&store->compiled);
    *row = (struct compiled){text, *ret_statement};
    return 0;
}

void sql_forget(struct store *store)
{
    vec_foreach (compiled, &store->compiled)
        sqlite3_finalize(compiled->statement);
    vec_done(&store->compiled);
}

static int find_and_bind(struct store *store, const char *text, sqlite3_stmt **ret_statement,
                         struct error **err, const char *types, va_list args)
{
    int code = find_compiled(store, text, ret_statement, err);

    return code < 0 ? code : bind_all(store, *ret_statement, SQLITE_STATIC, err, types, args);
}

int sql_borrow(struct store *store, sqlite3_stmt **ret_statement, struct error **err,
               const char *text, const char *types, ...)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    va_list args;
    int code;

    va_start(args, types);
    code = find_and_bind(store, text, &statement, err, types, args);
    va_end(args);
    if (code == 0)
        *ret_statement = steal_ptr(statement);
    return code;
}

int sql_run(struct store *store, struct error **err, const char *text, const char *types, ...)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    va_list args;
    int code;

    va_start(args, types);
    code = find_and_bind(store, text, &statement, err, types, args);
    va_end(args);
    if (code < 0)
        return code;
    while ((code = sql_step(store, statement, err)) > 0)
        continue;
    return code;
}

int sql_integer(struct store *store, int64_t *ret_value, struct error **err, const char *text,
                const char *types, ...)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    va_list args;
    int code;

    va_start(args, types);
    code = find_and_bind(store, text, &statement, err, types, args);
    va_end(args);
    if (code == 0)
        code = sql_step(store, statement, err);
    if (code == 0)
        return error_set(err, -ENODATA, "store '%s': no such row", store->path);
    if (code < 0)
        return code;
    *ret_value = sqlite3_column_int64(statement, 0);
    return 0;
}

char *sql_text(sqlite3_stmt *statement, int column)
{
    return text_dup((const char *)sqlite3_column_text(statement, column));
}

void sql_digest(sqlite3_stmt *statement, int column, char hex[DIGEST_TEXT_SIZE])
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    *hex = '\0';
    if (digest_is_text(text))
        memcpy(hex, text, DIGEST_TEXT_SIZE);
}

int sql_begin(struct store *store, struct error **err)
{
    return sql_script(store, "BEGIN IMMEDIATE", err);
}

int sql_end(struct store *store, int code, struct error **err)
{
    if (code == 0)
        code = sql_script(store, "COMMIT", err);
    /* A failed COMMIT, or SQLite's own rollback on a full disk, may have ended the transaction
     * already. */
    if (code < 0 && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}
