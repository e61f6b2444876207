/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one attempt from its record. */
#include <errno.h>

#include "base/error.h"
#include "bundle/result_json.h"
#include "model/result.h"
#include "store/record.h"
#include "store/result_record.h"
#include "store/seal.h"
#include "store/sealed_run.h"
#include "store/sql.h"
#include "store/store.h"

int store_parse_attempt(const struct buffer *text, struct result **ret_result, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    int code = json_parse(text->data, text->length, "a record", &json, err);

    return code == 0 ? result_from_json(json, "a record", ret_result, err) : code;
}

int result_record_read(struct store *store, const char *sha256, struct result **ret_result,
                       struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    int code = record_read(store, sha256, &text, err);

    return code == 0 ? store_parse_attempt(&text, ret_result, err) : code;
}

int store_read_result(struct store *store, const char *run_id, const char *job_id, unsigned attempt,
                      struct result **ret_result, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_sql_borrowed_ sqlite3_stmt *row = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    int code = sql_borrow(store, &row, err,
                          "SELECT sha256 FROM attempt JOIN run USING (run) "
                          "WHERE run.id = ? AND job = ? AND number = ?",
                          "tti", run_id, job_id, (int64_t)attempt);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "run '%s' has no attempt %u of job '%s'", run_id, attempt,
                         job_id);
    if (code < 0)
        return code;
    sql_digest(row, 0, sha256);
    code = result_record_read(store, sha256, &result, err);
    if (code == -ENOENT)
        return seal_index_damaged(store, run_id, "an attempt has no record", err);
    if (code < 0) {
        error_prefix(err, "run '%s', job '%s', attempt %u", run_id, job_id, attempt);
        return code;
    }
    if (!text_equal(result->run_id, run_id) || !text_equal(result->job_id, job_id) ||
        result->attempt != attempt)
        return seal_index_damaged(store, run_id, "an attempt names another one's record", err);
    *ret_result = steal_ptr(result);
    return 0;
}
