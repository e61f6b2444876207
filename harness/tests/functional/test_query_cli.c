/* SPDX-License-Identifier: Apache-2.0 */
/* --query of the verbs that list something: what is selected, and that a part never looks whole or
 * greener than the whole. */
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
         "Part: shown 2 of 7 cells, query: verdict:compatible\n",
         NULL},
        {{"matrix", "--query", "verdict:compatible"}, 1, "\nall 7 cells: 1 incompatible, ", NULL},
        {{"matrix", "--query", "platform:nowhere"},
         1,
         "Nothing shown: none of 7 cells matches the query: platform:nowhere\n",
         NULL},
        {{"matrix", "--query", "platform:nowhere"}, 1, "all 7 cells: 1 incompatible", NULL},
        {{"matrix", "--query", "( kunpeng )  and redis"}, 1, "query: kunpeng redis\n", NULL},
        {{"matrix", "--query", "suite:redis statsu:fail"},
         64,
         NULL,
         "--query: query, column 13: unknown name 'statsu'; did you mean 'status'?"},
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

int main(void)
{
    CU_TestInfo tests[] = {{"matrix_selects", test_matrix_selects},
                           {"matrix_typed", test_matrix_typed},
                           {"whole", test_whole},
                           CU_TEST_INFO_NULL};

    return cunit_run("query_cli", tests);
}
