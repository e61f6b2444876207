/* SPDX-License-Identifier: Apache-2.0 */
/* Copies the records of one run from a damaged database to a new one. Uses two connections instead
 * of ATTACH: after a writing statement has hit a damaged page, SQLite rejects later ones on that
 * connection. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "model/result.h"
#include "store/add_run.h"
#include "store/index.h"
#include "store/record.h"
#include "store/salvage.h"
#include "store/seal.h"
#include "store/sealed_run.h"
#include "store/sql.h"

/* A record as far as it can be read. */
struct found {
    int64_t record, place;
    char sha256[DIGEST_TEXT_SIZE];
    bool whole;
    char *cell; /* "image/platform/suite"; NULL: belongs to no cell, or unknown */
};

struct copying {
    struct store *from, *to;
    int64_t row;
    VEC(struct found) records; /* sorted by position */
    struct strv dropped;       /* cells that lost an attempt */
    bool all_dropped;          /* it is unknown which cells lost an attempt */
};

static void copying_done(struct copying *copying)
{
    vec_foreach (found, &copying->records)
        free(found->cell);
    vec_done(&copying->records);
    strv_done(&copying->dropped);
}

static void add_found(struct copying *copying, int64_t record, int64_t place)
{
    vec_foreach (found, &copying->records) {
        if (found->record == record)
            return;
    }
    *vec_add(&copying->records) = (struct found){.record = record, .place = place};
}

static int list_by(struct copying *copying, const char *text, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(copying->from, &row, err, text, "i", copying->row);

    while (code == 0 && (code = sql_step(copying->from, row, err)) > 0) {
        add_found(copying, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1));
        code = 0;
    }
    return code;
}

static int by_place(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    return (x->place > y->place) - (x->place < y->place);
}

/* Uses the index or, where that is damaged, scans the table from both ends. */
static void list_records(struct copying *copying)
{
    if (list_by(copying, "SELECT record, place FROM record INDEXED BY record_place WHERE run = ?",
                NULL) < 0 &&
        list_by(copying, "SELECT record, place FROM record NOT INDEXED WHERE run = ?", NULL) < 0)
        list_by(copying,
                "SELECT record, place FROM record NOT INDEXED WHERE run = ? ORDER BY record DESC",
                NULL);
    if (copying->records.count > 0)
        qsort(copying->records.items, copying->records.count, sizeof(struct found), by_place);
}

static char *cell_of(const struct result *result)
{
    return result->kind != JOB_CELL
               ? NULL
               : text_format("%s/%s/%s", result->image, result->platform, result->suite);
}

static void note(struct salvaged_run *run, struct error *err)
{
    run->lost++;
    if (run->reason == NULL)
        run->reason = text_dup(error_message(err));
    error_free(err);
}

/* The index may still show which cell a lost record belongs to. */
static void drop_cell(struct copying *copying, int64_t record)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;

    if (sql_prepare(copying->from, &row, NULL,
                    "SELECT kind, image, platform, suite FROM attempt WHERE attempt = ?", "i",
                    record) < 0 ||
        sql_step(copying->from, row, NULL) <= 0) {
        copying->all_dropped = true;
        return;
    }
    if (text_equal((const char *)sqlite3_column_text(row, 0), job_kind_name(JOB_CELL)))
        strv_take(&copying->dropped,
                  text_format("%s/%s/%s", sqlite3_column_text(row, 1), sqlite3_column_text(row, 2),
                              sqlite3_column_text(row, 3)));
}

static void look_at(struct copying *copying, struct found *found, struct salvaged_run *run)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    struct error *err = NULL;
    int code = record_read_row(copying->from, found->record, found->sha256, &text, &err);

    if (code == 0 && found->place >= RECORD_ATTEMPTS)
        code = store_parse_attempt(&text, &result, &err);
    found->whole = code == 0;
    if (result != NULL)
        found->cell = cell_of(result);
    if (code == 0)
        return;
    note(run, err);
    if (found->place >= RECORD_ATTEMPTS)
        drop_cell(copying, found->record);
}

/* Finds attempts that are in the index but have no record any more. */
static void look_for_missing(struct copying *copying, struct salvaged_run *run)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    struct error *err = NULL;

    if (sql_prepare(copying->from, &row, NULL,
                    "SELECT attempt FROM attempt WHERE run = ? AND NOT EXISTS "
                    "(SELECT 1 FROM record WHERE record.record = attempt.attempt)",
                    "i", copying->row) < 0)
        return;
    while (sql_step(copying->from, row, NULL) > 0) {
        error_set(&err, -EUCLEAN, "the record of an attempt is gone");
        note(run, err);
        err = NULL;
        drop_cell(copying, sqlite3_column_int64(row, 0));
    }
}

/* Compares the run's row with the records, if it can be read: a chain that does not match means
 * that some are missing, and it is unknown which. */
static void look_at_chain(struct copying *copying, struct salvaged_run *run)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    char chain[DIGEST_TEXT_SIZE] = "", said[DIGEST_TEXT_SIZE] = "";
    struct error *err = NULL;

    vec_foreach (found, &copying->records)
        seal_chain(chain, found->sha256);
    if (sql_prepare(copying->from, &row, NULL, "SELECT chain FROM run WHERE run = ?", "i",
                    copying->row) == 0 &&
        sql_step(copying->from, row, NULL) > 0)
        sql_digest(row, 0, said);
    if (strcmp(chain, said) == 0 || run->lost > 0)
        return;
    copying->all_dropped = true;
    error_set(&err, -EUCLEAN, "run '%s': its records are not those that were added", run->id);
    note(run, err);
}

static int copy_row(struct copying *copying, const char *run_id, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    const char *state;
    int code =
        sql_prepare(copying->from, &row, err,
                    "SELECT created_ms, ended_ms, state FROM run WHERE run = ?", "i", copying->row);

    if (code == 0)
        code = sql_step(copying->from, row, err);
    if (code <= 0)
        return code < 0 ? code : error_set(err, -ENOENT, "no run '%s'", run_id);
    state = (const char *)sqlite3_column_text(row, 2);
    return sql_run(copying->to, err,
                   "INSERT INTO run (run, id, created_ms, ended_ms, state) VALUES (?, ?, ?, ?, ?)",
                   "itiit", copying->row, run_id, sqlite3_column_int64(row, 0),
                   sqlite3_column_int64(row, 1), state);
}

static bool is_dropped(const struct copying *copying, const struct found *found)
{
    return found->place >= RECORD_ATTEMPTS &&
           (copying->all_dropped ||
            (found->cell != NULL && strv_has(&copying->dropped, found->cell)));
}

static int copy_records(struct copying *copying, struct salvaged_run *run, struct error **err)
{
    int code = 0;

    vec_foreach (found, &copying->records) {
        _cleanup_buffer_ struct buffer text = {0};
        char sha256[DIGEST_TEXT_SIZE];

        if (code < 0)
            return code;
        if (!found->whole && found->place < RECORD_ATTEMPTS)
            return error_set(err, -EUCLEAN, "run '%s': the record of its plan is lost", run->id);
        if (!found->whole)
            continue;
        if (is_dropped(copying, found)) {
            run->lost++;
            continue;
        }
        code = record_read_row(copying->from, found->record, sha256, &text, err);
        if (code == 0)
            code = record_add(copying->to, copying->row, text.data, text.length, sha256, err);
        run->attempts += code == 0 && found->place >= RECORD_ATTEMPTS;
    }
    return code;
}

static int find_row(struct copying *copying, const char *run_id, struct error **err)
{
    int code = sql_integer(copying->from, &copying->row, NULL, "SELECT run FROM run WHERE id = ?",
                           "t", run_id);

    return code == 0 ? 0
                     : sql_integer(copying->from, &copying->row, err,
                                   "SELECT run FROM run NOT INDEXED WHERE id = ?", "t", run_id);
}

int salvage_copy_run(struct store *from, struct store *to, struct salvaged_run *run,
                     struct error **err)
{
    _cleanup_(copying_done) struct copying copying = {.from = from, .to = to};
    int code = find_row(&copying, run->id, err);

    if (code < 0)
        return code;
    list_records(&copying);
    vec_foreach (found, &copying.records)
        look_at(&copying, found, run);
    look_for_missing(&copying, run);
    look_at_chain(&copying, run);
    code = sql_script(to, "SAVEPOINT run", err);
    if (code < 0)
        return code;
    code = copy_row(&copying, run->id, err);
    if (code == 0)
        code = copy_records(&copying, run, err);
    if (code == 0)
        code = index_run(to, copying.row, err);
    if (code < 0) {
        sql_script(to, "ROLLBACK TO run", NULL);
        run->attempts = 0;
    }
    sql_script(to, "RELEASE run", NULL);
    return code;
}
