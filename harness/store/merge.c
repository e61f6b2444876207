/* SPDX-License-Identifier: Apache-2.0 */
/* Taking in a result: its evidence first, then every row of it in one transaction. A kill between
 * the two leaves blobs that nothing names yet; the same merge again finds them there. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "bundle/bundle.h"
#include "bundle/result_json.h"
#include "model/result.h"
#include "store/evidence.h"
#include "store/sql.h"
#include "store/store.h"

/* What is known of the place a result goes to. */
struct place {
    int64_t run, cell, job; /* rows; 0: none */
    bool merged;            /* the very same result is there */
};

static int find_cell(struct store *store, const struct result *result, struct place *place,
                     struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT cell, refused FROM cell WHERE run = ? AND image = ? AND "
                           "platform = ? AND suite = ?",
                           "ittt", place->run, result->image, result->platform, result->suite);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_type(statement, 1) != SQLITE_NULL)
        return error_set(
            err, -EBADMSG, "job '%s': cell '%s/%s/%s' is not one that run '%s' is to run",
            result->job_id, result->image, result->platform, result->suite, result->run_id);
    place->cell = sqlite3_column_int64(statement, 0);
    return 0;
}

static int find_job(struct store *store, const struct result *result, struct place *place,
                    struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT job, kind = ?3 AND image = ?4 AND platform = ?5 AND "
                           "suite IS ?6 AND name = ?2 FROM job WHERE run = ?1 AND "
                           "(name = ?2 OR (?7 > 0 AND cell = ?7))",
                           "itttt"
                           "ti",
                           place->run, result->job_id, job_kind_name(result->kind), result->image,
                           result->platform, result->suite, place->cell);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code <= 0)
        return code;
    if (sqlite3_column_int64(statement, 1) != 1)
        return error_set(
            err, -EBADMSG,
            "job '%s' of run '%s' is another one in the store: the bundle is not taken",
            result->job_id, result->run_id);
    place->job = sqlite3_column_int64(statement, 0);
    return 0;
}

static int find_attempt(struct store *store, const struct result *result, const char *sha256,
                        struct place *place, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT result_sha256 FROM attempt WHERE job = ? AND number = ?", "ii",
                           place->job, (int64_t)result->attempt);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code <= 0)
        return code;
    if (!text_equal((const char *)sqlite3_column_text(statement, 0), sha256))
        return error_set(
            err, -EEXIST,
            "job '%s' of run '%s' has another result for attempt %u already: the first "
            "one stays",
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
        code = find_job(store, result, &place, err);
    if (code == 0 && place.job > 0)
        code = find_attempt(store, result, sha256, &place, err);
    if (code == 0)
        *ret_place = place;
    return code;
}

static int insert_job(struct store *store, const struct result *result, struct place *place,
                      struct error **err)
{
    int code;

    if (place->job > 0)
        return 0;
    code = sql_run(store, err,
                   "INSERT INTO job (run, cell, name, kind, image, platform, suite) "
                   "VALUES (?, nullif(?, 0), ?, ?, ?, ?, ?)",
                   "iittttt", place->run, place->cell, result->job_id, job_kind_name(result->kind),
                   result->image, result->platform, result->suite);
    place->job = sqlite3_last_insert_rowid(store->db);
    return code;
}

static int insert_attempt(struct store *store, const struct result *result, const char *sha256,
                          int64_t job, int64_t *ret_attempt, struct error **err)
{
    int code = sql_run(store, err,
                       "INSERT INTO attempt (job, number, result_sha256, merged_ms, grade, accel, "
                       "warm, state_key, prepared_by, started_ms, ended_ms, outcome, blame, "
                       "reason, identity_measured) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "iiti"
                       "ttitt"
                       "iittti",
                       job, (int64_t)result->attempt, sha256, clock_wall_ms(),
                       grade_name(result->grade), accel_name(result->accel), (int64_t)result->warm,
                       result->state_key, result->prepared_by, result->started_ms, result->ended_ms,
                       status_name(result->outcome), blame_name(result->blame), result->reason,
                       (int64_t)result->identity_measured);

    *ret_attempt = sqlite3_last_insert_rowid(store->db);
    return code;
}

/* One prepared INSERT for all rows of a table. */
#define PREPARE_INSERT(statement, text)                                                            \
    _cleanup_sql_ sqlite3_stmt *statement = NULL;                                                  \
    int64_t place = 0;                                                                             \
    int code = sql_prepare(store, &statement, err, "INSERT INTO " text, "")

static int insert_points(struct store *store, const struct case_result *row, int64_t attempt,
                         int64_t case_place, struct error **err)
{
    PREPARE_INSERT(insert, "point VALUES (?, ?, ?, ?, ?, ?)");

    vec_foreach (point, &row->points) {
        if (code == 0)
            code = sql_again(store, insert, err, "iiittt", attempt, case_place, place++,
                             point->name, status_name(point->status), point->detail);
    }
    return code;
}

static int insert_cases(struct store *store, const struct result *result, int64_t attempt,
                        struct error **err)
{
    PREPARE_INSERT(insert, "case_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    vec_foreach (row, &result->cases) {
        if (code == 0)
            code = sql_again(store, insert, err,
                             "iittii"
                             "tttiiii",
                             attempt, place, row->id, item_name(row->item), (int64_t)row->required,
                             (int64_t)row->judgeable, status_name(row->status),
                             blame_name(row->blame), row->reason, (int64_t)row->gap,
                             (int64_t)row->started, (int64_t)row->exit_code, row->duration_ms);
        if (code == 0 && row->points.count > 0)
            code = insert_points(store, row, attempt, place, err);
        place++;
    }
    return code;
}

static int insert_identity(struct store *store, const struct result *result, int64_t attempt,
                           struct error **err)
{
    PREPARE_INSERT(insert, "identity_check VALUES (?, ?, ?, ?, ?, ?)");

    vec_foreach (check, &result->identity) {
        if (code == 0)
            code = sql_again(store, insert, err, "iittti", attempt, place++, check->key,
                             check->expected, check->measured, (int64_t)check->matches);
    }
    return code;
}

static int insert_gaps(struct store *store, const struct result *result, int64_t attempt,
                       struct error **err)
{
    PREPARE_INSERT(insert, "gap VALUES (?, ?, ?, ?)");

    vec_foreach (gap, &result->gaps.rows) {
        if (code == 0)
            code = sql_again(store, insert, err, "iitt", attempt, place++, gap_kind_name(gap->kind),
                             gap->feature);
    }
    return code;
}

static int insert_observations(struct store *store, const struct result *result, int64_t attempt,
                               struct error **err)
{
    PREPARE_INSERT(insert, "observation VALUES (?, ?, ?, ?, ?, ?)");

    vec_foreach (seen, &result->observations) {
        if (code == 0)
            code = sql_again(store, insert, err, "iitttt", attempt, place++, seen->case_id,
                             seen->key, seen->value, seen->unit);
    }
    return code;
}

static int insert_evidence(struct store *store, const struct result *result, int64_t attempt,
                           struct error **err)
{
    PREPARE_INSERT(insert, "attempt_evidence VALUES (?, ?, ?, ?, ?, ?)");

    vec_foreach (blob, &result->evidence) {
        if (code == 0)
            code = sql_run(store, err, "INSERT OR IGNORE INTO evidence VALUES (?, ?)", "ti",
                           blob->sha256, (int64_t)blob->size);
        if (code == 0)
            code = sql_again(store, insert, err, "iittti", attempt, place++, blob->case_id,
                             blob->name, blob->sha256, (int64_t)blob->truncated);
    }
    return code;
}

static int insert_findings(struct store *store, const struct result *result, int64_t attempt,
                           struct error **err)
{
    PREPARE_INSERT(insert, "finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    vec_foreach (row, &result->prediction.findings) {
        if (code == 0)
            code = sql_again(store, insert, err,
                             "iitttt"
                             "ttttt",
                             attempt, place++, finding_severity_name(row->severity),
                             finding_name(row), row->file, row->symbol, row->version, row->provider,
                             row->found, row->remedy,
                             row->executed != EXECUTED_NONE ? executed_name(row->executed) : NULL);
    }
    return code;
}

static int insert_prediction(struct store *store, const struct result *result, int64_t attempt,
                             struct error **err)
{
    const struct prediction *from = &result->prediction;
    PREPARE_INSERT(insert, "predicted_part VALUES (?, ?, ?, ?)");

    if (code < 0 || from->state == PREDICTION_NONE)
        return code;
    code = sql_run(store, err, "INSERT INTO prediction VALUES (?, ?, ?, ?, ?)", "ittti", attempt,
                   prediction_state_name(from->state), from->reason, from->surface,
                   (int64_t)from->cut);
    vec_foreach (part, &from->parts) {
        if (code == 0)
            code = sql_again(store, insert, err, "iiti", attempt, place++, part->name,
                             (int64_t)part->checked);
    }
    return code == 0 ? insert_findings(store, result, attempt, err) : code;
}

static int insert_rows(struct store *store, const struct result *result, const char *sha256,
                       struct error **err)
{
    struct place place = {.run = 0};
    int64_t attempt = 0;
    /* Asked again inside the transaction: another process may have merged the same bundle. */
    int code = find_place(store, result, sha256, &place, err);

    if (code < 0 || place.merged)
        return code;
    code = insert_job(store, result, &place, err);
    if (code == 0)
        code = insert_attempt(store, result, sha256, place.job, &attempt, err);
    if (code == 0)
        code = insert_cases(store, result, attempt, err);
    if (code == 0)
        code = insert_identity(store, result, attempt, err);
    if (code == 0)
        code = insert_gaps(store, result, attempt, err);
    if (code == 0)
        code = insert_observations(store, result, attempt, err);
    if (code == 0)
        code = insert_evidence(store, result, attempt, err);
    if (code == 0)
        code = insert_prediction(store, result, attempt, err);
    return code;
}

int store_merge_result(struct store *store, const struct result *result, const char *bundle_path,
                       struct error **err)
{
    struct place place = {.run = 0};
    char sha256[DIGEST_TEXT_SIZE];
    int code;

    result_digest(result, sha256);
    code = find_place(store, result, sha256, &place, err);
    if (code < 0 || place.merged)
        return code;
    vec_foreach (blob, &result->evidence) {
        _cleanup_free_ char *path = bundle_evidence_path(bundle_path, blob->sha256);

        code = evidence_add_file(store->home, path, blob->sha256, blob->size, err);
        if (code < 0)
            return code;
    }
    code = sql_begin(store, err);
    if (code < 0)
        return code;
    return sql_end(store, insert_rows(store, result, sha256, err), err);
}
