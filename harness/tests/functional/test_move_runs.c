/* SPDX-License-Identifier: Apache-2.0 */
/* The behaviour in `touchstone move`: the newest results of two images, cell by cell. */
#include <sys/stat.h>

#include "base/json.h"
#include "run_touchstone.h"
#include "sample_days.h"

/* A surface under each name, so that the verb has something to compare. */
static void add_surfaces(const char *home)
{
    static const char *const names[] = {"--name=a", "--name=a2"};
    _cleanup_folder_ char *root = temp_folder_new();
    _cleanup_free_ char *folder = path_join(root, "bin"), *program = path_join(folder, "true");

    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_copy_file("/bin/true", program, NULL) == 0);
    CU_ASSERT_FATAL(chmod(program, 0755) == 0);
    for (size_t i = 0; i < 2; i++) {
        const char *const words[] = {"abi", "harvest", "--rootfs", root, names[i], NULL};
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    }
}

static json_t *move(const char *home, const char *suite)
{
    const char *const words[] = {"move", "a", "a2", "--json", suite, NULL};
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL, *behaviour;

    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    behaviour = json_incref(json_object_get(root, "behaviour"));
    json_decref(root);
    return behaviour;
}

static int64_t number(const json_t *behaviour, const char *key)
{
    return json_integer_value(json_object_get(behaviour, key));
}

/* The newest result of each image counts; a cell that only one of them has is counted. */
static void test_behaviour(void)
{
    static const char *const words[] = {"move", "a", "a2", NULL};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *behaviour = NULL, *other = NULL;
    _cleanup_free_ char *out = NULL, *err = NULL;
    const json_t *cell, *row;

    add_surfaces(home);
    sample_add_day(home, "20260101-aaaaaa", "a", 1, STATUS_FAIL);
    sample_add_day(home, "20260102-bbbbbb", "a", 2, STATUS_PASS);
    sample_add_day(home, "20260103-cccccc", "a2", 3, STATUS_FAIL);
    behaviour = move(home, NULL);
    CU_ASSERT(json_is_null(json_object_get(behaviour, "not_compared")));
    CHECK_INT(number(behaviour, "compared"), 2);
    CHECK_INT(json_array_size(json_object_get(behaviour, "cells")), 1);
    cell = json_array_get(json_object_get(behaviour, "cells"), 0);
    CHECK_TEXT(json_string_value(json_object_get(cell, "platform")), "kunpeng");
    row = json_array_get(json_object_get(cell, "cases"), 0);
    CHECK_TEXT(json_string_value(json_object_get(row, "case")), "persist");
    CHECK_TEXT(json_string_value(json_object_get(row, "change")), "new");
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_HAS(out, "behaviour  2 cells of both compared, by the newest results");
    CHECK_HAS(out, "persist  PASS -> FAIL (product)");
    other = move(home, "--suite=nginx");
    CHECK_HAS(json_string_value(json_object_get(other, "not_compared")),
              "no ended runs of 'a' and 'a2' have a cell in common");
}

static void test_one(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_json_ json_t *behaviour = NULL;

    add_surfaces(home);
    sample_add_day(home, "20260101-aaaaaa", "a", 1, STATUS_PASS);
    behaviour = move(home, NULL);
    CHECK_HAS(json_string_value(json_object_get(behaviour, "not_compared")),
              "run the same suites on both");
    CHECK_INT(json_array_size(json_object_get(behaviour, "cells")), 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"behaviour", test_behaviour}, {"one image alone", test_one}, CU_TEST_INFO_NULL};

    return cunit_run("move_runs", tests);
}
