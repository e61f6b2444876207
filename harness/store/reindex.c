/* SPDX-License-Identifier: Apache-2.0 */
/* Rebuilds the index from the records. */
#include <errno.h>

#include "base/error.h"
#include "base/log.h"
#include "model/result.h"
#include "store/index.h"
#include "store/plan_record.h"
#include "store/record.h"
#include "store/result_record.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

extern const char store_index_sql[];

/* The tables of index.sql, referring tables before those they refer to. */
static const char *const tables[] = {"run_columns",      "run_count", "verdict", "run_evidence",
                                     "attempt_evidence", "evidence",  "finding", "observation",
                                     "case_result",      "attempt",   "cell",    "run_index",
                                     "index_version"};

static int index_attempts(struct store *store, int64_t run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT sha256 FROM record WHERE run = ? AND place >= ? ORDER BY place",
                           "ii", run, (int64_t)RECORD_ATTEMPTS);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        _cleanup_(result_free_cleanup) struct result *result = NULL;
        _cleanup_error_ struct error *lost = NULL;
        char sha256[DIGEST_TEXT_SIZE];

        sql_digest(row, 0, sha256);
        code = result_record_read(store, sha256, &result, &lost);
        if (code == 0)
            code = index_add_attempt(store, run, result, sha256, err);
        else if (code == -EUCLEAN || code == -ENOENT || code == -EBADMSG) {
            log_warning("%s", error_said(lost));
            code = 0;
        }
    }
    return code;
}

int index_run(struct store *store, int64_t run, struct error **err)
{
    _cleanup_(plan_done) struct plan plan = {.cold = false};
    const struct plan_record *about = NULL;
    int code = plan_record_cells(store, run, &plan, err);

    if (code == 0)
        code = plan_record_of(store, run, &about, err);
    if (code == 0)
        code = index_add_cells(store, run, &plan, &about->run.plan, err);
    return code == 0 ? index_attempts(store, run, err) : code;
}

static int index_all(struct store *store, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err, "SELECT run FROM run ORDER BY run", "");

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        _cleanup_error_ struct error *lost = NULL;

        code = index_run(store, sqlite3_column_int64(row, 0), &lost);
        if (code == -EUCLEAN || code == -EBADMSG) {
            /* Reading this run will report the damage; the others are intact. */
            log_warning("%s", error_said(lost));
            code = 0;
        }
        if (code < 0 && err != NULL)
            *err = steal_ptr(lost);
    }
    return code;
}

int index_rebuild(struct store *store, struct error **err)
{
    _cleanup_free_ char *version =
        text_format("INSERT INTO index_version VALUES (%d)", INDEX_VERSION);
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(tables) / sizeof(tables[0]); i++) {
        _cleanup_free_ char *text = text_format("DROP TABLE IF EXISTS %s", tables[i]);

        code = sql_script(store, text, err);
    }
    if (code == 0)
        code = sql_script(store, store_index_sql, err);
    if (code == 0)
        code = index_all(store, err);
    return code == 0 ? sql_script(store, version, err) : code;
}

static bool is_current(struct store *store)
{
    int64_t version = 0;

    return sql_integer(store, &version, NULL, "SELECT version FROM index_version", "") == 0 &&
           version == INDEX_VERSION;
}

int index_ensure(struct store *store, struct error **err)
{
    int code;

    if (is_current(store))
        return 0;
    code = sql_begin(store, err);
    if (code < 0)
        return code;
    /* Check again in the transaction: another process may have rebuilt it. */
    return sql_end(store, is_current(store) ? 0 : index_rebuild(store, err), err);
}

int store_reindex(struct store *store, struct error **err)
{
    /* Otherwise, dropping a table deletes referring rows one by one. */
    int code = sql_script(store, "PRAGMA foreign_keys = OFF", err), later;

    if (code == 0)
        code = sql_begin(store, err);
    if (code == 0)
        code = sql_end(store, index_rebuild(store, err), err);
    later = sql_script(store, "PRAGMA foreign_keys = ON", code == 0 ? err : NULL);
    return code < 0 ? code : later;
}
