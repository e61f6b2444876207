/* SPDX-License-Identifier: Apache-2.0 */
/* What `runs`, `matrix`, `history`, `diff`, `gate` and a query ask of the index is found by keys:
 * no statement reads a table that grows with the results from end to end, except those that are
 * about all of them. SQLite itself says how it would run each statement; the linker replaces the
 * function that prepares them. */
#include <sqlite3.h>
#include <string.h>

#include "cunit_run.h"
#include "judge/across.h"
#include "judge/diff.h"
#include "judge/judge.h"
#include "judge/runs.h"
#include "judge/select_matrix.h"
#include "judge/select_runs.h"
#include "sample_days.h"
#include "store/history_cases.h"

enum { DAYS = 4 };

static bool watching;
static unsigned asked;
static struct strv scans; /* "SCAN cell: SELECT …", each once */

int __real_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags,
                              sqlite3_stmt **ret, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags,
                              sqlite3_stmt **ret, const char **tail);

static void look_at(sqlite3 *db, const char *text)
{
    _cleanup_free_ char *question = text_format("EXPLAIN QUERY PLAN %s", text);
    sqlite3_stmt *statement = NULL;

    if (strncasecmp(text, "SELECT", 6) != 0 && strncasecmp(text, "WITH", 4) != 0)
        return;
    CU_ASSERT_FATAL(sqlite3_prepare_v2(db, question, -1, &statement, NULL) == SQLITE_OK);
    asked++;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        char *row = text_format("%s: %s", step, text);

        if (text_starts(step, "SCAN ") && !strv_has(&scans, row))
            strv_take(&scans, row);
        else
            free(row);
    }
    sqlite3_finalize(statement);
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *text, int length, unsigned flags,
                              sqlite3_stmt **ret, const char **tail)
{
    if (watching) {
        watching = false;
        look_at(db, text);
        watching = true;
    }
    return __real_sqlite3_prepare_v3(db, text, length, flags, ret, tail);
}

static void list_runs(struct store *store)
{
    struct listed_runs runs = {0};

    CU_ASSERT_FATAL(runs_load(store, &runs, NULL) == 0);
    CHECK_INT(runs.count, DAYS);
    listed_runs_done(&runs);
}

static void load_matrix(struct store *store)
{
    _cleanup_(matrix_done) struct matrix matrix = {.cells = {0}};

    CU_ASSERT_FATAL(matrix_load(store, "day-3", &matrix, NULL) == 0);
}

static void load_across(struct store *store)
{
    const struct across_options options = {.now_ms = 0};
    struct across across = {0};

    CU_ASSERT_FATAL(across_load(store, &options, &across, NULL) == 0);
    across_done(&across);
}

static void read_history(struct store *store)
{
    _cleanup_strv_ struct strv images = {0};
    _cleanup_(history_rows_done) struct history_rows rows = {0}, of_case = {0};
    _cleanup_(history_cases_done) struct history_cases cases = {.names = {0}};

    strv_add(&images, "os");
    CU_ASSERT_FATAL(store_read_history(store, &images, "kunpeng", "redis", NULL, JUDGE_RULES, &rows,
                                       NULL) == 0);
    CHECK_INT(rows.count, DAYS);
    CU_ASSERT_FATAL(store_read_history(store, &images, "kunpeng", "redis", "persist", JUDGE_RULES,
                                       &of_case, NULL) == 0);
    CU_ASSERT_FATAL(store_read_history_cases(store, &rows, &cases, NULL) == 0);
}

/* What `diff` and `gate --baseline` read. */
static void compare(struct store *store)
{
    struct run_diff diff = {.compared = 0};

    CU_ASSERT_FATAL(diff_runs(store, "day-2", "day-3", NULL, 0, NULL, &diff, NULL) == 0);
    CU_ASSERT(diff.compared > 0);
    run_diff_done(&diff);
}

static void ask(struct store *store)
{
    const struct select_with with = {.now_ms = 0};
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};
    _cleanup_(matrix_done) struct matrix matrix = {.cells = {0}};

    CU_ASSERT_FATAL(query_parse("status:fail", QUERY_MATRIX, &query, NULL) == 0);
    CU_ASSERT_FATAL(matrix_load(store, "day-3", &matrix, NULL) == 0);
    CU_ASSERT_FATAL(select_matrix(store, &query, &with, &matrix, NULL) == 0);
}

/* At first from the records, which are then not needed any more. */
static void ask_runs(struct store *store)
{
    const struct select_with with = {.now_ms = 0};
    _cleanup_(query_done) struct query query = {.root = QUERY_NONE};

    CU_ASSERT_FATAL(query_parse("seq(status:pass status:fail)", QUERY_RUNS, &query, NULL) == 0);
    for (int i = 0; i < 2; i++) {
        _cleanup_(listed_runs_done) struct listed_runs runs = {0};
        _cleanup_(selection_done) struct selection selection = {.query = NULL};

        CU_ASSERT_FATAL(runs_load(store, &runs, NULL) == 0);
        select_runs(store, &query, &with, &runs, &selection);
        CHECK_INT(selection.count, DAYS / 2);
    }
}

static const struct {
    const char *name;
    void (*read)(struct store *store);
    bool every_run; /* it is about all runs, newest first */
} rows[] = {
    {"runs", list_runs, true},        {"matrix", load_matrix, false}, {"across", load_across, true},
    {"history", read_history, false}, {"diff", compare, false},       {"query", ask, false},
    {"runs query", ask_runs, true},
};

static bool may_scan(size_t at, const char *scan)
{
    return text_starts(scan, "SCAN CONSTANT ROW:") ||
           (rows[at].every_run && text_starts(scan, "SCAN r USING INDEX sqlite_autoindex_run_1:"));
}

static void test_plans(void)
{
    _cleanup_folder_ char *home = temp_folder_new();

    for (int day = 0; day < DAYS; day++) {
        _cleanup_free_ char *id = text_format("day-%d", day);

        sample_add_day(home, id, "os", day, day % 2 == 0 ? STATUS_PASS : STATUS_FAIL);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(store_close_cleanup) struct store *store = NULL;

        CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
        asked = 0;
        watching = true;
        rows[i].read(store);
        watching = false;
        CU_ASSERT(asked > 0);
        vec_foreach (scan, &scans) {
            if (may_scan(i, *scan))
                continue;
            printf("\n%s: %s", rows[i].name, *scan);
            CU_FAIL("a table is read from end to end");
        }
        strv_done(&scans);
        scans = (struct strv){0};
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"plans", test_plans}, CU_TEST_INFO_NULL};

    return cunit_run("query_plans", tests);
}
