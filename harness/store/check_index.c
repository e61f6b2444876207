/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the index with a rebuilt one; row numbers that may differ are compared by what they
 * refer to. */
#include "store/check.h"

#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "store/seal.h"
#include "store/sql.h"

#define OF_RUN "(SELECT run FROM run WHERE id = ?)"
#define OF_ATTEMPT(table)                                                                          \
    "SELECT job, number, " table ".* FROM attempt JOIN " table                                     \
    " USING (attempt) WHERE run = " OF_RUN " ORDER BY job, number"

/* The columns of each table that are compared. */
static const struct table {
    const char *name, *query;
    int skipped; /* column that is not compared; -1: none */
} tables[] = {
    {"run_index", "SELECT * FROM run_index WHERE run = " OF_RUN, -1},
    {"cell", "SELECT * FROM cell WHERE run = " OF_RUN " ORDER BY place", -1},
    {"attempt",
     "SELECT attempt.*, (SELECT place FROM record WHERE record = attempt AND record.sha256 = "
     "attempt.sha256) FROM attempt WHERE run = " OF_RUN " ORDER BY job, number",
     0},
    {"case_result", OF_ATTEMPT("case_result") ", place", 2},
    {"observation", OF_ATTEMPT("observation") ", place", 2},
    {"finding", OF_ATTEMPT("finding") ", place", 2},
    {"attempt_evidence",
     "SELECT job, number, evidence.sha256, size FROM attempt JOIN attempt_evidence USING (attempt) "
     "JOIN evidence USING (evidence) WHERE run = " OF_RUN " ORDER BY job, number, evidence.sha256",
     -1},
    {"run_evidence",
     "SELECT sha256, size FROM run_evidence JOIN evidence USING (evidence) WHERE run = " OF_RUN
     " ORDER BY sha256",
     -1},
};

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    const char *x = (const char *)sqlite3_column_text(a, column);
    const char *y = (const char *)sqlite3_column_text(b, column);

    return text_equal(x, y);
}

static bool same_row(const struct table *table, sqlite3_stmt *a, sqlite3_stmt *b)
{
    for (int i = 0; i < sqlite3_column_count(a); i++)
        if (i != table->skipped && !same_value(a, b, i))
            return false;
    return true;
}

static int compare(struct store *store, struct store *model, const struct table *table,
                   const char *run_id, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *found = NULL, *wanted = NULL;
    int code = sql_prepare(store, &found, err, table->query, "t", run_id);

    if (code == 0)
        code = sql_prepare(model, &wanted, err, table->query, "t", run_id);
    while (code == 0) {
        int a = sql_step(store, found, err), b = a < 0 ? 0 : sql_step(model, wanted, err);

        if (a < 0 || b < 0)
            return a < 0 ? a : b;
        if (a != b || (a > 0 && !same_row(table, found, wanted))) {
            _cleanup_free_ char *said = text_format("table '%s'", table->name);

            return seal_index_damaged(store, run_id, said, err);
        }
        if (a == 0)
            break;
    }
    return code;
}

int check_run_index(struct store *store, struct store *model, const char *run_id,
                    struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
        code = compare(store, model, &tables[i], run_id, err);
    return code;
}

int check_whole_index(struct store *store, struct error **err)
{
    static const struct {
        const char *query, *said;
    } rows[] = {
        {"SELECT count(*) FROM verdict WHERE digest != row_digest(" VERDICT_SEALED ") OR cell NOT "
         "IN (SELECT cell FROM cell)",
         "a verdict does not have its digest"},
        {"SELECT count(*) FROM run_count WHERE digest != row_digest(" RUN_COUNT_SEALED ")",
         "the counts of a run do not have their digest"},
        {"SELECT count(*) FROM run_columns WHERE digest != row_digest(" RUN_COLUMNS_SEALED ")",
         "what the cells of a run said does not have its digest"},
        {"SELECT count(*) FROM evidence WHERE evidence NOT IN (SELECT evidence FROM run_evidence)",
         "evidence belongs to no run"},
        {"SELECT count(*) FROM pragma_foreign_key_check",
         "a row refers to a row that does not exist"},
    };

    int code = seal_check_orphans(store, err);

    for (size_t i = 0; code == 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t count = 0;

        code = sql_integer(store, &count, err, rows[i].query, "");

        if (code < 0)
            return code;
        if (count > 0)
            return error_set(
                err, -EUCLEAN,
                "store '%s' is damaged (%s): 'touchstone doctor --reindex' rebuilds the index",
                store->path, rows[i].said);
    }
    return code;
}
