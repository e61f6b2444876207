/* SPDX-License-Identifier: Apache-2.0 */
/* Copies the rows of one run of schema 1 to 3 from a damaged database to a new one of schema 3.
 * Uses two connections instead of ATTACH: after a writing statement has hit a damaged page, SQLite
 * rejects later ones on that connection. */
#include <stdlib.h>

#include "base/error.h"
#include "store/salvage.h"
#include "store/sql.h"

/* Tables in the order of their references; verdicts are left out, because they can be computed
 * again. */
static const char *const run_tables[] = {"run",          "host_fact", "input",
                                         "planned_case", "cell",      "job"};
static const char *const attempt_tables[] = {"case_result", "point",          "identity_check",
                                             "gap",         "observation",    "attempt_evidence",
                                             "prediction",  "predicted_part", "finding"};

/* Lists the columns of a table in the damaged store; empty: the table does not exist. */
static void columns_of(struct store *store, const char *table, struct strv *ret)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;

    if (sql_prepare(store, &statement, NULL, "SELECT name FROM pragma_table_info(?)", "t", table) <
        0)
        return;
    while (sql_step(store, statement, NULL) > 0)
        strv_take(ret, sql_text(statement, 0));
}

/* Copies the rows that a query returns; existing rows are not changed. */
static int copy_selected(struct store *from, struct store *to, const char *select,
                         const char *insert, int64_t value, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL, *put = NULL;
    int code = sql_prepare(from, &row, err, select, "i", value);

    if (code == 0)
        code = sql_prepare(to, &put, err, insert, "");
    while (code == 0 && (code = sql_step(from, row, err)) > 0) {
        for (int i = 0; i < sqlite3_column_count(row); i++)
            sqlite3_bind_value(put, i + 1, sqlite3_column_value(row, i));
        code = sql_step(to, put, err);
        sqlite3_reset(put);
    }
    return code;
}

/* Copies through an index and, where that is damaged, by reading the whole table. */
static int copy_rows(struct store *from, struct store *to, const char *table, const char *column,
                     int64_t value, struct error **err)
{
    _cleanup_strv_ struct strv columns = {0};
    _cleanup_free_ char *names = NULL, *select = NULL, *slow = NULL;
    _cleanup_buffer_ struct buffer insert = {0};

    columns_of(from, table, &columns);
    if (columns.count == 0)
        return 0;
    names = strv_join(&columns, ", ");
    buffer_format(&insert, "INSERT OR IGNORE INTO %s (%s) VALUES (", table, names);
    for (size_t i = 0; i < columns.count; i++)
        buffer_text(&insert, i > 0 ? ", ?" : "?");
    buffer_text(&insert, ")");
    select = text_format("SELECT %s FROM %s WHERE %s = ?", names, table, column);
    slow = text_format("SELECT %s FROM %s NOT INDEXED WHERE %s = ?", names, table, column);
    return copy_selected(from, to, select, insert.data, value, NULL) == 0
               ? 0
               : copy_selected(from, to, slow, insert.data, value, err);
}

static int copy_evidence(struct store *from, struct store *to, int64_t attempt, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *used = NULL;
    int code = sql_prepare(to, &used, err, "SELECT sha256 FROM attempt_evidence WHERE attempt = ?",
                           "i", attempt);

    while (code == 0 && (code = sql_step(to, used, err)) > 0) {
        _cleanup_free_ char *sha256 = sql_text(used, 0);
        int64_t size = 0;

        code = sql_integer(from, &size, err, "SELECT size FROM evidence WHERE sha256 = ?", "t",
                           sha256);
        if (code == 0)
            code = sql_run(to, err, "INSERT OR IGNORE INTO evidence (sha256, size) VALUES (?, ?)",
                           "ti", sha256, size);
    }
    return code;
}

/* Copies all of one attempt, or nothing. */
static int copy_attempt(struct store *from, struct store *to, int64_t attempt, struct error **err)
{
    int code = sql_script(to, "SAVEPOINT attempt", err);

    if (code == 0)
        code = copy_rows(from, to, "attempt", "attempt", attempt, err);
    /* The digest of the whole shows whether rows are missing: an unreadable table may have had none
     * for this attempt. */
    for (size_t i = 0; code == 0 && i < sizeof(attempt_tables) / sizeof(attempt_tables[0]); i++)
        copy_rows(from, to, attempt_tables[i], "attempt", attempt, NULL);
    if (code == 0)
        code = copy_evidence(from, to, attempt, err);
    if (code < 0)
        sql_script(to, "ROLLBACK TO attempt", NULL);
    sql_script(to, "RELEASE attempt", NULL);
    return code;
}

/* Lists the numbers that a query returns, as far as it can be read. */
static int list_numbers(struct store *store, const char *text, int64_t value, struct strv *ret,
                        struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *statement = NULL;
    int code = sql_prepare(store, &statement, err, text, "i", value);

    while (code == 0 && (code = sql_step(store, statement, err)) > 0) {
        strv_take(ret, sql_text(statement, 0));
        code = 0;
    }
    return code;
}

static void note(struct salvaged_run *run, struct error *err)
{
    run->lost++;
    if (run->reason == NULL)
        run->reason = text_dup(error_message(err));
    error_free(err);
}

/* Copies every attempt of a job and records what cannot be read. */
static void copy_job(struct store *from, struct store *to, int64_t job, struct salvaged_run *run)
{
    _cleanup_strv_ struct strv numbers = {0};
    struct error *err = NULL;

    if (list_numbers(from, "SELECT attempt FROM attempt WHERE job = ?", job, &numbers, NULL) < 0) {
        strv_done(&numbers);
        if (list_numbers(from, "SELECT attempt FROM attempt NOT INDEXED WHERE job = ?", job,
                         &numbers, &err) < 0)
            note(run, err);
    }
    for (size_t i = 0; i < numbers.count; i++) {
        err = NULL;
        if (copy_attempt(from, to, strtoll(numbers.items[i], NULL, 10), &err) < 0)
            note(run, err);
    }
}

int salvage_copy_old_run(struct store *from, struct store *to, struct salvaged_run *run,
                         struct error **err)
{
    _cleanup_strv_ struct strv jobs = {0};
    int64_t row = 0;
    int code = sql_integer(from, &row, NULL, "SELECT run FROM run WHERE id = ?", "t", run->id);

    if (code < 0)
        code = sql_integer(from, &row, err, "SELECT run FROM run NOT INDEXED WHERE id = ?", "t",
                           run->id);
    if (code == 0)
        code = sql_script(to, "SAVEPOINT run", err);
    if (code < 0)
        return code;
    for (size_t i = 0; code == 0 && i < sizeof(run_tables) / sizeof(run_tables[0]); i++)
        code = copy_rows(from, to, run_tables[i], "run", row, err);
    if (code == 0)
        code = list_numbers(to, "SELECT job FROM job WHERE run = ?", row, &jobs, err);
    for (size_t i = 0; code == 0 && i < jobs.count; i++)
        copy_job(from, to, strtoll(jobs.items[i], NULL, 10), run);
    if (code < 0)
        sql_script(to, "ROLLBACK TO run", NULL);
    sql_script(to, "RELEASE run", NULL);
    return code;
}
