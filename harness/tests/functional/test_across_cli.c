/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone matrix --across`: the newest assessed result of each cell of all ended runs, and what
 * must not pass for one. */
#include <sqlite3.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"
#include "sample_gate.h"

#define FIRST "20260101-aaaaaa"
#define SECOND "20260102-bbbbbb"
#define THIRD "20260103-cccccc"

static const json_t *find_cell(const json_t *root, const char *image, const char *platform)
{
    const json_t *cell;
    size_t i;

    json_array_foreach(json_object_get(root, "cells"), i, cell)
    {
        if (strcmp(json_string_value(json_object_get(cell, "image")), image) == 0 &&
            strcmp(json_string_value(json_object_get(cell, "platform")), platform) == 0)
            return cell;
    }
    return NULL;
}

static json_t *across(const char *home, const char *option, const char *value, int code)
{
    const char *const words[] = {"matrix", "--across", "--json", option, value, NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), code);
    CHECK_TEXT(err, "");
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    CHECK_INT(json_integer_value(json_object_get(root, "exit_code")), code);
    return root;
}

static const char *text(const json_t *cell, const char *key)
{
    return json_string_value(json_object_get(cell, key));
}

/* The newest counts, in whatever order runs were added. */
static void test_newest(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *root = NULL;
    const json_t *cell;

    sample_add_day(home, THIRD, "a", 3, STATUS_PASS);
    sample_add_day(home, FIRST, "a", 1, STATUS_PASS);
    sample_add_day(home, SECOND, "a", 2, STATUS_FAIL);
    root = across(home, NULL, NULL, 2);
    cell = find_cell(root, "a", "kunpeng");
    CHECK_TEXT(text(cell, "verdict"), "compatible");
    CHECK_TEXT(text(cell, "run"), THIRD);
    CHECK_TEXT(text(cell, "build"), "nightly-3");
    CHECK_INT(json_integer_value(json_object_get(cell, "newer_not_assessed")), 0);
    /* No run could assess it: it is as in the newest. */
    cell = find_cell(root, "a", "phytium");
    CHECK_TEXT(text(cell, "verdict"), "not-assessed");
    CHECK_TEXT(text(cell, "run"), THIRD);
    CHECK_INT(json_integer_value(json_object_get(cell, "newer_not_assessed")), 0);
}

/* A run that could not assess the cell does not hide the failure before it, and is named. */
static void test_unassessed(void)
{
    static const char *const words[] = {"matrix", "--across", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *root = NULL;
    _cleanup_free_ char *out = NULL, *err = NULL;
    const json_t *cell;

    sample_add_day(home, FIRST, "a", 1, STATUS_FAIL);
    sample_add_day(home, SECOND, "a", 2, STATUS_ERROR);
    sample_add_day(home, THIRD, "a", 3, STATUS_ERROR);
    root = across(home, NULL, NULL, 1);
    cell = find_cell(root, "a", "kunpeng");
    CHECK_TEXT(text(cell, "verdict"), "incompatible");
    CHECK_TEXT(text(cell, "run"), FIRST);
    CHECK_INT(json_integer_value(json_object_get(cell, "newer_not_assessed")), 2);
    CHECK_TEXT(text(cell, "newest_run"), THIRD);
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CHECK_HAS(out, "2 newer runs could not assess it, the newest " THIRD);
    CHECK_HAS(out, "; 1 was in newer runs not assessed");
}

/* The builds of one line are one cell; without a line each image is one. */
static void test_lines(void)
{
    static const struct typed rows[] = {
        {{"matrix", "--across", "--line", "c*"},
         64,
         NULL,
         "no image of a run that has ended is of the line 'c*'"},
        {{"matrix", "--line", "a*"}, 64, NULL, "--line needs --across"},
        {{"matrix", "--max-age", "3"}, 64, NULL, "--max-age needs --across"},
        {{"matrix", "--across", "--max-age", "0"}, 64, NULL, "--max-age"},
        {{"matrix", "--across", FIRST}, 64, NULL, "not run '" FIRST "'"},
    };
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *apart = NULL, *line = NULL;

    sample_add_day(home, FIRST, "a-1", 1, STATUS_PASS);
    sample_add_day(home, SECOND, "a-2", 2, STATUS_FAIL);
    apart = across(home, NULL, NULL, 1);
    CHECK_TEXT(text(find_cell(apart, "a-1", "kunpeng"), "verdict"), "compatible");
    CHECK_TEXT(text(find_cell(apart, "a-2", "kunpeng"), "verdict"), "incompatible");
    line = across(home, "--line", "a-*", 1);
    CU_ASSERT(find_cell(line, "a-1", "kunpeng") == NULL);
    CHECK_TEXT(text(find_cell(line, "a-2", "kunpeng"), "line"), "a-*");
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* Two images of a line in one run: the worse one counts, in whatever order they are planned. */
static void test_one_run(void)
{
    static const enum status statuses[][2] = {{STATUS_PASS, STATUS_FAIL},
                                              {STATUS_FAIL, STATUS_PASS}};
    static const char *const images[] = {"os-1", "os-2"};

    for (size_t i = 0; i < 2; i++) {
        _cleanup_(store_close_cleanup) struct store *store = NULL;
        _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
        _cleanup_(suite_free_cleanup) struct suite *suite = gate_suite_of(&whole);
        _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
        const struct suite *suites[] = {suite};
        _cleanup_json_ json_t *root = NULL;

        run.id = text_dup(RUN);
        run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
        strv_add(&run.plan.suites, "probe");
        for (size_t c = 0; c < 2; c++)
            sample_plan_cell(&run, images[c], "kunpeng", "probe", NULL);
        CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
        CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
        for (size_t c = 0; c < 2; c++) {
            _cleanup_result_ struct result *result =
                sample_cell(RUN, images[c], "kunpeng", "probe", 1);

            sample_case(result, "one", ITEM_FUNCTION, true, STATUS_PASS);
            sample_case(result, "two", ITEM_STRESS, true, statuses[i][c]);
            CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
        }
        CU_ASSERT_FATAL(store_end_run(store, RUN, RUN_ENDED, run.created_ms + 1000, NULL) == 0);
        root = across(home, "--line", "os-*", 1);
        CHECK_INT(json_array_size(json_object_get(root, "cells")), 1);
    }
}

/* Evidence that was lost since does not bring an older, better result back. */
static void test_older(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *blobs = path_join(home, "evidence");
    _cleanup_json_ json_t *root = NULL;
    const json_t *cell;

    add_run(home, BASELINE, &whole);
    add_run(home, RUN, &whole);
    CU_ASSERT_FATAL(path_remove_tree(blobs, NULL) == 0);
    root = across(home, NULL, NULL, 2);
    cell = find_cell(root, "a", "kunpeng");
    CHECK_TEXT(text(cell, "run"), RUN);
    CHECK_INT(json_integer_value(json_object_get(cell, "newer_not_assessed")), 0);
}

static void test_age(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *young = NULL, *old = NULL;
    const json_t *cell;

    add_run(home, BASELINE, &whole);
    young = across(home, "--max-age", "36500", 0);
    CHECK_TEXT(text(find_cell(young, "a", "kunpeng"), "verdict"), "compatible");
    old = across(home, "--max-age", "1", 2);
    cell = find_cell(old, "a", "kunpeng");
    CHECK_TEXT(text(cell, "verdict"), "not-assessed");
    CHECK_HAS(text(cell, "reason"), "days old, of run '" BASELINE "'; at most 1 day is allowed");
}

/* Runs that have not ended say nothing yet; a store without an ended run is not an empty matrix. */
static void test_open(void)
{
    static const struct sample open = {.status = STATUS_FAIL, .open = true};
    static const struct typed none[] = {{{"matrix", "--across"}, 3, NULL, "no run has ended"}};
    _cleanup_folder_ char *home = temp_folder_new(), *empty = temp_folder_new();
    _cleanup_json_ json_t *root = NULL;

    add_run(home, BASELINE, &whole);
    add_run(home, RUN, &open);
    root = across(home, NULL, NULL, 0);
    CHECK_TEXT(text(find_cell(root, "a", "phytium"), "run"), BASELINE);
    add_run(empty, RUN, &open);
    check_typed(empty, none, 1);
}

/* What was edited or lost is not shown as a result. */
static void test_broken(void)
{
    static const char *const edits[] = {
        "UPDATE verdict SET verdict = 'compatible', rule = 4",
        "UPDATE cell SET platform = 'other' WHERE platform = 'phytium'",
        "DELETE FROM cell",
        "DELETE FROM cell WHERE run = 2 AND platform = 'phytium'",
        "UPDATE run SET state = 'open' WHERE run = 2; UPDATE run SET created_ms = 1 WHERE run = 1",
        "UPDATE run SET created_ms = 99999999999999 WHERE run = 1",
        "DELETE FROM attempt",
        "UPDATE run SET state = 'open' WHERE run = 2",
    };
    static const struct sample fails = {.status = STATUS_FAIL};
    static const char *const words[] = {"matrix", "--across", NULL};

    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *path = path_join(home, "store.db"), *out = NULL, *err = NULL;
        _cleanup_free_ char *before = NULL, *said = NULL;
        sqlite3 *db = NULL;

        add_run(home, BASELINE, &whole);
        add_run(home, RUN, &fails);
        CHECK_INT(run_touchstone(home, words, &before, &said), 1);
        CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
        CU_ASSERT_FATAL(sqlite3_exec(db, edits[i], NULL, NULL, NULL) == SQLITE_OK);
        sqlite3_close(db);
        CHECK_INT(run_touchstone(home, words, &out, &err), 74);
        CHECK_TEXT(out, "");
        CHECK_HAS(err, "damaged");
    }
}

static void test_lost(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *blobs = path_join(home, "evidence");
    _cleanup_json_ json_t *root = NULL;

    add_run(home, BASELINE, &whole);
    CU_ASSERT_FATAL(path_remove_tree(blobs, NULL) == 0);
    root = across(home, NULL, NULL, 2);
    CHECK_HAS(text(find_cell(root, "a", "kunpeng"), "reason"), "evidence is missing");
}

int main(void)
{
    CU_TestInfo tests[] = {{"newest", test_newest}, {"unassessed", test_unassessed},
                           {"lines", test_lines},   {"one run", test_one_run},
                           {"older", test_older},   {"age", test_age},
                           {"open", test_open},     {"broken", test_broken},
                           {"lost", test_lost},     CU_TEST_INFO_NULL};

    return cunit_run("across_cli", tests);
}
