/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone bisect` on what a store knows already; guests are in guest.test_regression. */
#include <sys/stat.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"

/* A suite, and names of registered images; none is opened before it is run. */
static void register_images(const char *home, const char *const *names)
{
    static const char suite[] =
        "<suite name=\"redis\"><title>x</title><vendor>x</vendor><product>x</product>"
        "<case id=\"persist\" item=\"function\" protocol=\"exit\" required=\"yes\" "
        "timeout=\"9\"><title>x</title></case></suite>";
    _cleanup_free_ char *cases = path_join(home, "mine/cases");
    _cleanup_free_ char *file = path_join(home, "mine/suite.xml");
    _cleanup_free_ char *script = path_join(home, "mine/cases/persist");
    _cleanup_free_ char *folder = path_join(home, "images");

    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_make_folders(cases, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(file, suite, strlen(suite), NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(script, "#!/bin/sh\ntest -e /\n", 20, NULL) == 0);
    CU_ASSERT_FATAL(chmod(script, 0755) == 0);
    for (; *names != NULL; names++) {
        _cleanup_free_ char *path = text_format("%s/%s.xml", folder, *names);

        CU_ASSERT_FATAL(path_write_atomic(path, "", 0, NULL) == 0);
    }
}

static int bisect(const char *home, const char *options, char **ret_out, char **ret_err)
{
    _cleanup_free_ char *line =
        text_format("bisect --platform kunpeng --suite %s/mine %s", home, options);

    return run_line(home, line, ret_out, ret_err);
}

static void test_known(void)
{
    static const char *const names[] = {"os-9", "os-10", "os-11", "other", NULL};
    static const struct {
        enum status of_10, of_11;
        const char *options;
        int code;
        const char *out, *err;
    } rows[] = {
        {STATUS_PASS, STATUS_FAIL, "--images 'os-*' --case persist", 0,
         "first bad image: os-11 (run 20260103-cccccc), the last good one before it: os-10 (run "
         "20260102-bbbbbb)\n'touchstone diff 20260102-bbbbbb 20260103-cccccc --map os-10=os-11'",
         ""},
        {STATUS_FAIL, STATUS_FAIL, "--images 'os-*' --case persist", 0,
         "first bad image: os-10 (run 20260102-bbbbbb), the last good one before it: os-9 ", ""},
        {STATUS_FAIL, STATUS_PASS, "--images 'os-*' --case persist", 2,
         "case 'persist' is good on os-11", ""},
        {STATUS_FAIL, STATUS_FAIL, "--images 'os-1*' --case persist", 2,
         "case 'persist' is bad on os-11 (run 20260103-cccccc), and good on no image before it",
         ""},
        /* A case that says nothing is to be run. */
        {STATUS_SKIP, STATUS_FAIL, "--images 'os-*' --case persist --dry-run", 0,
         "untested  os-10\nbad       os-11  run 20260103-cccccc\nnext: os-10, about 1 run left",
         ""},
        {STATUS_PASS, STATUS_SKIP, "--images 'os-*' --case persist --dry-run", 0, "next: os-11",
         ""},
        {STATUS_PASS, STATUS_PASS, "--images 'oss-*' --case persist", 64, "",
         "--images 'oss-*' matches 0 of 4 registered images"},
        {STATUS_PASS, STATUS_PASS, "--images 'other' --case persist", 64, "", "a search needs two"},
        {STATUS_PASS, STATUS_PASS, "--images 'os-*' --case nope", 64, "",
         "suite 'redis' has no case 'nope'"},
        {STATUS_PASS, STATUS_PASS, "--case persist", 64, "", "give --images PATTERN"},
        {STATUS_PASS, STATUS_PASS, "--images 'os-*'", 64, "",
         "give --platform, --suite and --case"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new();
        _cleanup_free_ char *out = NULL, *err = NULL;

        register_images(home, names);
        sample_add_day(home, "20260101-aaaaaa", "os-9", 1, STATUS_PASS);
        sample_add_day(home, "20260102-bbbbbb", "os-10", 2, rows[i].of_10);
        sample_add_day(home, "20260103-cccccc", "os-11", 3, rows[i].of_11);
        CHECK_INT(bisect(home, rows[i].options, &out, &err), rows[i].code);
        CHECK_HAS(out, rows[i].out);
        CHECK_HAS(err, rows[i].err);
    }
}

static void test_json(void)
{
    static const char *const names[] = {"os-9", "os-10", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;

    register_images(home, names);
    sample_add_day(home, "20260101-aaaaaa", "os-9", 1, STATUS_PASS);
    sample_add_day(home, "20260102-bbbbbb", "os-10", 2, STATUS_FAIL);
    CHECK_INT(bisect(home, "--images 'os-*' --case persist --json", &out, &err), 0);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    CHECK_TEXT(json_string_value(json_object_get(root, "end")), "found");
    CHECK_TEXT(json_string_value(json_object_get(root, "bad")), "os-10");
    CHECK_TEXT(json_string_value(json_object_get(root, "good")), "os-9");
    CHECK_INT(json_array_size(json_object_get(root, "images")), 2);
}

/* An image that cannot be run ends the search: it is not taken for one that says nothing. */
static void test_not_run(void)
{
    static const char *const names[] = {"os-9", "os-10", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL;

    register_images(home, names);
    sample_add_day(home, "20260101-aaaaaa", "os-9", 1, STATUS_PASS);
    CHECK_INT(bisect(home, "--images 'os-*' --case persist", &out, &err), 74);
    CHECK_HAS(err, "image 'os-10' could not be run (exit code 64): see above");
    CHECK_TEXT(out, "");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"known", test_known}, {"JSON", test_json}, {"not run", test_not_run}, CU_TEST_INFO_NULL};

    return cunit_run("bisect_cli", tests);
}
