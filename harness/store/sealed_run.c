/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a run with its seal, and adds one from another store. */
#include "store/sealed_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/result.h"
#include "store/evidence.h"
#include "store/index.h"
#include "store/merge.h"
#include "store/plan_record.h"
#include "store/record.h"
#include "store/seal.h"
#include "store/sql.h"
#include "store/store.h"

void sealed_run_done(struct sealed_run *run)
{
    free(run->id);
    vec_done(&run->records);
}

static int read_records(struct store *store, int64_t run, struct sealed_run *to, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(
        store, &row, err, "SELECT sha256, size FROM record WHERE run = ? ORDER BY place", "i", run);

    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        struct sealed_record *record = vec_add(&to->records);

        sql_digest(row, 0, record->sha256);
        record->size = (uint64_t)sqlite3_column_int64(row, 1);
        code = 0;
    }
    return code;
}

int store_read_sealed_run(struct store *store, const char *run_id, struct sealed_run *ret_run,
                          struct error **err)
{
    _cleanup_(sealed_run_done) struct sealed_run run = {.id = text_dup(run_id)};
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT run, created_ms, ended_ms, state, chain FROM run WHERE id = ?",
                           "t", run_id);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "no run '%s'", run_id);
    if (code < 0)
        return code;
    run.created_ms = sqlite3_column_int64(row, 1);
    run.ended_ms = sqlite3_column_int64(row, 2);
    sql_digest(row, 4, run.chain);
    if (!run_state_parse((const char *)sqlite3_column_text(row, 3), &run.state))
        return seal_run_damaged(store, run_id, "its state is not one", err);
    code = seal_check_run(store, sqlite3_column_int64(row, 0), run_id, err);
    if (code == 0)
        code = read_records(store, sqlite3_column_int64(row, 0), &run, err);
    if (code < 0)
        return code;
    *ret_run = run;
    run = (struct sealed_run){.id = NULL};
    return 0;
}

int store_read_record(struct store *store, const char *sha256, struct buffer *ret_text,
                      struct error **err)
{
    return record_read(store, sha256, ret_text, err);
}

/* --- adding ------------------------------------------------------------------------------- */

struct adding {
    struct store *store;
    const struct sealed_run *run;
    const struct sealed_source *source;
    int64_t row;
    struct evidence_folders folders;
};

static int is_bad(const struct adding *in, const char *what, struct error **err)
{
    return error_set(err, -EBADMSG, "run '%s' was not made by this program: %s; it is rejected",
                     in->run->id, what);
}

static int get_text(const struct adding *in, size_t place, struct buffer *ret_text,
                    struct error **err)
{
    const struct sealed_record *record = &in->run->records.items[place];
    char measured[DIGEST_TEXT_SIZE];
    int64_t known = 0;
    int code = in->source->text(in->source->with, record, ret_text, err);

    if (code < 0)
        return code;
    digest_of_memory(ret_text->data != NULL ? ret_text->data : "", ret_text->length, measured);
    if (strcmp(measured, record->sha256) != 0)
        return is_bad(in, "the text of a record does not match its digest", err);
    code = sql_integer(in->store, &known, err, "SELECT count(*) FROM record WHERE sha256 = ?", "t",
                       measured);
    return code == 0 && known > 0 ? is_bad(in, "a record of it belongs to another run", err) : code;
}

static int add_plan(const struct adding *in, struct error **err)
{
    _cleanup_(plan_done) struct plan plan = {.cold = false};
    const struct plan_record *about = NULL;
    const char *fault;
    int code = 0;

    for (size_t place = RECORD_PLAN; code == 0 && place < RECORD_ATTEMPTS; place++) {
        _cleanup_buffer_ struct buffer text = {0};
        char sha256[DIGEST_TEXT_SIZE];

        code = get_text(in, place, &text, err);
        if (code == 0)
            code = record_add(in->store, in->row, text.data, text.length, sha256, err);
    }
    if (code == 0)
        code = plan_record_of(in->store, in->row, &about, err);
    if (code == 0 &&
        (!text_equal(about->run.id, in->run->id) || about->run.created_ms != in->run->created_ms))
        code = is_bad(in, "its plan is that of another run", err);
    if (code == 0 && in->source->check != NULL)
        code = in->source->check(in->source->with, &about->run, err);
    if (code == 0)
        code = plan_record_cells(in->store, in->row, &plan, err);
    if (code == 0 && (fault = plan_record_fault(about, &plan)) != NULL)
        code = is_bad(in, fault, err);
    return code == 0 ? index_add_cells(in->store, in->row, &plan, &about->run.plan, err) : code;
}

/* A result whose evidence was never there is not one. */
static int check_evidence(struct adding *in, const struct result *result, struct error **err)
{
    vec_foreach (blob, &result->evidence)
        if (!evidence_is_present(&in->folders, in->store->home, blob->sha256, blob->size))
            return is_bad(in, "evidence of a result is not in it", err);
    return 0;
}

static int add_attempt(struct adding *in, size_t place, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    int code = get_text(in, place, &text, err);

    if (code == 0)
        code = store_parse_attempt(&text, &result, err);
    if (code == 0 && !text_equal(result->run_id, in->run->id))
        code = is_bad(in, "it contains a result of another run", err);
    if (code == 0)
        code = check_evidence(in, result, err);
    return code == 0
               ? merge_insert(in->store, result, &text, in->run->records.items[place].sha256, err)
               : code;
}

/* The records that were inserted give the chain of the run: none was left out as merged already. */
static int finish(const struct adding *in, struct error **err)
{
    int64_t same = 0;
    int code = sql_integer(in->store, &same, err, "SELECT chain = ? FROM run WHERE run = ?", "ti",
                           in->run->chain, in->row);

    if (code == 0 && same != 1)
        code = is_bad(in, "its records do not give its chain of digests", err);
    if (code == 0)
        code = sql_run(in->store, err, "UPDATE run SET state = ?, ended_ms = ? WHERE run = ?",
                       "tii", run_state_name(in->run->state), in->run->ended_ms, in->row);
    return code == 0 ? seal_run(in->store, in->row, err) : code;
}

static int add(struct adding *in, struct error **err)
{
    int code = sql_run(in->store, err, "INSERT INTO run (id, created_ms, state) VALUES (?, ?, ?)",
                       "tit", in->run->id, in->run->created_ms, run_state_name(RUN_OPEN));

    if (code < 0)
        return code;
    in->row = sqlite3_last_insert_rowid(in->store->db);
    code = add_plan(in, err);
    for (size_t place = RECORD_ATTEMPTS; code == 0 && place < in->run->records.count; place++)
        code = add_attempt(in, place, err);
    return code == 0 ? finish(in, err) : code;
}

/* 1: it is there already; 0: it is not. */
static int look_for(struct store *store, const struct sealed_run *run, struct error **err)
{
    _cleanup_(sealed_run_done) struct sealed_run there = {.id = NULL};
    _cleanup_error_ struct error *why = NULL;
    int code = store_read_sealed_run(store, run->id, &there, &why);

    if (code == -ENOENT)
        return 0;
    if (code < 0) {
        if (err != NULL)
            *err = steal_ptr(why);
        return code;
    }
    if (strcmp(there.chain, run->chain) == 0 && there.created_ms == run->created_ms &&
        there.ended_ms == run->ended_ms && there.state == run->state)
        return 1;
    return error_set(err, -EEXIST,
                     "the store has another run '%s': it is retained, and this one is not added",
                     run->id);
}

int store_add_sealed_run(struct store *store, const struct sealed_run *run,
                         const struct sealed_source *source, struct error **err)
{
    struct adding in = {.store = store, .run = run, .source = source};
    int code;

    if (!text_is_name(run->id) || strcmp(run->id, "latest") == 0 || strcmp(run->id, "newest") == 0)
        return error_set(err, -EBADMSG, "run id '%s' is not a name that a run can have", run->id);
    if (run->records.count < RECORD_ATTEMPTS)
        return is_bad(&in, "it has no plan", err);
    code = sql_begin(store, err);
    if (code < 0)
        return code;
    code = look_for(store, run, err);
    if (code == 1) {
        sql_end(store, 0, NULL);
        return 1;
    }
    if (code == 0)
        code = add(&in, err);
    evidence_folders_done(&in.folders);
    return sql_end(store, code, err);
}
