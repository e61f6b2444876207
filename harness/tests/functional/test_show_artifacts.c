/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone show --artifacts`: the files of cases are written below the folder, whatever their
 * names in the guest are, and nothing that exists is touched. */
#include <sys/stat.h>

#include "base/path.h"
#include "bundle/bundle.h"
#include "run_touchstone.h"
#include "sample_matrix.h"
#include "store/evidence.h"

static const struct {
    const char *case_id, *name, *data;
} files[] = {
    {"persist", "report", "<testsuite/>"},
    {"persist", "artifact/../../etc/passwd", "one"},
    {"persist", "artifact/.._.._etc_passwd", "two"},
    {"persist", "artifact/.hidden", "three"},
    {"persist", "artifact/\\x1b[2J", "four"},
    {"persist", "artifact/", "five"},
    {"speed", "report/TEST-a.xml", "six"},
    {"speed", "stdout", "not a file of a case"},
    {NULL, "artifact/console", "not of a case"},
};

static void fill(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_free_ char *path = path_join(work, "bundle");
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    _cleanup_result_ struct result *back = NULL;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(sample_add_run(store, SAMPLE_RUN, NULL) == 0);
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        CHECK_INT(bundle_add_evidence_memory(writer, result, files[i].case_id, files[i].name,
                                             files[i].data, strlen(files[i].data), 1 << 20, NULL),
                  0);
    CU_ASSERT_FATAL(bundle_finish(writer, result, NULL) == 0);
    CU_ASSERT_FATAL(bundle_read(path, &back, NULL) == 0);
    CU_ASSERT_FATAL(store_merge_result(store, back, path, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, SAMPLE_RUN, RUN_ENDED, 1790000100000, NULL) == 0);
}

static void check_file(const char *folder, const char *name, const char *data)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_buffer_ struct buffer text = {0};

    CHECK_INT(path_read(path, 1000, &text, NULL), 0);
    CHECK_TEXT(text.data, data);
}

static void test_written(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *folder = path_join(home, "out/files"), *one = path_join(home, "one");
    _cleanup_free_ char *persist = path_join(folder, "persist"),
                        *speed = path_join(folder, "speed");
    _cleanup_strv_ struct strv names = {0}, other = {0}, cases = {0}, only = {0};
    const char *const words[] = {"show", "kunpeng", "--artifacts", folder, NULL};
    const char *const words_one[] = {"show", "kunpeng", "--case=speed", "--artifacts", one, NULL};
    const char *const json[] = {"show", "kunpeng", "--json", "--artifacts", one, NULL};
    _cleanup_free_ char *out = NULL, *err = NULL, *out2 = NULL, *err2 = NULL, *out3 = NULL,
                        *err3 = NULL, *out4 = NULL, *err4 = NULL;

    fill(home);
    CHECK_INT(run_touchstone(home, words, &out, &err), 0);
    CHECK_INT(path_list(folder, &cases, NULL), 0);
    CHECK_INT(cases.count, 2);
    CHECK_INT(path_list(persist, &names, NULL), 0);
    CHECK_INT(names.count, 6);
    CHECK_INT(path_list(speed, &other, NULL), 0);
    CHECK_INT(other.count, 1);
    check_file(persist, "report", "<testsuite/>");
    check_file(persist, "_._.._etc_passwd", "one");
    check_file(persist, "_._.._etc_passwd-2", "two");
    check_file(persist, "_hidden", "three");
    check_file(persist, "_x1b_2J", "four");
    check_file(persist, "_", "five");
    check_file(speed, "TEST-a.xml", "six");
    CHECK_HAS(out, "persist/_._.._etc_passwd  3 bytes  artifact/../../etc/passwd\n");
    /* What is there is not touched. */
    CHECK_INT(run_touchstone(home, words, &out2, &err2), 64);
    CHECK_HAS(err2, "the folder is not empty");
    CHECK_INT(run_touchstone(home, words_one, &out3, &err3), 0);
    CHECK_INT(path_list(one, &only, NULL), 0);
    CHECK_INT(only.count, 1);
    CHECK_INT(run_touchstone(home, json, &out4, &err4), 64);
    CHECK_HAS(err4, "exclude each other");
}

/* A file whose bytes changed in the store is not written; the others are. */
static void test_damaged(void)
{
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *folder = path_join(home, "out"), *out = NULL, *err = NULL, *path = NULL;
    const char *const words[] = {"show", "kunpeng", "--artifacts", folder, NULL};
    char sha256[DIGEST_TEXT_SIZE];

    fill(home);
    digest_of_memory("six", 3, sha256);
    path = evidence_path(home, sha256);
    chmod(path, 0600);
    CHECK_INT(path_write_unsynced(path, "SIX", 3, NULL), 0);
    CHECK_INT(run_touchstone(home, words, &out, &err), 74);
    CHECK_HAS(err, "'report/TEST-a.xml' of case 'speed' cannot be written");
    CU_ASSERT(strstr(out, "TEST-a.xml") == NULL);
    CHECK_HAS(out, "persist/report");
}

int main(void)
{
    CU_TestInfo tests[] = {{"written", test_written}, {"damaged", test_damaged}, CU_TEST_INFO_NULL};

    return cunit_run("show --artifacts", tests);
}
