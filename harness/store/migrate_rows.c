/* SPDX-License-Identifier: Apache-2.0 */
/* Rebuilds an attempt from the rows of version 3. */
#include <errno.h>

#include "base/error.h"
#include "model/result.h"
#include "store/migrate.h"
#include "store/sql.h"

/* Parses a word in the statement's row; an invalid one sets `bad`, and the digest decides. */
#define WORD(statement, column, parse, ret, bad)                                                   \
    ((bad) |= !parse((const char *)sqlite3_column_text(statement, column), ret))

static int read_points(struct store *store, int64_t attempt, int64_t case_place,
                       struct case_result *to, bool *bad, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT name, status, detail FROM v3_point "
                           "WHERE attempt = ? AND case_place = ? ORDER BY place",
                           "ii", attempt, case_place);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct point *point = vec_add(&to->points);

        point->name = sql_text(row, 0);
        WORD(row, 1, status_parse, &point->status, *bad);
        point->detail = sql_text(row, 2);
        code = 0;
    }
    return code;
}

static int read_cases(struct store *store, int64_t attempt, struct result *result, bool *bad,
                      struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT place, id, item, required, judgeable, status, blame, reason, "
                           "gap, started, exit_code, duration_ms FROM v3_case_result "
                           "WHERE attempt = ? ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct case_result *to = vec_add(&result->cases);

        to->id = sql_text(row, 1);
        WORD(row, 2, item_parse, &to->item, *bad);
        to->required = sqlite3_column_int(row, 3) != 0;
        to->judgeable = sqlite3_column_int(row, 4) != 0;
        WORD(row, 5, status_parse, &to->status, *bad);
        WORD(row, 6, blame_parse, &to->blame, *bad);
        to->reason = sql_text(row, 7);
        to->gap = sqlite3_column_int(row, 8) != 0;
        to->started = sqlite3_column_int(row, 9) != 0;
        to->exit_code = sqlite3_column_int(row, 10);
        to->duration_ms = sqlite3_column_int64(row, 11);
        code = read_points(store, attempt, sqlite3_column_int64(row, 0), to, bad, err);
    }
    return code;
}

static int read_identity(struct store *store, int64_t attempt, struct result *result,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT key, expected, measured, matches FROM v3_identity_check "
                           "WHERE attempt = ? ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct identity_check *check = vec_add(&result->identity);

        check->key = sql_text(row, 0);
        check->expected = sql_text(row, 1);
        check->measured = sql_text(row, 2);
        check->matches = sqlite3_column_int(row, 3) != 0;
        code = 0;
    }
    return code;
}

static int read_gaps(struct store *store, int64_t attempt, struct result *result, bool *bad,
                     struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT kind, feature FROM v3_gap WHERE attempt = ? ORDER BY place", "i",
                           attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct gap *gap = vec_add(&result->gaps.rows);

        WORD(row, 0, gap_kind_parse, &gap->kind, *bad);
        gap->feature = sql_text(row, 1);
        code = 0;
    }
    return code;
}

static int read_observations(struct store *store, int64_t attempt, struct result *result,
                             struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT case_id, key, value, unit FROM v3_observation "
                           "WHERE attempt = ? ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct observation *seen = vec_add(&result->observations);

        seen->case_id = sql_text(row, 0);
        seen->key = sql_text(row, 1);
        seen->value = sql_text(row, 2);
        seen->unit = sql_text(row, 3);
        code = 0;
    }
    return code;
}

static int read_evidence(struct store *store, int64_t attempt, struct result *result, bool *bad,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT case_id, name, sha256, size, truncated FROM v3_attempt_evidence "
                           "JOIN v3_evidence USING (sha256) WHERE attempt = ? ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        const char *sha256 = (const char *)sqlite3_column_text(row, 2);
        struct evidence *blob = vec_add(&result->evidence);

        blob->case_id = sql_text(row, 0);
        blob->name = sql_text(row, 1);
        if (digest_is_text(sha256))
            memcpy(blob->sha256, sha256, DIGEST_TEXT_SIZE);
        else
            *bad = true;
        blob->size = (uint64_t)sqlite3_column_int64(row, 3);
        blob->truncated = sqlite3_column_int(row, 4) != 0;
        code = 0;
    }
    return code;
}

static int read_findings(struct store *store, int64_t attempt, struct prediction *to, bool *bad,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT severity, kind, file, symbol, version, provider, found, remedy, "
                           "executed "
                           "FROM v3_finding WHERE attempt = ? ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct finding *finding = vec_add(&to->findings);
        char **texts[] = {&finding->file,     &finding->symbol, &finding->version,
                          &finding->provider, &finding->found,  &finding->remedy};
        _cleanup_free_ char *kind = sql_text(row, 1);

        WORD(row, 0, finding_severity_parse, &finding->severity, *bad);
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
            *texts[i] = sql_text(row, (int)i + 2);
        finding_set_kind(finding, kind != NULL ? kind : "");
        if (sqlite3_column_type(row, 8) != SQLITE_NULL)
            WORD(row, 8, executed_parse, &finding->executed, *bad);
        code = 0;
    }
    return code;
}

static int read_parts(struct store *store, int64_t attempt, struct prediction *to,
                      struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT name, checked FROM v3_predicted_part WHERE attempt = ? "
                           "ORDER BY place",
                           "i", attempt);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct predicted_part *part = vec_add(&to->parts);

        part->name = sql_text(row, 0);
        part->checked = sqlite3_column_int(row, 1) != 0;
        code = 0;
    }
    return code;
}

static int read_prediction(struct store *store, int64_t attempt, struct result *result, bool *bad,
                           struct error **err)
{
    struct prediction *to = &result->prediction;
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(
        store, &row, err, "SELECT state, reason, surface, cut FROM v3_prediction WHERE attempt = ?",
        "i", attempt);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code <= 0)
        return code;
    WORD(row, 0, prediction_state_parse, &to->state, *bad);
    to->reason = sql_text(row, 1);
    to->surface = sql_text(row, 2);
    to->cut = sqlite3_column_int(row, 3) != 0;
    code = read_parts(store, attempt, to, err);
    return code == 0 ? read_findings(store, attempt, to, bad, err) : code;
}

static int read_head(struct store *store, int64_t attempt, struct result *result, bool *bad,
                     struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT v3_run.id, v3_job.name, kind, image, platform, suite, grade, "
                           "accel, warm, state_key, prepared_by, started_ms, v3_attempt.ended_ms, "
                           "outcome, blame, reason, identity_measured, number "
                           "FROM v3_attempt JOIN v3_job USING (job) JOIN v3_run USING (run) "
                           "WHERE attempt = ?",
                           "i", attempt);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code <= 0)
        return code < 0 ? code : sql_damaged(store, "an attempt has no job", err);
    result->run_id = sql_text(row, 0);
    result->job_id = sql_text(row, 1);
    result->attempt = (unsigned)sqlite3_column_int64(row, 17);
    WORD(row, 2, job_kind_parse, &result->kind, *bad);
    result->image = sql_text(row, 3);
    result->platform = sql_text(row, 4);
    result->suite = sql_text(row, 5);
    WORD(row, 6, grade_parse, &result->grade, *bad);
    WORD(row, 7, accel_parse, &result->accel, *bad);
    result->warm = sqlite3_column_int(row, 8) != 0;
    result->state_key = sql_text(row, 9);
    result->prepared_by = sql_text(row, 10);
    result->started_ms = sqlite3_column_int64(row, 11);
    result->ended_ms = sqlite3_column_int64(row, 12);
    WORD(row, 13, status_parse, &result->outcome, *bad);
    WORD(row, 14, blame_parse, &result->blame, *bad);
    result->reason = sql_text(row, 15);
    result->identity_measured = sqlite3_column_int(row, 16) != 0;
    return 0;
}

int migrate_read_attempt(struct store *store, int64_t attempt, struct result **ret_result,
                         struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = result_new();
    bool bad = false;
    int code = read_head(store, attempt, result, &bad, err);

    if (code == 0)
        code = read_cases(store, attempt, result, &bad, err);
    if (code == 0)
        code = read_identity(store, attempt, result, err);
    if (code == 0)
        code = read_gaps(store, attempt, result, &bad, err);
    if (code == 0)
        code = read_observations(store, attempt, result, err);
    if (code == 0)
        code = read_evidence(store, attempt, result, &bad, err);
    if (code == 0)
        code = read_prediction(store, attempt, result, &bad, err);
    if (code < 0)
        return code;
    if (bad)
        return sql_damaged(store, "a row has an invalid keyword", err);
    *ret_result = steal_ptr(result);
    return 0;
}
