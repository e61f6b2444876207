/* SPDX-License-Identifier: Apache-2.0 */
/* --query of the verbs that list something: what is selected, and that a part never looks whole or
 * greener than the whole. */
#include <sqlite3.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"

static json_t *run_json(const char *home, const char *const *words, int code)
{
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL;

    CHECK_INT(run_touchstone(home, words, &out, &err), code);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    return root;
}

static long long number_of(const json_t *root, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(root, "query"), key));
}

/* The names of the cells in the JSON: "platform/suite …". */
static char *names_of(const json_t *root)
{
    const json_t *cells = json_object_get(root, "cells");
    struct buffer names = {0};

    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *cell = json_array_get(cells, i);

        buffer_format(&names, "%s%s/%s", i > 0 ? " " : "",
                      json_string_value(json_object_get(cell, "platform")),
                      json_string_value(json_object_get(cell, "suite")));
    }
    return buffer_steal(&names);
}

static char *sample_matrix_home(void)
{
    struct store *store = NULL;
    char *home = sample_home(&store);

    store_close(store);
    return home;
}

static void test_matrix_selects(void)
{
    static const struct {
        const char *query, *cells;
    } rows[] = {
        {"status:fail", "kunpeng/redis"},
        {"status:fail blame:product", "kunpeng/redis"},
        {"case:persist status:pass", "phytium/redis"},
        {"case:persist", "kunpeng/redis phytium/redis x86/redis"},
        {"case:install status:fail", ""},
        {"behaviour platform:phytium*", "phytium/behaviour phytium-d3000/behaviour"},
        {"blame:host", "phytium/behaviour phytium-d3000/behaviour"},
        {"reason:*signal?9*", "phytium-d3000/behaviour"},
        {"status:miss suite:redis case:persist", "x86/redis"},
        {"reason:\"*needs 2 guests*\"", "x86/redis"},
        {"verdict:incompatible", "kunpeng/redis"},
        {"arch:x86_64", "x86/behaviour x86/redis"},
        {"arch:aarch64 grade:none", "phytium-d3000/behaviour"},
        {"attempts>1", "phytium/redis"},
        {"flaky:yes", "phytium/redis"},
        {"condition:flaky", "phytium/redis"},
        {"count:1(status:fail) status:fail", "kunpeng/redis"},
        {"count:2(case:persist) case:persist", "kunpeng/redis phytium/redis"},
        {"run:2026* state:ended not age<1w not *redis", "kunpeng/behaviour phytium/behaviour "
                                                        "phytium-d3000/behaviour x86/behaviour"},
        {"severity>=high finding:*", "phytium/redis"},
    };
    _cleanup_folder_ char *home = sample_matrix_home();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"matrix", "--json", "--query", rows[i].query, NULL};
        _cleanup_json_ json_t *root = run_json(home, words, 1);
        _cleanup_free_ char *names = names_of(root);

        if (strcmp(names, rows[i].cells) != 0)
            printf("\n%s", rows[i].query);
        CHECK_TEXT(names, rows[i].cells);
        CHECK_INT(number_of(root, "total"), 7);
        CHECK_INT(number_of(root, "shown"), json_array_size(json_object_get(root, "cells")));
        CHECK_INT(json_integer_value(json_object_get(root, "exit_code")), 1);
    }
}

static void test_matrix_typed(void)
{
    static const struct typed rows[] = {
        {{"matrix", "--query", "verdict:compatible"},
         1,
         "Shown: 2 of 7 cells, query: verdict:compatible\n",
         NULL},
        {{"matrix", "--query", "verdict:compatible"}, 1, "\nall 7 cells: 1 incompatible, ", NULL},
        {{"matrix", "--query", "platform:nowhere"},
         1,
         "Shown: none of 7 cells; nothing matches the query: platform:nowhere\n",
         NULL},
        {{"matrix", "--query", "platform:nowhere"}, 1, "all 7 cells: 1 incompatible", NULL},
        {{"matrix", "--query", "( kunpeng )  and redis"}, 1, "query: kunpeng redis\n", NULL},
        {{"matrix", "--query", "suite:redis statsu:fail"},
         64,
         NULL,
         "--query: column 13: unknown name 'statsu'; did you mean 'status'?"},
        {{"matrix", "--query", "status:fial"}, 64, NULL, "column 8: 'fial' is not a status"},
        {{"matrix", "--query", ""}, 64, NULL, "the query is empty"},
        {{"matrix", "--query", "change:new"}, 64, NULL, "the name 'change' means nothing here"},
        {{"matrix", "--query", "seq(a b)"}, 64, NULL, "seq() means nothing here"},
        {{"matrix", "--query"}, 64, NULL, "--query"},
    };
    _cleanup_folder_ char *home = sample_matrix_home();

    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* Without a query, the JSON says that it is the whole. */
static void test_whole(void)
{
    static const char *const words[] = {"matrix", "--json", NULL};
    _cleanup_folder_ char *home = sample_matrix_home();
    _cleanup_json_ json_t *root = run_json(home, words, 1);

    CU_ASSERT(json_is_null(json_object_get(root, "query")));
    CHECK_INT(json_array_size(json_object_get(root, "cells")), 7);
}

/* Four days of kunpeng/redis, whose case 'persist' passes, fails, fails and passes; all other cells
 * never ran. The last day is another build of the image. */
static char *sample_days_home(void)
{
    char *home = temp_folder_new();

    sample_add_day(home, "20260101-aaaaaa", "a", 1, STATUS_PASS);
    sample_add_day(home, "20260102-bbbbbb", "a", 2, STATUS_FAIL);
    sample_add_day(home, "20260103-cccccc", "a", 3, STATUS_FAIL);
    sample_add_day(home, "20260104-dddddd", "a2", 4, STATUS_PASS);
    return home;
}

/* The days of the runs in the JSON: "1 2". */
static char *days_of(const json_t *root)
{
    const json_t *runs = json_object_get(root, "runs");
    struct buffer days = {0};

    for (size_t i = 0; i < json_array_size(runs); i++)
        buffer_format(&days, "%s%c", i > 0 ? " " : "",
                      json_string_value(json_object_get(json_array_get(runs, i), "run"))[7]);
    return buffer_steal(&days);
}

static void check_days(const char *home, const char *const *words, const char *query,
                       const char *days)
{
    _cleanup_json_ json_t *root = run_json(home, words, 0);
    _cleanup_free_ char *found = days_of(root);

    if (strcmp(found, days) != 0)
        printf("\n%s %s", words[0], query);
    CHECK_TEXT(found, days);
    CHECK_INT(number_of(root, "total"), 4);
    CHECK_INT(number_of(root, "shown"), json_array_size(json_object_get(root, "runs")));
}

static void test_runs_selects(void)
{
    static const struct {
        const char *query, *days; /* the newest first */
    } rows[] = {
        {"build:nightly-2", "2"},
        {"nightly-*", "4 3 2 1"},
        {"image:a2", "4"},
        {"a", "3 2 1"},
        {"b", "4 3 2 1"},
        {"kunpeng", ""},
        {"platform:kunpeng", "4 3 2 1"},
        {"age>1h state:ended", "4 3 2 1"},
        {"verdict:incompatible", "3 2"},
        {"not verdict:incompatible", "4 1"},
        {"verdict:incompatible platform:phytium", ""},
        {"status:fail", "3 2"},
        {"case:persist status:pass suite:redis", "4 1"},
        {"case:persist status:pass platform:phytium", ""},
        {"seq(status:pass status:fail)", "2"},
        {"seq(status:fail status:fail)", "3"},
        /* another image is another cell */
        {"seq(status:fail status:pass)", ""},
        {"seq(build:nightly-3 build:nightly-4)", "4"},
        {"seq(build:nightly-1 build:nightly-2 build:nightly-3)", "3"},
        {"seq(build:nightly-1 build:nightly-3)", ""},
    };
    _cleanup_folder_ char *home = sample_days_home();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"runs", "--json", "--query", rows[i].query, NULL};

        check_days(home, words, rows[i].query, rows[i].days);
    }
}

/* Queries that the counts of the list answer select what they select if the cells are read. */
static void test_runs_counts(void)
{
    static const char *const queries[] = {
        "verdict:incompatible",
        "verdict:compatible",
        "verdict:conditional",
        "verdict:not-assessed",
        "not verdict:incompatible",
        "not verdict:compatible",
        "verdict!=compatible",
        "not verdict!=compatible",
        "verdict>=conditional",
        "verdict<conditional build:nightly-3",
        "verdict:incompatible verdict:compatible",
        "verdict:incompatible not verdict:compatible",
        "verdict:incompatible or build:nightly-4",
        "state:ended (verdict:not-assessed or not verdict:incompatible)",
    };
    _cleanup_folder_ char *home = sample_days_home();

    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        _cleanup_free_ char *of_cells = text_format("(%s) or platform:none", queries[i]);
        const char *const counted[] = {"runs", "--json", "--query", queries[i], NULL};
        const char *const read[] = {"runs", "--json", "--query", of_cells, NULL};
        _cleanup_json_ json_t *root = run_json(home, read, 0);
        _cleanup_free_ char *days = days_of(root);

        check_days(home, counted, queries[i], days);
    }
}

static void test_history_selects(void)
{
    static const struct {
        const char *case_id, *query, *days; /* the oldest first */
    } rows[] = {
        {NULL, "verdict:incompatible", "2 3"},
        {NULL, "blame:product", "2 3"},
        {NULL, "reason:*persist*", "2 3"},
        {NULL, "not image:a", "4"},
        {NULL, "seq(verdict:incompatible not verdict:incompatible)", "4"},
        {"--case=persist", "status:fail", "2 3"},
        {"--case=persist", "seq(status:pass status:fail)", "2"},
        {"--case=persist", "seq(status:pass status:fail status:fail)", "3"},
        /* the next build is an image of the same series */
        {"--case=persist", "seq(status:fail status:pass)", "4"},
        {"--case=persist", "seq(status:fail (status:pass image:a))", ""},
        {"--case=persist", "signature:????????????????", "2 3"},
        {"--case=persist", "blame!=product", "1 4"},
        {"--case=persist", "nightly-1 or nightly-4", "1 4"},
    };
    _cleanup_folder_ char *home = sample_days_home();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"history",     "kunpeng/redis", "--json", "--query",
                                     rows[i].query, rows[i].case_id, NULL};

        check_days(home, words, rows[i].query, rows[i].days);
    }
}

static void test_runs_typed(void)
{
    static const struct typed rows[] = {
        {{"runs", "--query", "status:fail"}, 0, "Shown: 2 of 4 runs, query: status:fail\n", NULL},
        {{"runs", "--query", "nothing"}, 0, "Shown: none of 4 runs; nothing matches", NULL},
        {{"runs", "--query", "waived:yes"}, 64, NULL, "column 1: the name 'waived' means nothing"},
        {{"runs", "--query", "count:1(a)"}, 64, NULL, "column 1: count() means nothing here"},
        {{"history", "kunpeng/redis", "--query", "verdict:incompatible"},
         0,
         "Shown: 2 of 4 runs, query: verdict:incompatible\n",
         NULL},
        /* what follows from the runs is about all of them */
        {{"history", "kunpeng/redis", "--query", "verdict:incompatible"},
         0,
         "bad in 2 of 4 runs that say something",
         NULL},
        {{"history", "kunpeng/redis", "--query", "build:x"}, 0, "Shown: none of 4 runs", NULL},
        {{"history", "kunpeng/redis", "--query", "status:fail"},
         64,
         NULL,
         "column 1: the name 'status' means nothing here"},
    };
    _cleanup_folder_ char *home = sample_days_home();

    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* Cells of several runs: each has the facts of its own run. */
static void test_across(void)
{
    static const struct {
        const char *query, *cells;
    } rows[] = {
        {"status:fail", "kunpeng/redis"},
        {"build:nightly-3", "kunpeng/redis phytium/redis"},
        {"run:20260104* verdict>=conditional", "kunpeng/redis"},
        {"verdict:incompatible image:a2", ""},
        {"count:1(status:fail) case:persist", "kunpeng/redis phytium/redis"},
    };
    _cleanup_folder_ char *home = sample_days_home();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"matrix",  "--across",    "--json",
                                     "--query", rows[i].query, NULL};
        const char *const text[] = {"matrix", "--across", "--query", rows[i].query, NULL};
        _cleanup_json_ json_t *root = run_json(home, words, 1);
        _cleanup_free_ char *names = names_of(root), *out = NULL, *err = NULL;

        if (strcmp(names, rows[i].cells) != 0)
            printf("\n%s", rows[i].query);
        CHECK_TEXT(names, rows[i].cells);
        CHECK_INT(number_of(root, "total"), 5);
        CHECK_INT(number_of(root, "shown"), json_array_size(json_object_get(root, "cells")));
        CHECK_INT(run_touchstone(home, text, &out, &err), 1);
        CHECK_HAS(out, "of 5 cells");
        CHECK_HAS(out, "\nall 5 cells: 1 incompatible, ");
    }
}

/* The changes in the JSON: "new:persist verdict …". */
static char *changes_of(const json_t *root)
{
    const json_t *cells = json_object_get(root, "cells");
    struct buffer changes = {0};

    for (size_t c = 0; c < json_array_size(cells); c++) {
        const json_t *cases = json_object_get(json_array_get(cells, c), "cases");

        buffer_format(&changes, "%s%s", c > 0 ? " " : "",
                      json_string_value(json_object_get(json_array_get(cells, c), "platform")));
        for (size_t i = 0; i < json_array_size(cases); i++) {
            const json_t *row = json_array_get(cases, i);

            buffer_format(&changes, " %s:%s", json_string_value(json_object_get(row, "change")),
                          json_string_value(json_object_get(row, "case")));
        }
    }
    return buffer_steal(&changes);
}

static void test_diff_selects(void)
{
    static const struct {
        const char *query, *changes;
        int shown;
    } rows[] = {
        {"change:new", "kunpeng new:persist", 1},
        {"change:new blame:product status:fail", "kunpeng new:persist", 1},
        {"change:still", "", 0},
        {"change:verdict", "kunpeng", 1},
        {"change:verdict verdict:incompatible", "kunpeng", 1},
        {"change:verdict verdict:compatible", "", 0},
        {"not change:verdict", "kunpeng new:persist", 1},
        {"persist", "kunpeng new:persist", 1},
        {"platform:phytium", "", 0},
        {"count:1(change:new)", "kunpeng new:persist", 1},
        {"count:0(change:new)", "kunpeng", 1},
        {"waived:no", "kunpeng new:persist", 1},
    };
    _cleanup_folder_ char *home = sample_days_home();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"diff",    "20260101",    "20260102", "--json",
                                     "--query", rows[i].query, NULL};
        _cleanup_json_ json_t *root = run_json(home, words, 1);
        _cleanup_free_ char *changes = changes_of(root);

        if (strcmp(changes, rows[i].changes) != 0)
            printf("\n%s", rows[i].query);
        CHECK_TEXT(changes, rows[i].changes);
        CHECK_INT(number_of(root, "total"), 2);
        CHECK_INT(number_of(root, "shown"), rows[i].shown);
        CU_ASSERT(json_is_true(json_object_get(root, "worse")));
        CHECK_INT(json_integer_value(json_object_get(json_object_get(root, "changes"), "new")), 1);
    }
}

static void test_diff_typed(void)
{
    static const struct typed rows[] = {
        {{"diff", "20260101", "20260102", "--query", "change:fixed"},
         1,
         "Shown: none of 2 changes; nothing matches the query: change:fixed\n",
         NULL},
        /* what is decided is about all changes */
        {{"diff", "20260101", "20260102", "--query", "change:fixed"},
         1,
         "all 3 cells compared: 1 new, ",
         NULL},
        {{"diff", "20260101", "20260102", "--query", "change:fixed"},
         1,
         "The second run is worse",
         NULL},
        {{"diff", "20260101", "20260102", "--query", "change:new"},
         1,
         "Shown: 1 of 2 changes, query: change:new\n",
         NULL},
        {{"diff", "20260101", "20260102", "--query", "change:gone"},
         64,
         NULL,
         "column 8: 'gone' is not a change"},
        {{"diff", "20260101", "20260102", "--query", "age<7d"}, 64, NULL, "means nothing here"},
    };
    _cleanup_folder_ char *home = sample_days_home();

    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* A run that cannot be read is reported, whatever is shown. */
static void test_runs_damaged(void)
{
    static const struct typed rows[] = {
        {{"runs", "--query", "build:nightly-1"}, 74, "Shown: 1 of 4 runs", "20260102-bbbbbb"},
        {{"runs", "--query", "verdict:compatible"}, 74, "of 4 runs", "20260102-bbbbbb"},
    };
    _cleanup_folder_ char *home = sample_days_home();
    _cleanup_free_ char *path = path_join(home, "store.db");
    sqlite3 *db = NULL;

    CU_ASSERT_FATAL(sqlite3_open(path, &db) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(db, "UPDATE run_index SET label = 'x' WHERE build = 'nightly-2'", NULL,
                           NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
    CU_TestInfo tests[] = {{"matrix_selects", test_matrix_selects},
                           {"matrix_typed", test_matrix_typed},
                           {"whole", test_whole},
                           {"across", test_across},
                           {"runs_selects", test_runs_selects},
                           {"runs_counts", test_runs_counts},
                           {"runs_typed", test_runs_typed},
                           {"runs_damaged", test_runs_damaged},
                           {"diff_selects", test_diff_selects},
                           {"diff_typed", test_diff_typed},
                           {"history_selects", test_history_selects},
                           CU_TEST_INFO_NULL};

    return cunit_run("query_cli", tests);
}
