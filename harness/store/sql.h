/* SPDX-License-Identifier: Apache-2.0 */
/* The room's way to SQLite: statements with typed arguments, one error contract, transactions. */
#ifndef TS_STORE_SQL_H
#define TS_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/digest.h"

struct error;

struct plan_record;

struct store {
    sqlite3 *db;
    char *home;
    char *path;               /* of the database */
    char *copy;               /* a folder with the copy that is read instead, removed at the end */
    struct plan_record *plan; /* the one that was read last; plan_record_of */
};

/* Opens its database to read it where its folder or file cannot be written. -ENODATA: it is not
 * there. */
bool store_is_read_only(const struct store *store);
int store_open_read_only(struct store *store, struct error **err);

static inline void sql_done(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define _cleanup_sql_ _cleanup_(sql_done)

/* -EUCLEAN: it is damaged, said with what to do about it. */
int sql_damaged(struct store *store, const char *said, struct error **err);

/* The last error of the connection as a negative errno with a message: -ENOSPC no space, -EUCLEAN
 * damaged, -EBUSY held by another process, -EROFS, -EIO. */
int sql_error(struct store *store, struct error **err);

/* Text of several statements. */
int sql_script(struct store *store, const char *text, struct error **err);

/* types: one letter an argument: t const char * (NULL is NULL), i int64_t. */
int sql_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error **err,
                const char *text, const char *types, ...);

/* 1: a row is there; 0: the end; negative. */
int sql_step(struct store *store, sqlite3_stmt *statement, struct error **err);

/* Binds anew, runs to its end and resets: for a row of many. */
int sql_again(struct store *store, sqlite3_stmt *statement, struct error **err, const char *types,
              ...);

/* Prepare, run to the end, finalise. */
int sql_run(struct store *store, struct error **err, const char *text, const char *types, ...);

/* The first row's first column; -ENODATA when there is no row, with no message of use. */
int sql_integer(struct store *store, int64_t *ret_value, struct error **err, const char *text,
                const char *types, ...);

/* A database is a file from outside: what its schema may do is limited. */
void store_harden(struct store *store);

/* A column's text as a new string, or NULL. */
char *sql_text(sqlite3_stmt *statement, int column);

/* A column's digest as hex; "" when it is none. */
void sql_digest(sqlite3_stmt *statement, int column, char hex[DIGEST_TEXT_SIZE]);

/* BEGIN IMMEDIATE; sql_end commits for code 0, else rolls back, and returns the first failure. */
int sql_begin(struct store *store, struct error **err);
int sql_end(struct store *store, int code, struct error **err);

#endif
