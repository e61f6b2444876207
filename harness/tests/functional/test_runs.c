/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone runs`: counts are the matrix's, follow new results, and are never taken from an
 * edited store. */
#include <sqlite3.h>

#include "base/json.h"
#include "judge/runs.h"
#include "run_touchstone.h"
#include "sample_matrix.h"

#define OTHER_RUN "20260201-bbbbbb"

/* The kunpeng cell of SAMPLE_RUN failed; of OTHER_RUN, which is labelled and open, nothing ran. */
static void fill(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_(run_record_done) struct run_record run = sample_run(OTHER_RUN);
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    const struct suite *suites[] = {suite};

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(sample_add_run(store, SAMPLE_RUN, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, SAMPLE_RUN, RUN_ENDED, 1790000100000, NULL) == 0);
    run.created_ms += 1000;
    run.plan.label = text_dup("before the freeze");
    run.plan.build = text_dup("4.2-20260131");
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
}

static json_t *list(const char *home, int code)
{
    static const char *const words[] = {"runs", "--json", NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), code);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    return root;
}

static const char *text_of(const json_t *runs, size_t place, const char *key)
{
    return json_string_value(json_object_get(json_array_get(runs, place), key));
}

static long long cells_of(const json_t *runs, size_t place, const char *key)
{
    return json_integer_value(
        json_object_get(json_object_get(json_array_get(runs, place), "cells"), key));
}

static void test_listed(void)
{
    static const char *const words[] = {"runs", NULL}, *const matrix[] = {"matrix", OTHER_RUN,
                                                                          NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
    _cleanup_json_ json_t *root = NULL;
    const json_t *runs;

    fill(home);
    root = list(home, 0);
    runs = json_object_get(root, "runs");
    CHECK_INT(json_array_size(runs), 2);
    CHECK_TEXT(text_of(runs, 0, "run"), OTHER_RUN);
    CHECK_TEXT(text_of(runs, 0, "label"), "before the freeze");
    CHECK_TEXT(text_of(runs, 0, "build"), "4.2-20260131");
    CHECK_TEXT(text_of(runs, 0, "state"), "open");
    CHECK_INT(cells_of(runs, 0, "not-assessed"), 3);
    CHECK_TEXT(text_of(runs, 1, "run"), SAMPLE_RUN);
    CHECK_TEXT(text_of(runs, 1, "label"), NULL);
    CHECK_TEXT(text_of(runs, 1, "state"), "ended");
    CHECK_INT(cells_of(runs, 1, "total"), 3);
    CHECK_INT(cells_of(runs, 1, "incompatible"), 1);
    CHECK_INT(cells_of(runs, 1, "not-assessed"), 2);
    CHECK_INT(cells_of(runs, 1, "emulated"), 1);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_HAS(out, "before the freeze");
    CHECK_HAS(out, "a b");
    CHECK_INT(run_touchstone(home, matrix, &out2, &err2), 3);
    CHECK_HAS(out2, "label 'before the freeze'  build '4.2-20260131'");
}

/* A result that arrives after the counts were stored changes them. */
static void test_counted_again(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "phytium");
    _cleanup_json_ json_t *before = NULL, *after = NULL;
    struct store *store = NULL;

    fill(home);
    before = list(home, 0);
    CHECK_INT(cells_of(json_object_get(before, "runs"), 1, "incompatible"), 1);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CHECK_INT(sample_merge(store, work, result, NULL), 0);
    store_close(store);
    after = list(home, 0);
    CHECK_INT(cells_of(json_object_get(after, "runs"), 1, "incompatible"), 2);
    CHECK_INT(cells_of(json_object_get(after, "runs"), 1, "not-assessed"), 1);
}

/* Whatever is edited, no cell becomes green: the counts are made again, or the run is damaged. */
static void test_edited(void)
{
    static const struct {
        const char *sql;
        int code;
        bool damaged;
    } rows[] = {
        {"UPDATE run_count SET compatible = 3, incompatible = 0, not_assessed = 0", 0, false},
        {"UPDATE run_count SET rules = rules + 1", 0, false},
        {"DELETE FROM run_count", 0, false},
        {"UPDATE run_index SET label = 'approved'", 74, true},
        {"UPDATE run_index SET aside = 1", 74, true},
        {"UPDATE run SET state = 'ended' WHERE id = '" OTHER_RUN "'", 74, true},
        {"DELETE FROM run_count; UPDATE verdict SET verdict = 'compatible'", 74, true},
        {"DELETE FROM run_index", 74, true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "store.db");
        _cleanup_json_ json_t *before = NULL, *after = NULL;
        sqlite3 *db = NULL;
        const json_t *runs;

        fill(home);
        before = list(home, 0);
        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CU_ASSERT(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_close(db);
        after = list(home, rows[i].code);
        runs = json_object_get(after, "runs");
        CHECK_INT(json_array_size(runs), 2);
        for (size_t r = 0; r < 2; r++) {
            CHECK_INT(cells_of(runs, r, "compatible"), 0);
            CHECK_INT(cells_of(runs, r, "conditional"), 0);
        }
        CU_ASSERT((text_of(runs, 0, "damage") != NULL || text_of(runs, 1, "damage") != NULL) ==
                  rows[i].damaged);
        if (!rows[i].damaged)
            CU_ASSERT(json_equal(before, after));
    }
}

/* A red run that is hidden by an edit must not make an older one the latest. */
static void test_hidden(void)
{
    static const char *const words[] = {"matrix", "latest", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
    sqlite3 *db = NULL;

    fill(home);
    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(db, "UPDATE run_index SET aside = 1", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    CHECK_INT(run_touchstone(home, words, &out, &err), 74);
    CHECK_TEXT(out, "");
}

static void test_refused_names(void)
{
    static const char *const words[][5] = {
        {"run", "--label", "", "--dry-run"},
        {"run", "--label", "two\nlines", "--dry-run"},
        {"run", "--build", "\xff", "--dry-run"},
        {"run", "--build",
         "\xe2\x80\xae"
         "x",
         "--dry-run"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, words[i], &out, &err), 64);
        CHECK_HAS(err, "one line of printable UTF-8 text");
    }
}

static void test_no_runs(void)
{
    static const char *const words[] = {"runs", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), 3);
    CHECK_HAS(err, "touchstone run");
    root = list(home, 3);
    CHECK_INT(json_array_size(json_object_get(root, "runs")), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {{"listed", test_listed},
                           {"counted again", test_counted_again},
                           {"edited", test_edited},
                           {"refused names", test_refused_names},
                           {"hidden by an edit", test_hidden},
                           {"no runs", test_no_runs},
                           CU_TEST_INFO_NULL};

    return cunit_run("runs", tests);
}
