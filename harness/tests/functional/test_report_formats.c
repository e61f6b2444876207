/* SPDX-License-Identifier: Apache-2.0 */
/* Every format of stores in which something must not be shown as passed, and of one whose guest is
 * hostile, read again by other programs: tests/lib/report_formats.py says what each must contain.
 */
#include <sys/wait.h>

#include "base/clock.h"
#include "model/signature.h"
#include "model/waiver.h"
#include "sample_hostile.h"

static int check(const struct report *report, const char *name)
{
    _cleanup_folder_ char *folder = temp_folder_new();
    _cleanup_free_ char *command = NULL;
    int code;

    for (const struct report_format *const *format = report_formats; *format != NULL; format++) {
        _cleanup_free_ char *path = text_format("%s/report%s", folder, (*format)->ending);
        struct error *err = NULL;
        FILE *out;

        if ((*format)->write == NULL) {
            CHECK_INT(path_make_folders(path, false, NULL), 0);
            CHECK_INT((*format)->write_folder(report, path, &err), 0);
            continue;
        }
        out = fopen(path, "we");
        CU_ASSERT_FATAL(out != NULL);
        (*format)->write(report, out);
        CHECK_INT(fclose(out), 0);
        CU_ASSERT_PTR_NULL(report_error(report));
    }
    command = text_format("/usr/bin/python3 %s/harness/tests/lib/report_formats.py %s %s",
                          TS_SOURCE_DIR, name, folder);
    fflush(stdout);
    code = system(command);
    return WIFEXITED(code) ? WEXITSTATUS(code) : 99;
}

static void check_home(char *(*make)(struct store **), const char *name, struct waivers *waivers,
                       bool strict)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = make(&store);
    _cleanup_(report_done) struct report report = {0};

    CU_ASSERT_FATAL(report_load(store, home, SAMPLE_RUN, waivers, &report, NULL) == 0);
    report.strict = strict;
    CHECK_INT(check(&report, name), 0);
    store_close(store);
}

/* A run of one cell of these cases. */
static char *one_cell(struct store **ret_store, const struct suite *suite, unsigned repeat)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    char *home = temp_folder_new();

    sample_ended_run(&run);
    run.plan.repeat = repeat;
    sample_plan_cell(&run, SAMPLE_IMAGE, "kunpeng", suite->name, NULL);
    CU_ASSERT_FATAL(store_open(home, ret_store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(*ret_store, &run, &suite, 1, NULL) == 0);
    return home;
}

static void merge(struct store *store, struct result *result)
{
    _cleanup_folder_ char *work = temp_folder_new();

    sample_merge_whole(store, work, result);
}

static void add_passed_point(struct case_result *row)
{
    struct point *point = vec_add(&row->points);

    point->name = text_dup("fast enough");
    point->status = STATUS_PASS;
}

/* Everything that was judged passed, but a required case cannot be judged under emulation, and an
 * optional one, which broke, could not be either. */
static char *grade_home(struct store **ret_store)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    struct result *result = sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng", "redis", 1);
    struct case_result *row;
    char *home;

    suite->name = text_dup("redis");
    sample_suite_case(suite, "install", ITEM_INSTALL, true, false);
    sample_suite_case(suite, "speed", ITEM_PERFORMANCE, true, true);
    sample_suite_case(suite, "tune", ITEM_PERFORMANCE, false, true);
    home = one_cell(ret_store, suite, 0);
    sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
    row = sample_case(result, "speed", ITEM_PERFORMANCE, true, STATUS_DONE);
    row->judgeable = false;
    add_passed_point(row);
    row = sample_case(result, "tune", ITEM_PERFORMANCE, false, STATUS_ERROR);
    row->judgeable = false;
    row->reason = text_dup("no plan");
    add_passed_point(row);
    merge(*ret_store, result);
    return home;
}

/* The latest attempt passed; two of three failed. */
static char *repeat_home(struct store **ret_store)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    char *home;

    suite->name = text_dup("redis");
    sample_suite_case(suite, "install", ITEM_INSTALL, true, false);
    sample_suite_case(suite, "persist", ITEM_FUNCTION, true, false);
    home = one_cell(ret_store, suite, 3);
    for (unsigned attempt = 1; attempt <= 3; attempt++) {
        struct result *result = sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng", "redis", attempt);
        struct case_result *row;

        sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
        row = sample_case(result, "persist", ITEM_FUNCTION, true,
                          attempt < 3 ? STATUS_FAIL : STATUS_PASS);
        row->blame = attempt < 3 ? BLAME_PRODUCT : BLAME_NONE;
        row->reason = attempt < 3 ? text_dup("exit code 1") : NULL;
        merge(*ret_store, result);
    }
    return home;
}

/* Another system says that everything passed. */
static char *reported_home(struct store **ret_store)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    struct result *result = sample_cell(SAMPLE_RUN, SAMPLE_IMAGE, "kunpeng", "redis", 1);
    char *home;

    suite->name = text_dup("redis");
    sample_suite_case(suite, "install", ITEM_INSTALL, true, false);
    home = one_cell(ret_store, suite, 0);
    sample_case(result, "install", ITEM_INSTALL, true, STATUS_PASS);
    result->grade = GRADE_REPORTED;
    result->accel = ACCEL_NONE;
    result->warm = false;
    result->identity_measured = false;
    vec_foreach (row, &result->identity) {
        free(row->key);
        free(row->expected);
        free(row->measured);
    }
    vec_done(&result->identity);
    merge(*ret_store, result);
    return home;
}

static char *lost_home(struct store **ret_store)
{
    char *home = sample_home(ret_store);
    _cleanup_free_ char *folder = path_join(home, "evidence");

    CHECK_INT(path_remove_tree(folder, NULL), 0);
    return home;
}

static void test_truth(void)
{
    check_home(sample_home, "sample", NULL, false);
    check_home(sample_home, "sample-strict", NULL, true);
    check_home(sample_partial_home, "partial", NULL, false);
    check_home(grade_home, "grade", NULL, false);
    check_home(repeat_home, "repeat", NULL, false);
    check_home(reported_home, "reported", NULL, false);
    check_home(lost_home, "lost", NULL, false);
}

static void test_waived(void)
{
    static const char reason[] = "not ok 2 - data is there after kill -9";

    for (int strict = 0; strict < 2; strict++) {
        _cleanup_(waivers_done) struct waivers waivers = {.today = "2026-01-01"};
        struct waiver *waiver = vec_add(&waivers.rows);

        waiver->image = text_dup("*");
        waiver->platform = text_dup("*");
        waiver->suite = text_dup("redis");
        waiver->case_id = text_dup("persist");
        waiver->owner = text_dup("=owner");
        waiver->reason = text_dup("known");
        snprintf(waiver->until, sizeof(waiver->until), "2026-12-31");
        failure_signature("persist", STATUS_FAIL, BLAME_PRODUCT, reason, waiver->signature);
        check_home(sample_home, strict ? "waived-strict" : "waived", &waivers, strict);
    }
}

static void test_hostile(void)
{
    check_home(sample_hostile_home, "hostile", NULL, false);
}

int main(void)
{
    CU_TestInfo tests[] = {{"nothing passes that must not", test_truth},
                           {"waived failures", test_waived},
                           {"hostile text", test_hostile},
                           CU_TEST_INFO_NULL};
    int failed;

    if (system("/usr/bin/python3 -c 'import jsonschema, openpyxl' 2> /dev/null") != 0) {
        printf("skipped: python3-jsonschema or python3-openpyxl is not installed\n");
        return 77;
    }
    failed = cunit_run("report_formats", tests);
    return failed;
}
