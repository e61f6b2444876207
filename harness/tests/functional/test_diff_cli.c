/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone diff` on a real store: exit codes, mapped images, lost evidence, messages. */
#include <unistd.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_matrix.h"

#define SECOND_RUN "20260102-bbbbbb"

/* The second run has the same cells, for an image of that name; its cell on kunpeng has `status`
 * for the case that failed in the first. */
static void add_second(const char *home, const char *image, enum status status)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(run_record_done) struct run_record run = sample_run(SECOND_RUN);
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_result_ struct result *result = sample_result(SECOND_RUN, image, "kunpeng");
    const struct suite *suites[] = {suite};
    struct case_result *row = result_find_case(result, "persist");

    run.created_ms += 86400000;
    text_replace(&run.plan.build, "nightly-2");
    vec_foreach (cell, &run.plan.cells)
        if (strcmp(cell->image, "a") == 0)
            text_replace(&cell->image, image);
    row->status = status;
    row->blame = status == STATUS_PASS ? BLAME_NONE : BLAME_PRODUCT;
    if (status == STATUS_PASS)
        text_replace(&row->reason, NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, SECOND_RUN, RUN_ENDED, 1790000200000, NULL) == 0);
}

static void add_first(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(sample_add_run(store, SAMPLE_RUN, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, SAMPLE_RUN, RUN_ENDED, 1790000100000, NULL) == 0);
}

static void test_typed(void)
{
    static const struct typed rows[] = {
        {{"diff", SAMPLE_RUN, "latest"},
         0,
         "fixed\n  a/kunpeng/redis  persist  FAIL -> PASS",
         NULL},
        {{"diff", SAMPLE_RUN, "latest"}, 0, "Nothing in the second run is worse", NULL},
        {{"diff", "latest", SAMPLE_RUN}, 1, "new failures\n  a/kunpeng/redis  persist", NULL},
        {{"diff", "latest", SAMPLE_RUN}, 1, "build 'nightly-2'", NULL},
        {{"diff", "latest", SAMPLE_RUN, "--json"}, 1, "\"worse\": true", NULL},
        {{"diff", "latest", "latest"}, 0, "3 cells compared: 0 new", NULL},
        {{"diff", SAMPLE_RUN}, 64, NULL, "missing argument"},
        {{"diff", SAMPLE_RUN, "x"}, 64, NULL, "no run 'x'"},
        {{"diff", SAMPLE_RUN, "latest", "--map", "a"}, 64, NULL, "--map 'a': give OLD=NEW"},
        {{"diff", SAMPLE_RUN, "latest", "--map", "a=z"}, 64, NULL, "has no image 'z'; it has a, b"},
    };
    _cleanup_folder_ char *home = temp_folder_new();

    add_first(home);
    add_second(home, "a", STATUS_PASS);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* The next build is another image. Unless that is said, its cells are not those of the first. */
static void test_mapped(void)
{
    static const char *const plain[] = {"diff", SAMPLE_RUN, SECOND_RUN, NULL};
    static const char *const mapped[] = {"diff", SAMPLE_RUN, SECOND_RUN, "--map", "a=a2", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;

    add_first(home);
    add_second(home, "a2", STATUS_PASS);
    CHECK_INT(run_touchstone(home, plain, &out, &err), 1);
    CHECK_HAS(out, "the cell is not in the run");
    CHECK_HAS(out, "1 cell compared");
    CHECK_INT(run_touchstone(home, mapped, &out2, &err2), 0);
    CHECK_HAS(out2, "a2/kunpeng/redis  persist  FAIL -> PASS");
    CHECK_HAS(out2, "3 cells compared");
}

/* A cell whose evidence was removed has no outcome, although its record says that it passed. */
static void test_evidence(void)
{
    static const char *const words[] = {"diff", SAMPLE_RUN, SECOND_RUN, NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = NULL, *out = NULL, *err = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    add_first(home);
    add_second(home, "a", STATUS_PASS);
    digest_of_memory("Linux version\n", 14, sha256);
    path = evidence_path(home, sha256);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CHECK_HAS(out,
              "missing: no outcome any more\n  a/kunpeng/redis  install  PASS -> -: the evidence");
}

int main(void)
{
    CU_TestInfo tests[] = {{"typed", test_typed},
                           {"mapped images", test_mapped},
                           {"evidence that is gone", test_evidence},
                           CU_TEST_INFO_NULL};

    return cunit_run("diff_cli", tests);
}
