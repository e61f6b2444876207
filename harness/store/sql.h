/* SPDX-License-Identifier: Apache-2.0 */
/* This module's SQLite helpers: statements with typed arguments, error codes, transactions. */
#ifndef TS_STORE_SQL_H
#define TS_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/vec.h"

struct error;

struct plan_record;

/* A prepared statement, cached under the address of its text. */
struct compiled {
    const char *text;
    sqlite3_stmt *statement;
};

/* Used by one thread: neither the cache of statements nor the connection has a lock. */
struct store {
    sqlite3 *db;
    char *home;
    char *path; /* path of the database */
    char *copy; /* folder of the temporary copy that is read instead, removed on close; or NULL */
    struct plan_record *plans[2];  /* cache of plan_record_of: the latest, then the one before, for
                                      who compares two runs */
    VEC(struct compiled) compiled; /* statements of sql_run, _integer, _borrow */
};

/* Opens the database read-only if its folder or file is not writable. -EACCES: it does not
 * exist. */
bool store_is_read_only(const struct store *store);
int store_open_read_only(struct store *store, struct error **err);

static inline void sql_done(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define _cleanup_sql_ _cleanup_(sql_done)

/* A cached statement must hold no lock and no argument between two uses. */
static inline void sql_put_back(sqlite3_stmt **statement)
{
    if (*statement == NULL)
        return;
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
}
#define _cleanup_sql_borrowed_ _cleanup_(sql_put_back)

/* Sets -EUCLEAN: the store is damaged; the message says what to do. */
int sql_damaged(struct store *store, const char *said, struct error **err);

/* Sets the connection's last error as a negative errno: -ENOSPC, -EUCLEAN (damaged), -EBUSY (locked
 * by another process), -EROFS, -EIO. */
int sql_error(struct store *store, struct error **err);

/* Executes several statements. */
int sql_script(struct store *store, const char *text, struct error **err);

/* types: one letter for each argument: t const char * (NULL is SQL NULL), i int64_t. */
int sql_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error **err,
                const char *text, const char *types, ...);

/* The same, prepared once per connection: text must be a literal that is not in use already. The
 * statement is borrowed until _cleanup_sql_borrowed_ resets it, and so are its arguments. */
int sql_borrow(struct store *store, sqlite3_stmt **ret_statement, struct error **err,
               const char *text, const char *types, ...);

/* Returns 1 if there is a row, 0 at the end, or a negative code. */
int sql_step(struct store *store, sqlite3_stmt *statement, struct error **err);

/* Runs a statement to its end. It is prepared once per connection: text must be a literal. */
int sql_run(struct store *store, struct error **err, const char *text, const char *types, ...);

/* Returns the first column of the first row; -ENODATA, without a useful message, if there is no
 * row. text must be a literal. */
int sql_integer(struct store *store, int64_t *ret_value, struct error **err, const char *text,
                const char *types, ...);

/* Finalises the cached statements; call before the connection is closed. */
void sql_forget(struct store *store);

/* Restricts what the schema of a database file may do, because the file is not trusted. */
void store_harden(struct store *store);

/* Returns the text of a column as a new string, or NULL. */
char *sql_text(sqlite3_stmt *statement, int column);

/* Returns the digest in a column as hexadecimal text; "" if it is not a digest. */
void sql_digest(sqlite3_stmt *statement, int column, char hex[DIGEST_TEXT_SIZE]);

/* BEGIN IMMEDIATE; sql_end commits for code 0, else rolls back, and returns the first failure. */
int sql_begin(struct store *store, struct error **err);
int sql_end(struct store *store, int code, struct error **err);

#endif
