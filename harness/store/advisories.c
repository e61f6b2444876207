/* SPDX-License-Identifier: Apache-2.0 */
#include "store/advisories.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "store/sql.h"

#define DATABASE "advisories.db"
#define APPLICATION_ID 0x54534144 /* "TSAD" */
#define VERSION 1

extern const char store_advisories_sql[];

struct advisory_db {
    struct store store;
};

/* The advice of the store of runs does not fit. */
static int damaged(struct advisory_db *db, int code, struct error **err)
{
    if (code != -EUCLEAN)
        return code;
    if (err != NULL) {
        error_free(*err);
        *err = NULL;
    }
    return error_set(err, -EUCLEAN,
                     "'%s' is damaged or of another version: remove it and import the advisories "
                     "again",
                     db->store.path);
}

static int prepare(struct advisory_db *db, struct error **err)
{
    int64_t id = 0, version = 0;
    int code = sql_integer(&db->store, &id, err, "PRAGMA application_id", "");

    if (code == 0)
        code = sql_integer(&db->store, &version, err, "PRAGMA user_version", "");
    if (code == 0 && id == 0 && version == 0) {
        _cleanup_free_ char *mark = text_format(
            "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID, VERSION);

        code = sql_begin(&db->store, err);
        if (code == 0)
            code = sql_end(&db->store, sql_script(&db->store, store_advisories_sql, err), err);
        return code < 0 ? code : sql_script(&db->store, mark, err);
    }
    if (code == 0 && (id != APPLICATION_ID || version != VERSION))
        return damaged(db, -EUCLEAN, err);
    return code;
}

int advisory_db_open(const char *home, bool write, struct advisory_db **ret_db, struct error **err)
{
    _cleanup_(advisory_db_close_cleanup) struct advisory_db *db = text_calloc(1, sizeof(*db));
    int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY, code;

    db->store.path = path_join(home, DATABASE);
    if (!write && !path_exists(db->store.path))
        return error_set(err, -ENOENT,
                         "no advisories were imported: 'touchstone advisories import' does");
    if (sqlite3_open_v2(db->store.path, &db->store.db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return sql_error(&db->store, err);
    store_harden(&db->store);
    code = prepare(db, err);
    if (code < 0)
        return damaged(db, code, err);
    *ret_db = steal_ptr(db);
    return 0;
}

void advisory_db_close(struct advisory_db *db)
{
    if (db == NULL)
        return;
    sql_forget(&db->store);
    sqlite3_close_v2(db->store.db);
    free(db->store.path);
    free(db);
}

int advisory_db_begin(struct advisory_db *db, struct error **err)
{
    return sql_begin(&db->store, err);
}

int advisory_db_end(struct advisory_db *db, int code, struct error **err)
{
    return sql_end(&db->store, code, err);
}

static const char *alias_of(const struct advisory *advisory)
{
    for (size_t i = 0; i < advisory->aliases.count; i++)
        if (text_starts(advisory->aliases.items[i], "CVE-"))
            return advisory->aliases.items[i];
    return advisory->aliases.count > 0 ? advisory->aliases.items[0] : NULL;
}

static int remove_old(struct store *store, const char *id, struct error **err)
{
    int code = sql_run(store, err,
                       "DELETE FROM package WHERE advisory IN "
                       "(SELECT number FROM advisory WHERE id = ?)",
                       "t", id);

    return code < 0 ? code : sql_run(store, err, "DELETE FROM advisory WHERE id = ?", "t", id);
}

static int add_one(struct store *store, const struct advisory *advisory, size_t *count,
                   struct error **err)
{
    int64_t time = advisory_time_ms(advisory->modified), had = -1, number = 0;
    int code = sql_integer(store, &had, err,
                           "SELECT coalesce(max(modified_ms), -1) FROM advisory WHERE id = ?", "t",
                           advisory->id);

    if (code < 0 || had > time)
        return code;
    code = remove_old(store, advisory->id, err);
    if (code < 0 || advisory->withdrawn)
        return code;
    code = sql_run(store, err,
                   "INSERT INTO advisory (id, modified, modified_ms, severity, alias) "
                   "VALUES (?, ?, ?, ?, ?)",
                   "ttitt", advisory->id, advisory->modified, time, advisory->severity,
                   alias_of(advisory));
    number = sqlite3_last_insert_rowid(store->db);
    vec_foreach (package, &advisory->packages)
        if (code == 0)
            code = sql_run(store, err,
                           "INSERT INTO package (ecosystem, name, advisory, rules) "
                           "VALUES (?, ?, ?, ?)",
                           "ttit", package->ecosystem, package->name, number, package->rules);
    *count += had < time;
    return code;
}

int advisory_db_add(struct advisory_db *db, const struct advisories *list, size_t *count,
                    struct error **err)
{
    int code = 0;

    vec_foreach (advisory, list)
        if (code == 0)
            code = add_one(&db->store, advisory, count, err);
    return code;
}

int advisory_db_add_import(struct advisory_db *db, const char *path, size_t count,
                           struct error **err)
{
    return sql_run(&db->store, err,
                   "INSERT INTO import (path, time_ms, advisories) VALUES (?, ?, ?)", "tii", path,
                   clock_wall_ms(), (int64_t)count);
}

int advisory_db_cover(struct advisory_db *db, const char *ecosystem, struct error **err)
{
    return sql_run(&db->store, err,
                   "INSERT OR REPLACE INTO cover (ecosystem, stated_ms) VALUES (?, ?)", "ti",
                   ecosystem, clock_wall_ms());
}

int advisory_db_data(struct advisory_db *db, struct advisory_data *ret_data, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(&db->store, &statement, err,
                           "SELECT count(*), coalesce(max(modified_ms), 0), "
                           "(SELECT coalesce(max(time_ms), 0) FROM import), "
                           "(SELECT modified FROM advisory ORDER BY modified_ms DESC LIMIT 1) "
                           "FROM advisory",
                           "");

    if (code == 0)
        code = sql_step(&db->store, statement, err);
    if (code < 0)
        return damaged(db, code, err);
    *ret_data = (struct advisory_data){.count = (size_t)sqlite3_column_int64(statement, 0),
                                       .newest_ms = sqlite3_column_int64(statement, 1),
                                       .imported_ms = sqlite3_column_int64(statement, 2),
                                       .newest = sql_text(statement, 3)};
    return 0;
}

int advisory_db_ecosystems(struct advisory_db *db, struct advisory_ecosystems *ret_list,
                           struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code =
        sql_prepare(&db->store, &statement, err,
                    "SELECT e, (SELECT count(DISTINCT advisory) FROM package "
                    "WHERE ecosystem = e), coalesce((SELECT stated_ms FROM cover "
                    "WHERE ecosystem = e), 0) FROM (SELECT ecosystem AS e FROM package UNION "
                    "SELECT ecosystem FROM cover) ORDER BY e",
                    "");

    while (code == 0 && (code = sql_step(&db->store, statement, err)) == 1) {
        *(struct advisory_ecosystem *)vec_add(ret_list) = (struct advisory_ecosystem){
            sql_text(statement, 0), (size_t)sqlite3_column_int64(statement, 1),
            sqlite3_column_int64(statement, 2)};
        code = 0;
    }
    return code < 0 ? damaged(db, code, err) : 0;
}

void advisory_ecosystems_done(struct advisory_ecosystems *list)
{
    vec_foreach (row, list)
        free(row->key);
    vec_done(list);
}

int advisory_db_cover_of(struct advisory_db *db, const char *ecosystem,
                         struct advisory_cover *ret_cover, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(&db->store, &statement, err,
                           "SELECT count(DISTINCT number), coalesce(max(modified_ms), 0), "
                           "coalesce((SELECT stated_ms FROM cover WHERE ecosystem = ?), 0) "
                           "FROM package JOIN advisory ON advisory = number WHERE ecosystem = ?",
                           "tt", ecosystem, ecosystem);

    if (code == 0)
        code = sql_step(&db->store, statement, err);
    if (code < 0)
        return damaged(db, code, err);
    *ret_cover = (struct advisory_cover){.ecosystem = text_dup(ecosystem),
                                         .count = (size_t)sqlite3_column_int64(statement, 0),
                                         .newest_ms = sqlite3_column_int64(statement, 1),
                                         .stated_ms = sqlite3_column_int64(statement, 2)};
    return 0;
}

int advisory_db_find(struct advisory_db *db, const char *ecosystem, const char *name,
                     struct advisory_rows *to, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code =
        sql_prepare(&db->store, &statement, err,
                    "SELECT id, alias, severity, rules FROM package JOIN advisory "
                    "ON advisory = number WHERE ecosystem = ? AND name = ? ORDER BY id, rules",
                    "tt", ecosystem, name);

    while (code == 0 && (code = sql_step(&db->store, statement, err)) == 1) {
        *(struct advisory_row *)vec_add(to) =
            (struct advisory_row){sql_text(statement, 0), sql_text(statement, 1),
                                  sql_text(statement, 2), sql_text(statement, 3)};
        code = 0;
    }
    return code < 0 ? damaged(db, code, err) : 0;
}

void advisory_rows_done(struct advisory_rows *rows)
{
    vec_foreach (row, rows) {
        free(row->id);
        free(row->alias);
        free(row->severity);
        free(row->rules);
    }
    vec_done(rows);
}
