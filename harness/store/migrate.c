/* SPDX-License-Identifier: Apache-2.0 */
/* Migrates the tables of version 3 to records. The digests that attempts were merged with are
 * preserved. */
#include "store/migrate.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "bundle/bounds.h"
#include "bundle/result_json.h"
#include "model/plan.h"
#include "model/result.h"
#include "store/add_run.h"
#include "store/index.h"
#include "store/plan_record.h"
#include "store/record.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/sql.h"

static int read_inputs(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(
        store, &statement, err,
        "SELECT kind, name, sha256, path FROM v3_input WHERE run = ? ORDER BY place", "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct run_input *input = vec_add(&run->inputs);

        input->kind = sql_text(statement, 0);
        input->name = sql_text(statement, 1);
        sql_digest(statement, 2, input->sha256);
        input->path = sql_text(statement, 3);
        code =
            *input->sha256 != '\0' ? 0 : sql_damaged(store, "an input has an invalid digest", err);
    }
    return code;
}

static int read_host(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code =
        sql_prepare(store, &statement, err,
                    "SELECT key, value FROM v3_host_fact WHERE run = ? ORDER BY place", "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct host_fact *fact = vec_add(&run->host);

        fact->key = sql_text(statement, 0);
        fact->value = sql_text(statement, 1);
        code = 0;
    }
    return code;
}

static int read_cells(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT image, platform, suite, refused FROM v3_cell WHERE run = ? "
                           "ORDER BY place",
                           "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        struct plan_cell *cell = vec_add(&run->plan.cells);

        cell->image = sql_text(statement, 0);
        cell->platform = sql_text(statement, 1);
        cell->suite = sql_text(statement, 2);
        cell->refused = sql_text(statement, 3);
        code = 0;
    }
    return code;
}

static int read_suites(struct store *store, int64_t row, struct planned_suites *suites,
                       struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    struct planned_suite *suite = NULL;
    int code = sql_prepare(store, &statement, err,
                           "SELECT suite, id, item, required, native_only, planned "
                           "FROM v3_planned_case WHERE run = ? ORDER BY suite, place",
                           "i", row);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        struct planned_case *to;

        if (suite == NULL || !text_equal(suite->name, name)) {
            suite = vec_add(suites);
            suite->name = text_dup(name);
        }
        to = vec_add(&suite->cases);
        to->id = sql_text(statement, 1);
        to->required = sqlite3_column_int(statement, 3) != 0;
        to->native_only = sqlite3_column_int(statement, 4) != 0;
        to->planned = sqlite3_column_int(statement, 5) != 0;
        code = item_parse((const char *)sqlite3_column_text(statement, 2), &to->item)
                   ? 0
                   : sql_damaged(store, "a planned case has an invalid item", err);
    }
    return code;
}

static int read_head(struct store *store, int64_t row, struct run_record *run, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    _cleanup_json_ json_t *plan = NULL;
    const char *text;
    int code = sql_prepare(store, &statement, err,
                           "SELECT id, created_ms, ended_ms, state, plan FROM v3_run WHERE run = ?",
                           "i", row);

    if (code == 0)
        code = sql_step(store, statement, err);
    if (code <= 0)
        return code < 0 ? code : sql_damaged(store, "a run is gone", err);
    run->id = sql_text(statement, 0);
    run->created_ms = sqlite3_column_int64(statement, 1);
    run->ended_ms = sqlite3_column_int64(statement, 2);
    text = (const char *)sqlite3_column_text(statement, 4);
    if (!run_state_parse((const char *)sqlite3_column_text(statement, 3), &run->state) ||
        json_parse(text, strlen(text), "a plan", &plan, NULL) < 0 ||
        plan_from_json(plan, "a plan", &run->plan, NULL) < 0)
        return sql_damaged(store, "the plan of a run is not one that this program wrote", err);
    return 0;
}

/* Finds the text of an attempt as it was merged: in the job's own file if it exists, else rebuilt
 * from the rows, provided it has the digest. */
static bool find_text(struct store *store, const char *run_id, const char *job, int64_t number,
                      int64_t attempt, const char *sha256, struct buffer *ret_text)
{
    _cleanup_free_ char *path = text_format("%s/runs/%s/jobs/%s/%lld/bundle/result.json",
                                            store->home, run_id, job, (long long)number);
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    char measured[DIGEST_TEXT_SIZE] = "";

    if (text_is_name(job) && path_exists(path) &&
        path_read(path, BUNDLE_RESULT_LIMIT, ret_text, NULL) == 0)
        digest_of_memory(ret_text->data, ret_text->length, measured);
    if (strcmp(measured, sha256) == 0)
        return true;
    buffer_done(ret_text);
    if (migrate_read_attempt(store, attempt, &result, NULL) < 0)
        return false;
    result_to_text(result, ret_text);
    digest_of_memory(ret_text->data, ret_text->length, measured);
    return strcmp(measured, sha256) == 0;
}

static int move_attempts(struct store *store, int64_t from, int64_t to, const char *run_id,
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT attempt, result_sha256, name, number FROM v3_attempt "
                           "JOIN v3_job USING (job) WHERE run = ? ORDER BY attempt",
                           "i", from);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        const char *sha256 = (const char *)sqlite3_column_text(row, 1);
        const char *job = (const char *)sqlite3_column_text(row, 2);
        _cleanup_buffer_ struct buffer text = {0};
        char added[DIGEST_TEXT_SIZE];

        if (find_text(store, run_id, job, sqlite3_column_int64(row, 3),
                      sqlite3_column_int64(row, 0), sha256, &text))
            code = record_add(store, to, text.data, text.length, added, err);
        else {
            log_warning("run '%s': attempt %lld of job '%s' was modified after it was merged",
                        run_id, (long long)sqlite3_column_int64(row, 3), job);
            code = record_add_lost(store, to, sha256, err);
        }
    }
    return code;
}

static int move_run(struct store *store, int64_t from, struct error **err)
{
    _cleanup_(planned_suites_done) struct planned_suites suites = {0};
    _cleanup_(run_record_done) struct run_record run = {0};
    int64_t to = 0;
    int code = read_head(store, from, &run, err);

    if (code == 0)
        code = read_inputs(store, from, &run, err);
    if (code == 0)
        code = read_host(store, from, &run, err);
    if (code == 0)
        code = read_cells(store, from, &run, err);
    if (code == 0)
        code = read_suites(store, from, &suites, err);
    if (code == 0)
        code = add_run_rows(store, &run, &suites, &to, err);
    if (code == 0)
        code = move_attempts(store, from, to, run.id, err);
    if (code == 0)
        code = sql_run(store, err, "UPDATE run SET ended_ms = ? WHERE run = ?", "ii", run.ended_ms,
                       to);
    return code == 0 ? seal_run(store, to, err) : code;
}

int migrate_to_records(struct store *store, struct error **err)
{
    static const char *const old[] = {"point",
                                      "case_result",
                                      "identity_check",
                                      "gap",
                                      "observation",
                                      "finding",
                                      "predicted_part",
                                      "prediction",
                                      "attempt_evidence",
                                      "evidence",
                                      "attempt",
                                      "job",
                                      "cell",
                                      "planned_case",
                                      "input",
                                      "host_fact",
                                      "run"};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err, "SELECT run FROM v3_run ORDER BY run", "");

    while (code == 0 && (code = sql_step(store, row, err)) > 0)
        code = move_run(store, sqlite3_column_int64(row, 0), err);
    sqlite3_finalize(steal_ptr(row));
    for (size_t i = 0; code == 0 && i < sizeof(old) / sizeof(old[0]); i++) {
        _cleanup_free_ char *text = text_format("DROP TABLE v3_%s", old[i]);

        code = sql_script(store, text, err);
    }
    return code == 0 ? index_rebuild(store, err) : code;
}
