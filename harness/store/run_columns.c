/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and stores what the cells of a run said. */
#include "store/runs.h"
#include "store/seal.h"
#include "store/sql.h"

int store_read_columns(struct store *store, const struct listed_run *run, unsigned rules,
                       struct buffer *ret_columns, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    int code = sql_borrow(store, &row, err,
                          "SELECT columns FROM run_columns WHERE run = (SELECT run FROM run WHERE "
                          "id = ?) AND judged = ? AND rules = ? AND "
                          "digest = row_digest(" RUN_COLUMNS_SEALED ")",
                          "tti", run->id, run->index, (int64_t)rules);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code > 0)
        buffer_add(ret_columns, sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0));
    return code;
}

static int put(struct store *store, const struct listed_run *run, unsigned rules,
               const struct buffer *columns, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *insert = NULL;
    int code = sql_borrow(store, &insert, err,
                          "INSERT OR REPLACE INTO run_columns (" RUN_COLUMNS_SEALED ", digest) "
                          "SELECT run, ?1, ?2, ?5, row_digest(run, ?1, ?2, ?5) "
                          "FROM run JOIN run_index USING (run) WHERE id = ?3 AND state = ?4 AND "
                          "run_index.digest = ?1",
                          "titt", run->index, (int64_t)rules, run->id, run_state_name(RUN_ENDED));

    if (code == 0 &&
        sqlite3_bind_blob64(insert, 5, columns->data, columns->length, SQLITE_STATIC) != SQLITE_OK)
        code = sql_error(store, err);
    return code == 0 ? sql_step(store, insert, err) : code;
}

int store_put_columns(struct store *store, const struct listed_run *run, unsigned rules,
                      const struct buffer *columns, struct error **err)
{
    int code = sql_begin(store, err);

    return code == 0 ? sql_end(store, put(store, run, rules, columns, err), err) : code;
}

bool store_can_write(const struct store *store)
{
    return !store_is_read_only(store);
}
