/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone history` on a real store: several runs of a series of images, abbreviated names, an
 * edited store. */
#include <sqlite3.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"

/* Added in another order than they were made. */
static void fill(const char *home)
{
    sample_add_day(home, "20260103-cccccc", "a2", 3, STATUS_FAIL);
    sample_add_day(home, "20260101-aaaaaa", "a", 1, STATUS_PASS);
    sample_add_day(home, "20260102-bbbbbb", "a", 2, STATUS_FAIL);
}

static void test_typed(void)
{
    static const struct typed rows[] = {
        {{"history", "kunpeng/redis"},
         0,
         "first bad run: 20260102-bbbbbb (build 'nightly-2'), the "
         "last good one before it: 20260101-aaaaaa",
         NULL},
        {{"history", "kunpeng/redis"}, 0, "bad in 2 of 3 runs that say something", NULL},
        {{"history", "kunpeng/redis", "--case", "persist"}, 0, "FAIL", NULL},
        {{"history", "kunpeng/redis", "--case=persist"},
         0,
         "failed in 2 of 3 attempts, with 1 kind of failure",
         NULL},
        {{"history", "kunpeng", "--case=install"}, 0, "never bad", NULL},
        {{"history", "a/kunpeng/redis"}, 0, "bad in 1 of 2 runs", NULL},
        {{"history", "a2/kunpeng/redis"}, 0, "no run before it was good", NULL},
        {{"history", "phytium/redis"}, 0, "no run says whether it is good", NULL},
        {{"history", "redis"}, 64, NULL, "'redis' is ambiguous: a/kunpeng/redis"},
        {{"history", "hygon/redis"}, 64, NULL, "no run has a cell 'hygon/redis'"},
        {{"history", "kunpeng/redis", "--case=nope"},
         64,
         NULL,
         "no run has a result of case 'nope'"},
        {{"history", "kunpeng/redis", "--cases"}, 0, "2 of 3 attempts failed (67 %)", NULL},
        {{"history", "a/kunpeng/redis", "--cases"}, 0, "1 of 2 attempts failed (50 %)", NULL},
        {{"history", "phytium/redis", "--cases"}, 0, "no run has a result of a case", NULL},
        {{"history", "kunpeng/redis", "--cases", "--case=persist"},
         64,
         NULL,
         "--cases cannot be combined with --case"},
        {{"history", "kunpeng/redis", "--cases", "--query=status:pass"},
         64,
         NULL,
         "--cases cannot be combined with --query"},
        {{"history"}, 64, NULL, "missing argument CELL"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    fill(home);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_aside(void)
{
    static const char *const words[] = {"history", "kunpeng/redis", NULL};
    static const char *const json[] = {"history", "kunpeng/redis", "--json", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
    _cleanup_free_ char *out3 = NULL, *err3 = NULL;

    sample_add_aside(home, "20260101-aaaaaa", "a", 1, STATUS_PASS);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_HAS(out, "every run of it was made aside");
    CHECK_INT(run_touchstone(home, json, &out2, &err2), 0);
    CHECK_HAS(out2, "\"aside\": 1");
    sample_add_day(home, "20260102-bbbbbb", "a", 2, STATUS_PASS);
    CHECK_INT(run_touchstone(home, words, &out3, &err3), 0);
    CHECK_HAS(out3, "1 run is left out (made aside)");
}

/* A run that was removed by hand is missed by everything that would pass over it, with the advice
 * that helps. */
static void test_removed(void)
{
    static const char *const words[][4] = {{"history", "kunpeng/redis", NULL},
                                           {"matrix", "latest", NULL},
                                           {"matrix", "newest", NULL},
                                           {"diff", "20260101-aaaaaa", "latest", NULL}};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "store.db");
    sqlite3 *db = NULL;

    fill(home);
    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(db, "DELETE FROM run WHERE id = '20260103-cccccc'", NULL, NULL, NULL) ==
              SQLITE_OK);
    sqlite3_close(db);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, words[i], &out, &err), 74);
        CHECK_HAS(err, "doctor --salvage");
        CU_ASSERT(strstr(err, "--reindex") == NULL);
    }
}

static void test_json(void)
{
    static const char *const words[] = {"history", "kunpeng/redis", "--case=persist", "--json",
                                        NULL};
    static const char *const marks[] = {"good", "bad", "bad"};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;
    const json_t *runs;

    fill(home);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    CHECK_TEXT(json_string_value(json_object_get(root, "first_bad")), "20260102-bbbbbb");
    CHECK_TEXT(json_string_value(json_object_get(root, "last_good")), "20260101-aaaaaa");
    CU_ASSERT(json_is_null(json_object_get(root, "first_good_again")));
    runs = json_object_get(root, "runs");
    CHECK_INT(json_array_size(runs), 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_TEXT(json_string_value(json_object_get(json_array_get(runs, i), "mark")), marks[i]);
}

/* An attempt that the host cut short after 'install' had passed. */
static void add_cut_run(const char *home, const char *id)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(run_record_done) struct run_record run = sample_run(id);
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_result_ struct result *result = sample_result(id, "a", "kunpeng");
    const struct suite *suites[] = {suite};
    struct case_result *row = result_find_case(result, "persist");

    run.created_ms += (int64_t)9 * 86400000;
    row->status = STATUS_MISS;
    row->blame = BLAME_HOST;
    result->outcome = STATUS_MISS;
    result->blame = BLAME_HOST;
    result->reason = text_dup("QEMU died");
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, id, RUN_ENDED, run.created_ms + 100000, NULL) == 0);
}

static json_int_t number_of(const json_t *row, const char *key)
{
    return json_integer_value(json_object_get(row, key));
}

/* Trouble of the host neither fails nor passes a case. */
static void test_cases(void)
{
    static const char *const words[] = {"history", "kunpeng/redis", "--cases", "--json", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;
    const json_t *cases, *row;
    size_t i;

    fill(home);
    add_cut_run(home, "20260109-dddddd");
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    CHECK_INT(number_of(root, "runs"), 4);
    cases = json_object_get(root, "cases");
    CHECK_INT(json_array_size(cases), 4);
    row = json_array_get(cases, 0);
    CHECK_TEXT(json_string_value(json_object_get(row, "id")), "persist");
    CHECK_INT(number_of(row, "runs"), 3);
    CHECK_INT(number_of(row, "passed"), 1);
    CHECK_INT(number_of(row, "failed"), 2);
    CHECK_INT(number_of(row, "attempts"), 3);
    CHECK_INT(number_of(row, "failed_attempts"), 2);
    CHECK_INT(number_of(row, "failures"), 1);
    CHECK_INT(number_of(row, "trouble"), 1);
    CHECK_TEXT(json_string_value(json_object_get(row, "newest")), "MISS");
    CHECK_TEXT(json_string_value(json_object_get(row, "newest_run")), "20260109-dddddd");
    json_array_foreach(cases, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), "install") != 0)
            continue;
        CHECK_INT(number_of(row, "runs"), 3); /* passed in the attempt that was cut short */
        CHECK_INT(number_of(row, "failed_attempts"), 0);
        CHECK_INT(number_of(row, "trouble"), 1);
    }
}

/* Rows of the index that were edited are not shown as history. */
static void test_edited(void)
{
    static const char *const words[] = {"history", "kunpeng/redis", NULL};
    static const char *const edits[] = {
        "UPDATE verdict SET verdict = 'compatible'",
        "UPDATE cell SET attempts = 7",
        "UPDATE run_index SET build = 'x'",
        "UPDATE run_index SET aside = 1",
        "UPDATE run SET created_ms = 1",
    };

    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
        _cleanup_free_ char *out2 = NULL, *err2 = NULL;
        sqlite3 *db = NULL;

        fill(home);
        CHECK_INT(run_touchstone(home, words, &out, &err), 0); /* stores the verdicts */
        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CU_ASSERT(sqlite3_exec(db, edits[i], NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_close(db);
        CHECK_INT(run_touchstone(home, words, &out2, &err2), 74);
        CHECK_TEXT(out2, "");
        CHECK_HAS(err2, "is damaged");
    }
}

/* Neither are outcomes of cases. */
static void test_edited_cases(void)
{
    static const char *const words[][5] = {{"history", "kunpeng/redis", "--case", "persist", NULL},
                                           {"history", "kunpeng/redis", "--cases", NULL}};
    static const char *const edits[] = {
        "UPDATE case_result SET status = 'PASS'",
        "UPDATE case_result SET blame = 'suite' WHERE status = 'FAIL'",
        "UPDATE case_result SET signature = NULL WHERE status = 'FAIL'",
        "UPDATE case_result SET id = 'other' WHERE id = 'persist'",
        "DELETE FROM case_result WHERE id = 'persist'",
        "UPDATE attempt SET outcome = 'MISS', blame = 'host'",
        "UPDATE attempt SET outcomes = sha256",
        "DELETE FROM attempt WHERE attempt = (SELECT max(attempt) FROM attempt)",
    };

    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
        for (size_t v = 0; v < 2; v++) {
            _cleanup_folder_ char *home = temp_folder_new();
            _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
            _cleanup_free_ char *out2 = NULL, *err2 = NULL;
            sqlite3 *db = NULL;

            fill(home);
            CHECK_INT(run_touchstone(home, words[v], &out, &err), 0);
            CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
            CU_ASSERT(sqlite3_exec(db, edits[i], NULL, NULL, NULL) == SQLITE_OK);
            sqlite3_close(db);
            CHECK_INT(run_touchstone(home, words[v], &out2, &err2), 74);
            CHECK_TEXT(out2, "");
            CHECK_HAS(err2, "is damaged");
        }
}

int main(void)
{
    CU_TestInfo tests[] = {{"aside", test_aside},
                           {"removed by hand", test_removed},
                           {"typed", test_typed},
                           {"JSON", test_json},
                           {"cases", test_cases},
                           {"edited", test_edited},
                           {"edited cases", test_edited_cases},
                           CU_TEST_INFO_NULL};

    return cunit_run("history_cli", tests);
}
