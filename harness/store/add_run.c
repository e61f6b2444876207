/* SPDX-License-Identifier: Apache-2.0 */
/* Adds a planned run, and records its end. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "bundle/result_json.h"
#include "model/suite.h"
#include "store/add_run.h"
#include "store/index.h"
#include "store/merge.h"
#include "store/plan_record.h"
#include "store/record.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

static int add_records(struct store *store, const struct run_record *run,
                       const struct planned_suites *suites, int64_t row, struct error **err)
{
    _cleanup_buffer_ struct buffer plan = {0}, cells = {0};
    char sha256[DIGEST_TEXT_SIZE];
    int code;

    plan_record_to_text(run, suites, &plan);
    plan_cells_to_text(run, &cells);
    code = record_add(store, row, plan.data, plan.length, sha256, err);
    return code == 0 ? record_add(store, row, cells.data, cells.length, sha256, err) : code;
}

int add_run_rows(struct store *store, const struct run_record *run,
                 const struct planned_suites *suites, int64_t *ret_row, struct error **err)
{
    int64_t row = 0;
    int code = sql_integer(store, &row, NULL, "SELECT run FROM run WHERE id = ?", "t", run->id);

    if (code == 0)
        return error_set(err, -EEXIST, "run '%s' is in the store already: take another id",
                         run->id);
    code = sql_run(store, err, "INSERT INTO run (id, created_ms, state) VALUES (?, ?, ?)", "tit",
                   run->id, run->created_ms, run_state_name(run->state));
    if (code < 0)
        return code;
    *ret_row = sqlite3_last_insert_rowid(store->db);
    return add_records(store, run, suites, *ret_row, err);
}

/* Checks that there is one suite for each name in the plan: a cell without planned cases would have
 * nothing to display. */
static int check_suites(const struct run_record *run, const struct suite *const *suites,
                        size_t suite_count, struct error **err)
{
    vec_foreach (cell, &run->plan.cells) {
        bool known = false;

        for (size_t i = 0; i < suite_count; i++)
            known = known || strcmp(suites[i]->name, cell->suite) == 0;
        if (!known)
            return error_set(err, -EINVAL,
                             "run '%s': cell '%s/%s/%s' names a suite that is not given", run->id,
                             cell->image, cell->platform, cell->suite);
    }
    return 0;
}

static int check_run(const struct run_record *run, const struct suite *const *suites,
                     size_t suite_count, struct error **err)
{
    if (!text_is_name(run->id) || strcmp(run->id, "latest") == 0 || strcmp(run->id, "newest") == 0)
        return error_set(err, -EINVAL, "run id '%s' is not a name that a run can have", run->id);
    return check_suites(run, suites, suite_count, err);
}

/* In a transaction. */
static int add_run(struct store *store, const struct run_record *run,
                   const struct suite *const *suites, size_t suite_count, struct error **err)
{
    _cleanup_(planned_suites_done) struct planned_suites planned = {0};
    int64_t row = 0;
    int code;

    for (size_t i = 0; i < suite_count; i++)
        planned_suites_add(&planned, suites[i], &run->plan);
    code = add_run_rows(store, run, &planned, &row, err);
    return code == 0 ? index_add_cells(store, row, &run->plan, &run->plan, err) : code;
}

int store_add_run(struct store *store, const struct run_record *run,
                  const struct suite *const *suites, size_t suite_count, struct error **err)
{
    int code = check_run(run, suites, suite_count, err);

    if (code == 0)
        code = sql_begin(store, err);
    return code == 0 ? sql_end(store, add_run(store, run, suites, suite_count, err), err) : code;
}

static int end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                   struct error **err)
{
    int64_t row = 0, sealed = 0;
    int code = sql_integer(store, &row, NULL, "SELECT run FROM run WHERE id = ?", "t", run_id);

    if (code == -ENODATA)
        return error_set(err, -ENOENT, "no run '%s'", run_id);
    if (code == 0)
        code = sql_integer(store, &sealed, err,
                           "SELECT seal = row_digest(" RUN_SEALED ") FROM run WHERE run = ?", "i",
                           row);
    if (code == 0 && sealed != 1)
        return seal_run_damaged(store, run_id, "the seal of its row does not match", err);
    if (code == 0)
        code = sql_run(store, err, "UPDATE run SET state = ?, ended_ms = ? WHERE run = ?", "tii",
                       run_state_name(state), ended_ms, row);
    return code == 0 ? seal_run(store, row, err) : code;
}

int store_end_run(struct store *store, const char *run_id, enum run_state state, int64_t ended_ms,
                  struct error **err)
{
    int code = sql_begin(store, err);

    return code == 0 ? sql_end(store, end_run(store, run_id, state, ended_ms, err), err) : code;
}

int store_add_ended_run(struct store *store, const struct run_record *run,
                        const struct suite *suite, const struct result *result,
                        const char *bundle_path, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    char sha256[DIGEST_TEXT_SIZE];
    int code = check_run(run, &suite, 1, err);

    if (code == 0)
        code = merge_add_evidence(store, result, bundle_path, err);
    if (code == 0)
        code = sql_begin(store, err);
    if (code < 0)
        return code;
    result_to_text(result, &text);
    digest_of_memory(text.data, text.length, sha256);
    code = add_run(store, run, &suite, 1, err);
    if (code == 0)
        code = merge_insert(store, result, &text, sha256, err);
    if (code == 0)
        code = end_run(store, run->id, RUN_ENDED, run->ended_ms, err);
    return sql_end(store, code, err);
}
