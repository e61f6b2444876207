/* SPDX-License-Identifier: Apache-2.0 */
/* Merges a result: its evidence first, then its record and index rows in one transaction. A kill in
 * between leaves unreferenced blobs; repeating the merge finds them. */
#include "store/merge.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "bundle/bundle.h"
#include "bundle/result_json.h"
#include "model/result.h"
#include "store/evidence.h"
#include "store/index.h"
#include "store/record.h"
#include "store/sql.h"
#include "store/store.h"

/* What the store contains for a result's job and attempt. */
struct place {
    int64_t run, cell; /* row numbers; 0: none */
    bool merged;       /* an identical result exists */
};

static int find_cell(struct store *store, const struct result *result, struct place *place,
                     struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    int code = sql_borrow(store, &statement, err,
                          "SELECT cell, refused FROM cell WHERE run = ? AND image = ? AND "
                          "platform = ? AND suite = ?",
                          "ittt", place->run, result->image, result->platform, result->suite);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_type(statement, 1) != SQLITE_NULL)
        return error_set(err, -EBADMSG, "job '%s': cell '%s/%s/%s' is not planned in run '%s'",
                         result->job_id, result->image, result->platform, result->suite,
                         result->run_id);
    place->cell = sqlite3_column_int64(statement, 0);
    return 0;
}

/* A cell has one job, and a job belongs to one cell. */
static int check_job(struct store *store, const struct result *result, const struct place *place,
                     struct error **err)
{
    int64_t others = 0;
    int code = sql_integer(
        store, &others, err,
        "SELECT count(*) FROM (SELECT * FROM attempt WHERE run = ?1 AND job = ?2 UNION ALL "
        "SELECT * FROM attempt WHERE cell = ?7) WHERE NOT (kind = ?3 AND image = ?4 AND "
        "platform = ?5 AND suite IS ?6 AND job = ?2)",
        "itttt"
        "ti",
        place->run, result->job_id, job_kind_name(result->kind), result->image, result->platform,
        result->suite, place->cell);

    if (code == 0 && others > 0)
        code = error_set(
            err, -EBADMSG,
            "job '%s' of run '%s' differs from the one in the store: the bundle is rejected",
            result->job_id, result->run_id);
    return code;
}

static int find_attempt(struct store *store, const struct result *result, const char *sha256,
                        struct place *place, struct error **err)
{
    _cleanup_sql_borrowed_ sqlite3_stmt *statement = NULL;
    int code = sql_borrow(store, &statement, err,
                          "SELECT sha256 FROM attempt WHERE run = ? AND job = ? AND number = ?",
                          "iti", place->run, result->job_id, (int64_t)result->attempt);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code <= 0)
        return code;
    if (!text_equal((const char *)sqlite3_column_text(statement, 0), sha256))
        return error_set(err, -EEXIST,
                         "job '%s' of run '%s' already has a different result for attempt %u: the "
                         "first one is retained",
                         result->job_id, result->run_id, result->attempt);
    place->merged = true;
    return 0;
}

static int find_place(struct store *store, const struct result *result, const char *sha256,
                      struct place *ret_place, struct error **err)
{
    struct place place = {.run = 0};
    int code = sql_integer(store, &place.run, err, "SELECT run FROM run WHERE id = ?", "t",
                           result->run_id);

    if (code == -ENODATA)
        return error_set(err, -EBADMSG, "job '%s': the store has no run '%s'", result->job_id,
                         result->run_id);
    if (code == 0 && result->kind == JOB_CELL)
        code = find_cell(store, result, &place, err);
    if (code == 0)
        code = check_job(store, result, &place, err);
    if (code == 0)
        code = find_attempt(store, result, sha256, &place, err);
    if (code == 0)
        *ret_place = place;
    return code;
}

int merge_insert(struct store *store, const struct result *result, const struct buffer *text,
                 const char *sha256, struct error **err)
{
    struct place place = {.run = 0};
    char added[DIGEST_TEXT_SIZE];
    /* Check again in the transaction: another process may have merged the same bundle. */
    int code = find_place(store, result, sha256, &place, err);

    if (code < 0 || place.merged)
        return code;
    code = record_add(store, place.run, text->data, text->length, added, err);
    return code == 0 ? index_add_attempt(store, place.run, result, added, err) : code;
}

int merge_add_evidence(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err)
{
    vec_foreach (blob, &result->evidence) {
        _cleanup_free_ char *path = bundle_evidence_path(bundle_path, blob->sha256);
        int code = evidence_add_file(store->home, path, blob->sha256, blob->size, err);

        if (code < 0)
            return code;
    }
    return 0;
}

int store_merge_result(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err)
{
    struct place place = {.run = 0};
    _cleanup_buffer_ struct buffer text = {0};
    char sha256[DIGEST_TEXT_SIZE];
    int code;

    result_to_text(result, &text);
    digest_of_memory(text.data, text.length, sha256);
    code = find_place(store, result, sha256, &place, err);
    if (code < 0 || place.merged)
        return code;
    code = merge_add_evidence(store, result, bundle_path, err);
    if (code == 0)
        code = sql_begin(store, err);
    if (code < 0)
        return code;
    return sql_end(store, merge_insert(store, result, &text, sha256, err), err);
}
