/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone compare` on a real store: exit codes, the reference, the suite's rules, messages. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/path.h"
#include "base/tree.h"
#include "run_touchstone.h"
#include "sample_matrix.h"

#define SECOND_RUN "20260102-bbbbbb"

static void test_typed(void)
{
    static const struct typed rows[] = {
        {{"compare", "--suite", "redis"}, 2, "it fails in the reference", NULL},
        {{"compare", "--suite", "redis", "--reference", "phytium"}, 1, "breaking (", NULL},
        {{"compare", "--reference", "x86"}, 2, "behaviour\n", NULL},
        {{"compare", "--reference", "x86"}, 2, "observation probe abi.char  signed", NULL},
        {{"compare", "--reference", "x86"}, 2, "not compared: ", NULL},
        {{"compare", "latest", "--suite", "nginx"},
         64,
         NULL,
         "no run here has suite 'nginx'; there are: behaviour, redis"},
        {{"compare", "--reference", "sparc"}, 64, NULL, "--reference 'sparc': "},
        {{"compare", "latest", SAMPLE_RUN}, 64, NULL, "run '" SAMPLE_RUN "' is named twice"},
        {{"compare", "nightly"}, 64, NULL, "no run 'nightly'"},
    };
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_free_ char *home = sample_home(&store);

    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
    path_remove_tree(home, NULL);
}

static const char suite_xml[] =
    "<suite name=\"redis\"><title>Redis</title><vendor>V</vendor><product>P</product>\n"
    "<case id=\"install\" item=\"install\"><title>I</title></case>\n"
    "<case id=\"persist\" item=\"function\"><title>P</title></case>\n"
    "<difference key=\"port\" is=\"breaking\"><title>clients connect to it</title></difference>\n"
    "<difference key=\"size\" within=\"10%%\"><title>it holds the same</title></difference>\n"
    "<difference key=\"build\" across=\"platform\"><title>built for each CPU</title></difference>\n"
    "%s"
    "</suite>\n";

/* The copy of the suite that the run was planned with, under its digest. */
static void put_suite(const char *home, const char *id, const char *more, struct run_input *to)
{
    _cleanup_free_ char *inputs = text_format("%s/runs/%s/inputs", home, id);
    _cleanup_free_ char *draft = path_join(inputs, "draft"), *cases = path_join(draft, "cases");
    _cleanup_free_ char *xml = path_join(draft, "suite.xml"), *text = text_format(suite_xml, more);
    _cleanup_free_ char *folder = NULL, *place = NULL;

    CU_ASSERT_FATAL(path_make_folders(cases, false, NULL) == 0);
    CHECK_INT(path_write_atomic(xml, text, strlen(text), NULL), 0);
    for (int i = 0; i < 2; i++) {
        _cleanup_free_ char *script = path_join(cases, i == 0 ? "install" : "persist");

        CHECK_INT(path_write_atomic(script, "#!/bin/sh\ntrue\n", 15, NULL), 0);
        CHECK_INT(chmod(script, 0755), 0);
    }
    CHECK_INT(tree_digest(draft, to->sha256, NULL), 0);
    folder = path_join(inputs, to->sha256);
    CHECK_INT(mkdir(folder, 0755), 0);
    place = path_join(folder, "redis");
    CHECK_INT(rename(draft, place), 0);
    to->kind = text_dup("suite");
    to->name = text_dup("redis");
    to->path = text_dup("/inputs/redis");
}

struct measured {
    const char *port, *size, *build, *other;
};

static struct result *measure(const char *id, const char *platform, struct measured values)
{
    struct result *result = sample_cell(id, "a", platform, "redis", 1);

    sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
    sample_case(result, "persist", ITEM_FUNCTION, true, STATUS_PASS);
    result_add_observation(result, "persist", "port", values.port, NULL);
    result_add_observation(result, "persist", "size", values.size, "B");
    result_add_observation(result, "persist", "build", values.build, NULL);
    if (values.other != NULL)
        result_add_observation(result, "persist", "other", values.other, NULL);
    return result;
}

/* A run of redis on two platforms, with the rules above. */
static void add_run(const char *home, const char *id, struct measured kunpeng,
                    struct measured phytium, const char *more)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(run_record_done) struct run_record run = {.state = RUN_OPEN};
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    const struct suite *suites[] = {suite};
    struct run_input *input = vec_add(&run.inputs);

    suite->name = text_dup("redis");
    sample_suite_case(suite, "install", ITEM_INSTALL, true, false);
    sample_suite_case(suite, "persist", ITEM_FUNCTION, true, false);
    run.id = text_dup(id);
    run.created_ms = 1790000000000;
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&run.plan.suites, "redis");
    sample_plan_cell(&run, "a", "kunpeng", "redis", NULL);
    sample_plan_cell(&run, "a", "phytium", "redis", NULL);
    put_suite(home, id, more, input);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    sample_merge_whole(store, work, measure(id, "kunpeng", kunpeng));
    sample_merge_whole(store, work, measure(id, "phytium", phytium));
    CU_ASSERT_FATAL(store_end_run(store, id, RUN_ENDED, run.created_ms + 100000, NULL) == 0);
}

/* Each value by the rule for its key, and without a rule to review. */
static void test_rules(void)
{
    static const struct {
        struct measured phytium;
        const char *words[6];
        int code;
        const char *out;
    } rows[] = {
        {{"6379", "1000", "x", NULL}, {"compare"}, 0, " 0 breaking, 0 to review, 1 expected"},
        {{"6379", "1000", "x", NULL}, {"compare"}, 0, "  built for each CPU\n    observation"},
        {{"6379", "1099", "x", NULL}, {"compare"}, 0, "0 to review"},
        {{"6379", "1101", "x", NULL}, {"compare"}, 0, "1 to review"},
        {{"6379", "1101", "x", NULL}, {"compare", "--strict"}, 1, "it holds the same"},
        {{"6380", "1000", "x", NULL}, {"compare"}, 1, "a/phytium  6380: clients connect to it"},
        {{"6379", "1000", "x", "1"}, {"compare"}, 0, "1: it was not measured in the reference"},
        {{"6379", "1000", "x", NULL}, {"compare", "--all"}, 0, "equal ("},
        {{"6379", "1000", "x", NULL}, {"compare", "--reference", "phytium"}, 0, "1 expected"},
    };
    static const struct measured kunpeng = {"6379", "1000", "k", NULL};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;

        add_run(home, SAMPLE_RUN, kunpeng, rows[i].phytium, "");
        CHECK_INT(run_touchstone(home, rows[i].words, &out, &err), rows[i].code);
        CHECK_HAS(out, rows[i].out);
        CHECK_TEXT(err, "");
    }
}

/* The same cell in two runs is two columns, named with their runs. */
static void test_two_runs(void)
{
    static const char *const words[] = {"compare", SAMPLE_RUN, SECOND_RUN, "--json", NULL};
    static const char *const plain[] = {"compare", SAMPLE_RUN, SECOND_RUN, NULL};
    static const char *const named[] = {
        "compare", SAMPLE_RUN, SECOND_RUN, "--reference", "phytium@" SECOND_RUN, NULL};
    static const struct measured one = {"6379", "1000", "k", NULL},
                                 two = {"6379", "1500", "k", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
    _cleanup_free_ char *out3 = NULL, *err3 = NULL;
    _cleanup_json_ json_t *json = NULL;

    add_run(home, SAMPLE_RUN, one, one, "");
    add_run(home, SECOND_RUN, one, two, "");
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    json = json_loads(out, 0, NULL);
    CU_ASSERT_FATAL(json != NULL);
    json_t *suite = json_array_get(json_object_get(json, "suites"), 0);
    CHECK_INT(json_array_size(json_object_get(suite, "columns")), 4);
    CHECK_INT(json_integer_value(json_object_get(json_object_get(suite, "counts"), "review")), 1);
    CHECK_INT(run_touchstone(home, plain, &out2, &err2), 0);
    CHECK_HAS(out2, "a/phytium@" SECOND_RUN "  1500: it holds the same");
    CHECK_INT(run_touchstone(home, named, &out3, &err3), 0);
    CHECK_HAS(out3, "a/phytium@" SECOND_RUN "  emulated  compatible  the reference");
}

/* Without the suite's rules all that differs is to review, and the exit code says that they are
 * missing: if its copy cannot be read, is gone, or was given another rule. */
static void test_no_rules(void)
{
    static const struct measured one = {"6379", "1000", "k", NULL}, two = {"1", "1001", "x", NULL};
    static const char *const words[] = {"compare", NULL};

    for (int way = 0; way < 3; way++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;
        _cleanup_free_ char *edit =
            text_format(way == 1 ? "rm -r %s/runs/*/inputs/*/redis"
                                 : "sed -i 's/key=.port. is=.breaking./key=\"port\"/' "
                                   "%s/runs/*/inputs/*/redis/suite.xml",
                        home);

        add_run(home, SAMPLE_RUN, one, two, way == 0 ? "<case/>" : "");
        if (way > 0)
            CHECK_INT(system(edit), 0);
        CHECK_INT(run_touchstone(home, words, &out, &err), 2);
        CHECK_HAS(out, "the rules of the suite are not known");
        CHECK_HAS(out, "0 breaking, 3 to review, 0 expected");
        CHECK_HAS(err, "suite 'redis'");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"typed", test_typed},
                           {"rules of the suite", test_rules},
                           {"two runs", test_two_runs},
                           {"no rules", test_no_rules},
                           CU_TEST_INFO_NULL};

    return cunit_run("compare_cli", tests);
}
