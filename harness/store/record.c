/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads texts in the table `record`, compressed with zstd and verified by SHA-256 of the
 * uncompressed text. */
#include "store/record.h"

#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "base/error.h"
#include "bundle/bounds.h"
#include "store/seal.h"
#include "store/sql.h"

enum { LEVEL = 3 };

/* Appends a row, and updates the chain and the seal of its run. */
static int add_row(struct store *store, int64_t run, const char *sha256, size_t size,
                   const void *zstd, size_t zstd_size, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *insert = NULL, *row = NULL;
    char chain[DIGEST_TEXT_SIZE] = "";
    int code = sql_borrow(store, &row, err,
                          "SELECT chain, seal IN ('', row_digest(" RUN_SEALED ")) FROM run "
                          "WHERE run = ?",
                          "i", run);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_int(row, 1) != 1)
        return sql_damaged(store, "the seal of a run's row does not match", err);
    sql_digest(row, 0, chain);
    code = sql_borrow(store, &insert, err,
                      "INSERT INTO record (run, place, sha256, size, zstd) SELECT ?1, "
                      "coalesce((SELECT max(place) + 1 FROM record WHERE run = ?1), 0), "
                      "?2, ?3, ?4",
                      "iti", run, sha256, (int64_t)size);
    if (code == 0 && sqlite3_bind_blob(insert, 4, zstd, (int)zstd_size, SQLITE_STATIC) != SQLITE_OK)
        code = sql_error(store, err);
    if (code == 0)
        code = sql_step(store, insert, err);
    if (code < 0)
        return code;
    seal_chain(chain, sha256);
    code = sql_run(store, err, "UPDATE run SET chain = ? WHERE run = ?", "ti", chain, run);
    return code == 0 ? seal_run(store, run, err) : code;
}

int record_add(struct store *store, int64_t run, const char *text, size_t length,
               char ret_sha256[DIGEST_TEXT_SIZE], struct error **err)
{
    size_t bound = ZSTD_compressBound(length), size;
    _cleanup_free_ void *zstd = text_calloc(1, bound);

    size = ZSTD_compress(zstd, bound, text, length, LEVEL);
    if (ZSTD_isError(size))
        return error_set(err, -EIO, "a record cannot be compressed: %s", ZSTD_getErrorName(size));
    digest_of_memory(text, length, ret_sha256);
    return add_row(store, run, ret_sha256, length, zstd, size, err);
}

int record_add_lost(struct store *store, int64_t run, const char *sha256, struct error **err)
{
    return add_row(store, run, sha256, 0, "", 0, err);
}

static int is_damaged(struct store *store, const char *sha256, struct error **err)
{
    _cleanup_free_ char *said = text_format("record %s was modified after it was merged", sha256);

    return sql_damaged(store, said, err);
}

/* Decompresses and verifies the text in the columns size and zstd. */
static int take_text(struct store *store, sqlite3_stmt *row, const char *sha256,
                     struct buffer *ret_text, struct error **err)
{
    size_t size = (size_t)sqlite3_column_int64(row, 0), got;
    const void *zstd = sqlite3_column_blob(row, 1);
    size_t zstd_size = (size_t)sqlite3_column_bytes(row, 1);
    _cleanup_free_ char *text = NULL;
    char measured[DIGEST_TEXT_SIZE];

    if (zstd == NULL || size > BUNDLE_RESULT_LIMIT ||
        ZSTD_getFrameContentSize(zstd, zstd_size) != size)
        return is_damaged(store, sha256, err);
    text = text_calloc(1, size + 1);
    got = ZSTD_decompress(text, size, zstd, zstd_size);
    if (ZSTD_isError(got) || got != size)
        return is_damaged(store, sha256, err);
    digest_of_memory(text, size, measured);
    if (strcmp(measured, sha256) != 0)
        return is_damaged(store, sha256, err);
    buffer_add(ret_text, text, size);
    return 0;
}

int record_read(struct store *store, const char *sha256, struct buffer *ret_text,
                struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    int code =
        sql_borrow(store, &row, err, "SELECT size, zstd FROM record WHERE sha256 = ?", "t", sha256);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "store '%s' has no record %s", store->path, sha256);
    return code < 0 ? code : take_text(store, row, sha256, ret_text, err);
}

int record_read_row(struct store *store, int64_t record, char ret_sha256[DIGEST_TEXT_SIZE],
                    struct buffer *ret_text, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT size, zstd, sha256 FROM record WHERE record = ?", "i", record);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "store '%s' has no such record", store->path);
    if (code < 0)
        return code;
    sql_digest(row, 2, ret_sha256);
    return take_text(store, row, ret_sha256, ret_text, err);
}

int record_find(struct store *store, int64_t run, int64_t place, char ret_sha256[DIGEST_TEXT_SIZE],
                struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    int code = sql_borrow(store, &row, err, "SELECT sha256 FROM record WHERE run = ? AND place = ?",
                          "ii", run, place);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return sql_damaged(store, "a run has no record of its plan", err);
    if (code < 0)
        return code;
    sql_digest(row, 0, ret_sha256);
    return 0;
}
