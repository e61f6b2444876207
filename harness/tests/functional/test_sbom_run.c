/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone sbom --cell: first what must not be listed, because the files are not those of the
 * run; then both formats. */
#include "base/json.h"
#include "run/folder.h"
#include "run_touchstone.h"
#include "sample_store.h"

#define CONTROL                                                                                    \
    "Package: demo\nVersion: 2.0-1\nArchitecture: all\nMaintainer: Nobody "                        \
    "<root@localhost>\nDescription: x\n"

static struct {
    char *home, *work, *deb, *pool; /* the package, and where the cache has it */
    char sha256[DIGEST_TEXT_SIZE];
} lab;

static void shell(const char *command)
{
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};

    spec.argv = argv;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    CU_ASSERT_FATAL(output.exit.exited && output.exit.code == 0);
    process_output_done(&output);
}

static void make_package(void)
{
    _cleanup_free_ char *command =
        text_format("cd %s && mkdir -p deb/DEBIAN && printf '%s' > deb/DEBIAN/control && "
                    "dpkg-deb --root-owner-group -Zgzip --build deb demo_2.0-1_all.deb > /dev/null",
                    lab.work, CONTROL);
    _cleanup_free_ char *folder = NULL, *copy = NULL;
    uint64_t size;

    shell(command);
    lab.deb = path_join(lab.work, "demo_2.0-1_all.deb");
    CU_ASSERT_FATAL(digest_of_file(lab.deb, lab.sha256, &size, NULL) == 0);
    folder = text_format("%s/packages/pool/%s", lab.home, lab.sha256);
    lab.pool = path_join(folder, "demo_2.0-1_all.deb");
    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_copy_file(lab.deb, lab.pool, NULL) == 0);
}

/* The suite's copy in the folder of the run, with a file of the product. */
static void add_suite(struct run_record *run)
{
    struct run_input *input = vec_add(&run->inputs);
    _cleanup_free_ char *suite = path_join(lab.work, "redis"), *files = path_join(suite, "files"),
                        *file = path_join(files, "loose"), *xml = path_join(suite, "suite.xml"),
                        *copy = NULL, *folder = text_format("%s/runs/" SAMPLE_RUN, lab.home);

    input->kind = text_dup("suite");
    input->name = text_dup("redis");
    CU_ASSERT_FATAL(path_make_folders(files, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(file, "text", 4, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(xml, "<suite/>", 8, NULL) == 0);
    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(run_folder_add_tree(folder, suite, &copy, input->sha256, NULL) == 0);
    input->path = text_dup(copy + strlen(folder) + 1);
}

static void add_part(struct result *result, const char *name, bool checked, const char *sha256)
{
    struct predicted_part *part = vec_add(&result->prediction.parts);

    part->name = text_dup(name);
    part->checked = checked;
    snprintf(part->sha256, sizeof(part->sha256), "%s", sha256);
}

static void test_make(void)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(suite_free_cleanup) struct suite *suite = sample_suite("redis");
    _cleanup_(run_record_done) struct run_record run = sample_run(SAMPLE_RUN);
    _cleanup_result_ struct result *result = sample_result(SAMPLE_RUN, "a", "kunpeng");
    const struct suite *suites[] = {suite};
    struct error *err = NULL;

    lab.home = temp_folder_new();
    lab.work = temp_folder_new();
    make_package();
    add_suite(&run);
    CU_ASSERT_FATAL(store_open(lab.home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    vec_foreach (part, &result->prediction.parts)
        free(part->name);
    vec_done(&result->prediction.parts);
    result->prediction.state = PREDICTION_MADE;
    text_replace(&result->prediction.surface, lab.sha256);
    add_part(result, "demo_2.0-1_all.deb", true, lab.sha256);
    add_part(result, "libc6_2.36_amd64.deb", false, lab.sha256);
    add_part(result, "loose", true, "");
    if (sample_merge(store, lab.work, result, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
    CU_ASSERT_FATAL(store_end_run(store, SAMPLE_RUN, RUN_ENDED, 1790000100000, NULL) == 0);
}

/* Runs "sbom WORDS"; its standard output is JSON if the exit code is 0. */
static json_t *sbom(const char *words, int code, const char *says)
{
    _cleanup_free_ char *line = text_format("sbom %s", words), *out = NULL, *err = NULL;
    int is = run_line(lab.home, line, &out, &err);

    if (is != code)
        printf("\nsbom %s: %d: %s", words, is, err);
    CHECK_INT(is, code);
    if (says != NULL)
        CHECK_HAS(err, says);
    if (code != 0)
        CHECK_TEXT(out, "");
    return code == 0 ? json_loads(out, 0, NULL) : NULL;
}

static void test_refused(void)
{
    _cleanup_free_ char *copy = path_join(lab.work, "kept.deb"),
                        *handed = text_format("--cell kunpeng %s", copy),
                        *touch = text_format("for f in %s/runs/*/inputs/*/redis/files/loose; do "
                                             "chmod u+w \"$f\" && printf x >> \"$f\"; done",
                                             lab.home);
    json_t *json;

    sbom("--cell kunpeng --suite redis", 64, "--cell");
    sbom("--run latest", 64, "--cell");
    sbom("--cell moon", 64, "moon");
    sbom("--cell a/phytium", 64, "has no result");
    /* The package is gone, or another. */
    CU_ASSERT_FATAL(path_copy_file(lab.deb, copy, NULL) == 0);
    unlink(lab.pool);
    sbom("--cell kunpeng", 64, lab.sha256);
    CU_ASSERT_FATAL(path_write_atomic(lab.pool, "other", 5, NULL) == 0);
    sbom("--cell kunpeng", 64, lab.sha256);
    json = sbom(handed, 0, NULL);
    CU_ASSERT(json != NULL);
    json_decref(json);
    unlink(lab.pool);
    CU_ASSERT_FATAL(path_copy_file(lab.deb, lab.pool, NULL) == 0);
    json = sbom("--cell kunpeng", 0, NULL);
    CU_ASSERT(json != NULL);
    json_decref(json);
    /* A file of the suite is another. */
    shell(touch);
    sbom("--cell kunpeng", 64, "were changed");
}

static bool lists(const json_t *json, const char *array, const char *key, const char *value)
{
    const json_t *row;
    size_t i;

    json_array_foreach(
        json_object_get(json, array), i,
        row) if (text_equal(json_string_value(json_object_get(row, key)), value)) return true;
    return false;
}

static void test_written(void)
{
    json_t *spdx = sbom("--cell a/kunpeng/redis", 0, NULL);
    json_t *cdx = sbom("--cell kunpeng --run " SAMPLE_RUN " --format cyclonedx", 0, NULL);
    const json_t *properties = json_object_get(json_object_get(cdx, "metadata"), "properties");
    const char *origin = json_string_value(json_object_get(json_array_get(properties, 0), "value"));

    CHECK_HAS(json_string_value(json_object_get(spdx, "comment")),
              "run " SAMPLE_RUN ", cell a/kunpeng/redis, record with SHA-256 ");
    CHECK_TEXT(origin, json_string_value(json_object_get(spdx, "comment")));
    CU_ASSERT(lists(spdx, "packages", "name", "demo"));
    CU_ASSERT(lists(spdx, "files", "fileName", "./demo_2.0-1_all.deb"));
    CU_ASSERT(lists(spdx, "files", "fileName", "./loose"));
    CU_ASSERT(!lists(spdx, "files", "fileName", "./libc6_2.36_amd64.deb"));
    CU_ASSERT(lists(cdx, "components", "name", "demo"));
    CHECK_TEXT(json_string_value(json_object_get(json_object_get(spdx, "creationInfo"), "created")),
               "2026-09-21T14:13:20Z");
    json_decref(spdx);
    json_decref(cdx);
}

int main(void)
{
    CU_TestInfo tests[] = {{"make", test_make},
                           {"written", test_written},
                           {"refused", test_refused},
                           CU_TEST_INFO_NULL};
    int code;

    if (access("/usr/bin/dpkg-deb", X_OK) != 0) {
        printf("skipped: dpkg-deb is not installed\n");
        return 77;
    }
    code = cunit_run("sbom of a run", tests);
    path_remove_tree(lab.home, NULL);
    path_remove_tree(lab.work, NULL);
    free(lab.home);
    free(lab.work);
    free(lab.deb);
    free(lab.pool);
    return code;
}
