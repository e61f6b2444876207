/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone diff` on a real store: exit codes, mapped images, lost evidence, messages. */
#include <unistd.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"

#define SECOND_RUN "20260102-bbbbbb"

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

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_FAIL);
    sample_add_day(home, SECOND_RUN, "a", 2, STATUS_PASS);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
}

/* The next build is another image. Unless that is said, its cells are not those of the first. */
static void test_mapped(void)
{
    static const char *const plain[] = {"diff", SAMPLE_RUN, SECOND_RUN, NULL};
    static const char *const mapped[] = {"diff", SAMPLE_RUN, SECOND_RUN, "--map", "a=a2", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_FAIL);
    sample_add_day(home, SECOND_RUN, "a2", 2, STATUS_PASS);
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

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_FAIL);
    sample_add_day(home, SECOND_RUN, "a", 2, STATUS_PASS);
    digest_of_memory("Linux version\n", 14, sha256);
    path = evidence_path(home, sha256);
    CHECK_INT(unlink(path), 0);
    CHECK_INT(run_touchstone(home, words, &out, &err), 1);
    CHECK_HAS(out,
              "missing: no outcome any more\n  a/kunpeng/redis  install  PASS -> -: the evidence");
}

/* A run that was made aside is said to be. */
static void test_aside(void)
{
    static const char *const words[] = {"diff", SAMPLE_RUN, SECOND_RUN, NULL};
    static const char *const json[] = {"diff", SAMPLE_RUN, SECOND_RUN, "--json", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL;
    _cleanup_json_ json_t *root = NULL;

    sample_add_day(home, SAMPLE_RUN, "a", 1, STATUS_PASS);
    sample_add_aside(home, SECOND_RUN, "a", 2, STATUS_PASS);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_HAS(out, "ended, aside");
    CHECK_INT(run_touchstone(home, json, &out2, &err2), 0);
    CU_ASSERT_FATAL(json_parse(out2, strlen(out2), "output", &root, NULL) == 0);
    CU_ASSERT(json_is_true(json_object_get(json_object_get(root, "after"), "aside")));
    CU_ASSERT(json_is_false(json_object_get(json_object_get(root, "before"), "aside")));
}

int main(void)
{
    CU_TestInfo tests[] = {{"typed", test_typed},
                           {"mapped images", test_mapped},
                           {"evidence that is gone", test_evidence},
                           {"aside", test_aside},
                           CU_TEST_INFO_NULL};

    return cunit_run("diff_cli", tests);
}
