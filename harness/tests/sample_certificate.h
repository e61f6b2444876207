/* SPDX-License-Identifier: Apache-2.0 */
/* A home with a run in which everything passed on releases of a certified OS, and keys to certify
 * it with. */
#ifndef TS_TESTS_SAMPLE_CERTIFICATE_H
#define TS_TESTS_SAMPLE_CERTIFICATE_H

#include <sys/stat.h>

#include "base/process.h"
#include "base/tree.h"
#include "sample_store.h"

#define CERTIFIED_RUN "20260101-dddddd"

/* How a run differs from a good one of one cell. */
struct sample_certified {
    unsigned cells; /* 0: one; two platforms to an image */
    enum grade grade;
    bool stand_in, open, fails, two_suites;
};

static const struct {
    const char *id;
    enum item item;
    bool native_only;
} sample_certified_cases[] = {
    {"install", ITEM_INSTALL, false},      {"functions", ITEM_FUNCTION, false},
    {"restart", ITEM_FUNCTION, false},     {"snapshot", ITEM_FUNCTION, false},
    {"persistence", ITEM_FUNCTION, false}, {"benchmark", ITEM_PERFORMANCE, true},
    {"overload", ITEM_STRESS, false},      {"day", ITEM_ENDURANCE, true},
    {"rewrite", ITEM_EXTRA, false},        {"uninstall", ITEM_UNINSTALL, false},
};
enum { SAMPLE_CASES = sizeof(sample_certified_cases) / sizeof(sample_certified_cases[0]) };

static inline struct run_input *sample_input(struct run_record *run, const char *kind,
                                             const char *name, const char *sha256)
{
    struct run_input *input = vec_add(&run->inputs);

    input->kind = text_dup(kind);
    input->name = text_dup(name);
    memcpy(input->sha256, sha256, sizeof(input->sha256));
    return input;
}

/* The copy of an image's file in the folder of the run. */
static inline void sample_certified_image(const char *home, const char *name, bool stand_in,
                                          struct run_record *run)
{
    _cleanup_free_ char *text = NULL, *folder = NULL, *path = NULL;
    char disk[DIGEST_TEXT_SIZE], sha256[DIGEST_TEXT_SIZE];
    struct run_input *input;

    digest_of_memory(name, strlen(name), disk);
    text = text_format(
        "<image name=\"%s\" arch=\"aarch64\"%s><title>TencentOS Server 4</title>"
        "<os id=\"tencentos\" version=\"4\"/><disk path=\"/images/ts4.qcow2\" sha256=\"%s\" "
        "format=\"qcow2\" device=\"1\" inode=\"2\" size=\"3\" mtime-ns=\"4\" ctime-ns=\"5\"/>"
        "<boot kind=\"disk\"/><packages family=\"rpm\"/></image>",
        name, stand_in ? " stand-in=\"yes\"" : "", disk);
    digest_of_memory(text, strlen(text), sha256);
    input = sample_input(run, "image", name, sha256);
    folder = text_format("%s/runs/" CERTIFIED_RUN "/inputs/%s", home, sha256);
    path = text_format("%s/%s.xml", folder, name);
    input->path = text_format("inputs/%s/%s.xml", sha256, name);
    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(path, text, strlen(text), NULL) == 0);
}

/* The copy of the suite, with a file of the product. */
static inline void sample_certified_suite(const char *home, struct run_record *run)
{
    _cleanup_free_ char *draft = text_format("%s/runs/" CERTIFIED_RUN "/draft", home);
    _cleanup_free_ char *files = path_join(draft, "files"), *file = path_join(files, "app.bin");
    _cleanup_free_ char *inputs = NULL, *place = NULL;
    char sha256[DIGEST_TEXT_SIZE];
    struct run_input *input;

    CU_ASSERT_FATAL(path_make_folders(files, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(file, "the product", 11, NULL) == 0);
    CU_ASSERT_FATAL(tree_digest(draft, sha256, NULL) == 0);
    inputs = text_format("%s/runs/" CERTIFIED_RUN "/inputs/%s", home, sha256);
    place = path_join(inputs, "app");
    CU_ASSERT_FATAL(path_make_folders(inputs, false, NULL) == 0);
    CU_ASSERT_FATAL(rename(draft, place) == 0);
    input = sample_input(run, "suite", "app", sha256);
    input->path = text_format("inputs/%s/app", sha256);
}

static inline void sample_certified_result(struct store *store, const char *work,
                                           const struct sample_certified *made, const char *image,
                                           const char *platform, const char *suite)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_result_ struct result *result = sample_cell(CERTIFIED_RUN, image, platform, suite, 1);
    _cleanup_result_ struct result *back = NULL;
    _cleanup_free_ char *path = text_format("%s/%s-%s-%s", work, image, platform, suite);
    char surface[DIGEST_TEXT_SIZE];
    struct predicted_part *part;
    struct error *err = NULL;

    result->grade = made->grade;
    result->accel = made->grade == GRADE_EMULATED ? ACCEL_TCG : ACCEL_KVM;
    result->prediction.state = PREDICTION_MADE;
    digest_of_memory("surface", 7, surface);
    result->prediction.surface = text_dup(surface);
    result->prediction.census.files = result->prediction.census.examined = 1;
    part = vec_add(&result->prediction.parts);
    part->name = text_dup("app_1.0_arm64.deb");
    part->checked = true;
    digest_of_memory("the package", 11, part->sha256);
    text_replace(&result->identity.items[1].expected, "tencentos");
    text_replace(&result->identity.items[1].measured, "tencentos");
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    for (size_t i = 0; i < SAMPLE_CASES; i++) {
        const char *id = sample_certified_cases[i].id;
        bool can = made->grade >= GRADE_VIRTUAL || !sample_certified_cases[i].native_only;
        bool fails = made->fails && i == 1;
        struct case_result *row = sample_case(result, id, sample_certified_cases[i].item, true,
                                              !can    ? STATUS_DONE
                                              : fails ? STATUS_FAIL
                                                      : STATUS_PASS);
        _cleanup_free_ char *said = text_format("%s/%s/%s: %s\n", image, platform, suite, id);

        row->judgeable = can;
        row->blame = fails ? BLAME_PRODUCT : BLAME_NONE;
        row->reason = fails ? text_dup("wrong answer") : !can ? text_dup("not judged") : NULL;
        CU_ASSERT_FATAL(bundle_add_evidence_memory(writer, result, id, "stdout", said, strlen(said),
                                                   1000, NULL) == 0);
    }
    CU_ASSERT_FATAL(bundle_finish(writer, result, NULL) == 0);
    if (bundle_read(path, &back, &err) < 0 || store_merge_result(store, back, path, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

/* Makes the home; the caller removes it. */
static inline char *sample_certified_home(const struct sample_certified *made)
{
    static const char *const platforms[] = {"kunpeng", "phytium"}, *const names[] = {"app",
                                                                                     "other"};
    char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    _cleanup_(suite_free_cleanup) struct suite *other = text_calloc(1, sizeof(*other));
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    const struct suite *suites[] = {suite, other};
    unsigned cells = made->cells > 0 ? made->cells : 1;

    for (int i = 0; i < 2; i++) {
        struct suite *to = (struct suite *)suites[i];

        to->name = text_dup(names[i]);
        for (size_t at = 0; at < SAMPLE_CASES; at++)
            sample_suite_case(to, sample_certified_cases[at].id, sample_certified_cases[at].item,
                              true, sample_certified_cases[at].native_only);
    }
    run.id = text_dup(CERTIFIED_RUN);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    sample_certified_suite(home, &run);
    for (int i = 0; i < (made->two_suites ? 2 : 1); i++)
        strv_add(&run.plan.suites, names[i]);
    for (unsigned i = 0; i < cells; i++) {
        _cleanup_free_ char *image = text_format("ts4-%u", i / 2);

        if (i % 2 == 0)
            sample_certified_image(home, image, made->stand_in, &run);
        sample_plan_cell(&run, image, platforms[i % 2], "app", NULL);
        if (made->two_suites)
            sample_plan_cell(&run, image, platforms[i % 2], "other", NULL);
    }
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, made->two_suites ? 2 : 1, NULL) == 0);
    vec_foreach (cell, &run.plan.cells)
        sample_certified_result(store, work, made, cell->image, cell->platform, cell->suite);
    CU_ASSERT_FATAL(made->open || store_end_run(store, CERTIFIED_RUN, RUN_ENDED,
                                                run.created_ms + 1000, NULL) == 0);
    return home;
}

/* Makes the key FOLDER/NAME, and adds it to FOLDER/signers as NAME@example unless that is secret.
 */
static inline void sample_key(const char *folder, const char *name, bool allowed)
{
    _cleanup_free_ char *key = path_join(folder, name), *public = text_format("%s.pub", key);
    _cleanup_free_ char *signers = path_join(folder, "signers");
    const char *argv[] = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key, NULL};
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_fclose_ FILE *out = NULL;

    CU_ASSERT_FATAL(process_check(argv, 20000, NULL, NULL) == 0);
    if (!allowed)
        return;
    CU_ASSERT_FATAL(path_read(public, 10000, &text, NULL) == 0);
    out = fopen(signers, "ae");
    CU_ASSERT_FATAL(out != NULL);
    fprintf(out, "%s@example %s", name, text.data);
}

/* Runs the words in a shell in the folder. Returns the exit code. */
static inline int sample_shell(const char *folder, const char *command)
{
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_output output = {0};
    int code;

    spec.argv = argv;
    spec.directory = folder;
    CU_ASSERT_FATAL(process_run(&spec, 60000, 1 << 20, &output, NULL) == 0);
    code = output.exit.exited ? output.exit.code : 1000;
    process_output_done(&output);
    return code;
}

#endif
