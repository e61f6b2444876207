/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the digests of a run and of its index with what they were made of. */
#include "store/seal.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "store/record.h"
#include "store/sql.h"

int seal_run_damaged(struct store *store, const char *run_id, const char *said, struct error **err)
{
    _cleanup_free_ char *text =
        text_format("run '%s': %s; it was changed outside of this program", run_id, said);

    return sql_damaged(store, text, err);
}

int seal_index_damaged(struct store *store, const char *run_id, const char *said,
                       struct error **err)
{
    return error_set(err, -EUCLEAN,
                     "store '%s' is damaged: the index of run '%s' does not agree with its records "
                     "(%s): 'touchstone doctor --reindex' rebuilds it from them, 'touchstone "
                     "doctor --full' verifies them",
                     store->path, run_id, said);
}

int seal_check_orphans(struct store *store, struct error **err)
{
    int64_t count = 0;
    int code = sql_integer(store, &count, err,
                           "SELECT EXISTS (SELECT 1 FROM record WHERE run NOT IN (SELECT run FROM "
                           "run)) OR EXISTS (SELECT 1 FROM cell WHERE run NOT IN (SELECT run FROM "
                           "run))",
                           "");

    return code == 0 && count > 0
               ? sql_damaged(store,
                             "records or cells of a run are there, but the run is not; it was "
                             "changed outside of this program",
                             err)
               : code;
}

static int measure_chain(struct store *store, int64_t run, char chain[DIGEST_TEXT_SIZE],
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int64_t place = 0;
    int code = sql_prepare(store, &row, err,
                           "SELECT place, sha256 FROM record INDEXED BY record_place "
                           "WHERE run = ? ORDER BY place",
                           "i", run);

    *chain = '\0';
    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        /* A gap gives another chain than the same digests without a gap. */
        seal_chain(chain, sqlite3_column_int64(row, 0) == place++
                              ? (const char *)sqlite3_column_text(row, 1)
                              : "gap");
        code = 0;
    }
    return code;
}

int seal_check_run(struct store *store, int64_t run, const char *run_id, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    char chain[DIGEST_TEXT_SIZE];
    int code = sql_prepare(store, &row, err,
                           "SELECT chain, seal = row_digest(" RUN_SEALED ") FROM run WHERE run = ?",
                           "i", run);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "no run '%s'", run_id);
    if (code < 0)
        return code;
    if (sqlite3_column_int(row, 1) != 1)
        return seal_run_damaged(store, run_id, "the seal of its row does not match", err);
    code = measure_chain(store, run, chain, err);
    if (code < 0)
        return code;
    return text_equal(chain, (const char *)sqlite3_column_text(row, 0))
               ? 0
               : seal_run_damaged(store, run_id, "its records are not those that were added", err);
}

int seal_index_sums(struct store *store, int64_t run, const char *run_id,
                    struct index_sums *ret_sums, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT cells, blobs, digest = row_digest(" RUN_INDEX_SEALED ") AND "
                           "chain = (SELECT chain FROM run WHERE run = ?1) FROM run_index "
                           "WHERE run = ?1",
                           "i", run);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_int(row, 2) != 1)
        return seal_index_damaged(store, run_id, "its sums", err);
    sql_digest(row, 0, ret_sums->cells);
    sql_digest(row, 1, ret_sums->blobs);
    return 0;
}

int seal_check_index(struct store *store, int64_t run, const char *run_id,
                     struct index_sums *ret_sums, struct error **err)
{
    int64_t missing = 0;
    int code = seal_check_run(store, run, run_id, err);

    if (code == 0)
        code = sql_integer(store, &missing, err,
                           "SELECT (SELECT count(*) FROM record WHERE run = ?1) - ?2 - "
                           "(SELECT count(*) FROM attempt WHERE run = ?1)",
                           "ii", run, (int64_t)RECORD_ATTEMPTS);
    if (code == 0 && missing != 0)
        return seal_run_damaged(store, run_id, "an attempt is missing or cannot be read", err);
    return code == 0 ? seal_index_sums(store, run, run_id, ret_sums, err) : code;
}

int seal_run(struct store *store, int64_t run, struct error **err)
{
    return sql_run(store, err, "UPDATE run SET seal = row_digest(" RUN_SEALED ") WHERE run = ?",
                   "i", run);
}

int seal_index(struct store *store, int64_t run, struct error **err)
{
    return sql_run(
        store, err,
        "UPDATE run_index SET digest = row_digest(run, (SELECT chain FROM run WHERE run "
        "= ?1), cells, blobs, label, build, aside), chain = (SELECT chain FROM run WHERE run = ?1) "
        "WHERE run = ?1",
        "i", run);
}
