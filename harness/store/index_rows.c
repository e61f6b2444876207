/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the index rows of an attempt. */
#include "store/index_rows.h"

#include <errno.h>

#include "base/error.h"
#include "model/result.h"
#include "model/signature.h"
#include "store/outcomes.h"
#include "store/seal.h"
#include "store/sql.h"

static int add_attempt_row(struct store *store, int64_t run, int64_t cell,
                           const struct result *result, const char *sha256, int64_t *ret_attempt,
                           struct error **err)
{
    char signature[SIGNATURE_TEXT_SIZE], outcomes[DIGEST_TEXT_SIZE];
    int code = sql_integer(store, ret_attempt, err, "SELECT record FROM record WHERE sha256 = ?",
                           "t", sha256);

    failure_signature(NULL, result->outcome, result->blame, result->reason, signature);
    outcomes_digest(result, outcomes);
    if (code < 0)
        return code;
    return sql_run(
        store, err,
        "INSERT INTO attempt VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, nullif(?, ''), ?)",
        "iiitti"
        "ttttttii"
        "tttt",
        *ret_attempt, run, cell, sha256, result->job_id, (int64_t)result->attempt,
        job_kind_name(result->kind), result->image, result->platform, result->suite,
        grade_name(result->grade), accel_name(result->accel), result->started_ms, result->ended_ms,
        status_name(result->outcome), blame_name(result->blame), signature, outcomes);
}

static int add_cases(struct store *store, const struct result *result, int64_t attempt,
                     struct error **err)
{
    int64_t place = 0;
    int code = 0;

    vec_foreach (row, &result->cases) {
        char signature[SIGNATURE_TEXT_SIZE];

        failure_signature(row->id, row->status, row->blame, row->reason, signature);
        code =
            sql_run(store, err, "INSERT INTO case_result VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''))",
                    "iitttit", attempt, place++, row->id, status_name(row->status),
                    blame_name(row->blame), row->duration_ms, signature);
        if (code < 0)
            return code;
    }
    return code;
}

static int add_observations(struct store *store, const struct result *result, int64_t attempt,
                            struct error **err)
{
    int64_t place = 0;
    int code = 0;

    vec_foreach (seen, &result->observations) {
        code = sql_run(store, err, "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?)", "iitttt",
                       attempt, place++, seen->case_id, seen->key, seen->value, seen->unit);
        if (code < 0)
            return code;
    }
    return code;
}

static int add_finding(struct store *store, const struct finding *row, int64_t attempt,
                       int64_t place, struct error **err)
{
    return sql_run(store, err, "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?)", "iitttt", attempt,
                   place, finding_severity_name(row->severity), finding_name(row), row->file,
                   row->executed != EXECUTED_NONE ? executed_name(row->executed) : NULL);
}

/* Those of the static check, then those of the footprint. */
static int add_findings(struct store *store, const struct result *result, int64_t attempt,
                        struct error **err)
{
    int64_t place = 0;
    int code = 0;

    for (size_t i = 0; code == 0 && i < result->prediction.findings.count; i++)
        code = add_finding(store, &result->prediction.findings.items[i], attempt, place++, err);
    for (size_t i = 0; code == 0 && i < result->footprint.findings.count; i++)
        code = add_finding(store, &result->footprint.findings.items[i], attempt, place++, err);
    return code;
}

/* Finds the row of a blob, or adds it. Most blobs are known. */
static int find_blob(struct store *store, const struct evidence *blob, int64_t *ret_evidence,
                     struct error **err)
{
    int code = sql_integer(store, ret_evidence, NULL,
                           "SELECT evidence FROM evidence WHERE sha256 = ?", "t", blob->sha256);

    if (code != -ENODATA)
        return code < 0 ? sql_error(store, err) : 0;
    code = sql_run(store, err, "INSERT INTO evidence (sha256, size) VALUES (?, ?)", "ti",
                   blob->sha256, (int64_t)blob->size);
    *ret_evidence = sqlite3_last_insert_rowid(store->db);
    return code;
}

/* Adds a blob to the sum of the attempt, and of the run, if it is new to them. */
static int add_blob(struct store *store, int64_t run, int64_t attempt, const struct evidence *blob,
                    char of_attempt[DIGEST_TEXT_SIZE], char of_run[DIGEST_TEXT_SIZE],
                    struct error **err)
{
    char digest[DIGEST_TEXT_SIZE];
    int64_t evidence = 0;
    int code = find_blob(store, blob, &evidence, err);

    if (code == 0)
        code = sql_run(store, err, "INSERT OR IGNORE INTO attempt_evidence VALUES (?, ?)", "ii",
                       attempt, evidence);
    if (code < 0 || sqlite3_changes(store->db) == 0)
        return code;
    seal_blob(blob->sha256, blob->size, digest);
    seal_sum(of_attempt, digest);
    code = sql_run(store, err, "INSERT OR IGNORE INTO run_evidence VALUES (?, ?)", "ii", run,
                   evidence);
    if (code == 0 && sqlite3_changes(store->db) > 0)
        seal_sum(of_run, digest);
    return code;
}

static int add_evidence(struct store *store, int64_t run, const struct result *result,
                        int64_t attempt, char blobs[DIGEST_TEXT_SIZE], struct error **err)
{
    char of_run[DIGEST_TEXT_SIZE] = "";

    *blobs = '\0';
    vec_foreach (blob, &result->evidence) {
        int code = add_blob(store, run, attempt, blob, blobs, of_run, err);

        if (code < 0)
            return code;
    }
    return sql_run(store, err, "UPDATE run_index SET blobs = sum_add(blobs, ?) WHERE run = ?", "ti",
                   of_run, run);
}

int index_add_rows(struct store *store, int64_t run, int64_t cell, const struct result *result,
                   const char *sha256, char ret_blobs[DIGEST_TEXT_SIZE], struct error **err)
{
    int64_t attempt = 0;
    int code = add_attempt_row(store, run, cell, result, sha256, &attempt, err);

    if (code == 0)
        code = add_cases(store, result, attempt, err);
    if (code == 0)
        code = add_observations(store, result, attempt, err);
    if (code == 0)
        code = add_findings(store, result, attempt, err);
    return code == 0 ? add_evidence(store, run, result, attempt, ret_blobs, err) : code;
}
