/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone programme on a run in which everything passed on a release of a certified OS; then
 * what takes each of its levels away. */
#include "run_touchstone.h"
#include "sample_store.h"

#define RUN "20260101-cccccc"
#define IMAGE                                                                                      \
    "<image name=\"ts4\" arch=\"aarch64\"%s><title>TencentOS Server 4</title>"                     \
    "<os id=\"tencentos\" version=\"4\"/><disk path=\"/images/ts4.qcow2\" sha256=\"%s\" "          \
    "format=\"qcow2\" device=\"1\" inode=\"2\" size=\"3\" mtime-ns=\"4\" ctime-ns=\"5\"/>"         \
    "<boot kind=\"disk\"/><packages family=\"rpm\"/></image>"

/* How a run differs from the good one. */
struct made {
    enum grade grade;
    bool stand_in, aside, open;
    const char *os;
};

static const struct {
    const char *id;
    enum item item;
    bool native_only;
} cases[] = {
    {"install", ITEM_INSTALL, false},      {"functions", ITEM_FUNCTION, false},
    {"restart", ITEM_FUNCTION, false},     {"snapshot", ITEM_FUNCTION, false},
    {"persistence", ITEM_FUNCTION, false}, {"benchmark", ITEM_PERFORMANCE, true},
    {"overload", ITEM_STRESS, false},      {"day", ITEM_ENDURANCE, true},
    {"rewrite", ITEM_EXTRA, false},        {"uninstall", ITEM_UNINSTALL, false},
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* The copy of the image's file in the folder of the run. */
static void add_image(const char *home, const struct made *made, struct run_record *run)
{
    char disk[DIGEST_TEXT_SIZE];
    struct run_input *input = vec_add(&run->inputs);
    _cleanup_free_ char *text = NULL, *folder = NULL, *path = NULL;

    digest_of_memory("disk", 4, disk);
    text = text_format(IMAGE, made->stand_in ? " stand-in=\"yes\"" : "", disk);
    input->kind = text_dup("image");
    input->name = text_dup("ts4");
    digest_of_memory(text, strlen(text), input->sha256);
    folder = text_format("%s/runs/" RUN "/inputs/%s", home, input->sha256);
    path = path_join(folder, "ts4.xml");
    input->path = text_format("inputs/%s/ts4.xml", input->sha256);
    CU_ASSERT_FATAL(path_make_folders(folder, false, NULL) == 0);
    CU_ASSERT_FATAL(path_write_atomic(path, text, strlen(text), NULL) == 0);
}

static void add_result(struct store *store, const char *work, const struct made *made)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_result_ struct result *result = sample_cell(RUN, "ts4", "kunpeng", "app", 1);
    _cleanup_result_ struct result *back = NULL;
    _cleanup_free_ char *path = path_join(work, "bundle");
    char sha256[DIGEST_TEXT_SIZE];
    struct predicted_part *part;
    struct error *err = NULL;

    result->grade = made->grade;
    result->accel = made->grade == GRADE_EMULATED ? ACCEL_TCG : ACCEL_KVM;
    text_replace(&result->identity.items[1].expected, made->os);
    text_replace(&result->identity.items[1].measured, made->os);
    result->prediction.state = PREDICTION_MADE;
    digest_of_memory("surface", 7, sha256);
    result->prediction.surface = text_dup(sha256);
    part = vec_add(&result->prediction.parts);
    part->name = text_dup("app_1.0-3_arm64.deb");
    part->checked = true;
    digest_of_memory("package", 7, part->sha256);
    CU_ASSERT_FATAL(bundle_writer_new(path, &writer, NULL) == 0);
    for (size_t i = 0; i < CASES; i++) {
        bool can = made->grade >= GRADE_VIRTUAL || !cases[i].native_only;
        struct case_result *row =
            sample_case(result, cases[i].id, cases[i].item, true, can ? STATUS_PASS : STATUS_DONE);

        row->judgeable = can;
        row->reason = can ? NULL : text_dup("not judged under emulation");
        CU_ASSERT_FATAL(bundle_add_evidence_memory(writer, result, cases[i].id, "stdout",
                                                   cases[i].id, strlen(cases[i].id), 100,
                                                   NULL) == 0);
    }
    result_add_observation(result, NULL, "advisories.looked", "3", NULL);
    result_add_observation(result, NULL, "advisories.days", "2", NULL);
    result_add_observation(result, NULL, "advisories.stated",
                           "deb/debian/12 51000 2026-01-01 2026-01-02", NULL);
    CU_ASSERT_FATAL(bundle_finish(writer, result, NULL) == 0);
    if (bundle_read(path, &back, &err) < 0 || store_merge_result(store, back, path, &err) < 0)
        printf("\n%s\n", error_message(err));
    CU_ASSERT_FATAL(err == NULL);
}

static char *make_home(const struct made *made)
{
    char *home = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    const struct suite *suites[] = {suite};

    suite->name = text_dup("app");
    for (size_t i = 0; i < CASES; i++)
        sample_suite_case(suite, cases[i].id, cases[i].item, true, cases[i].native_only);
    run.id = text_dup(RUN);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    run.plan.aside = made->aside;
    strv_add(&run.plan.suites, "app");
    sample_plan_cell(&run, "ts4", "kunpeng", "app", NULL);
    add_image(home, made, &run);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    add_result(store, work, made);
    CU_ASSERT_FATAL(made->open ||
                    store_end_run(store, RUN, RUN_ENDED, run.created_ms + 1000, NULL) == 0);
    return home;
}

static void check_status(const char *name, const char *home, const char *programme, int code,
                         const char *reached, const char *says)
{
    _cleanup_free_ char *line =
        text_format("programme status " RUN " --programme %s --json", programme);
    _cleanup_free_ char *out = NULL, *err = NULL, *member = NULL;
    int is = run_line(home, line, &out, &err);

    if (is != code)
        printf("\n%s: %s", name, err);
    CHECK_INT(is, code);
    member = reached != NULL ? text_format("\"reached\": \"%s\"", reached)
                             : text_dup("\"reached\": null");
    CHECK_HAS(out, member);
    CHECK_HAS(out, says);
}

static const struct made good = {.grade = GRADE_NATIVE, .os = "tencentos"};

static void test_levels(void)
{
    static const struct {
        const char *name;
        struct made made;
        int code;
        const char *reached, *says;
    } rows[] = {
        {"the real part", {GRADE_NATIVE, false, false, false, "tencentos"}, 0, "level-2", "passed"},
        {"KVM", {GRADE_VIRTUAL, false, false, false, "tencentos"}, 0, "level-2", "passed"},
        {"emulated",
         {GRADE_EMULATED, false, false, false, "tencentos"},
         0,
         "level-1",
         "needs-real-hardware"},
        {"a stand-in",
         {GRADE_NATIVE, true, false, false, "tencentos"},
         2,
         NULL,
         "\"why\": \"stand-in\""},
        {"another OS in the guest",
         {GRADE_NATIVE, false, false, false, "debian"},
         2,
         NULL,
         "\"why\": \"system\""},
        {"aside", {GRADE_NATIVE, false, true, false, "tencentos"}, 2, NULL, "\"why\": \"aside\""},
        {"open",
         {GRADE_NATIVE, false, false, true, "tencentos"},
         2,
         NULL,
         "\"why\": \"unfinished\""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = make_home(&rows[i].made);

        check_status(rows[i].name, home, "opencloudos", rows[i].code, rows[i].reached,
                     rows[i].says);
    }
}

/* The same run reaches nothing of programmes that it has no cases for. */
static void test_others(void)
{
    _cleanup_folder_ char *home = make_home(&good);

    check_status("openEuler", home, "openeuler-isv", 2, NULL, "\"why\": \"no-case\"");
    check_status("Kunpeng", home, "kunpeng-validated", 2, NULL, "\"why\": \"no-case\"");
    check_status("house rules", home, "house-rules", 2, NULL, "\"why\": \"no-footprint\"");
}

/* The command measures what has no case by the built-in probes, and nothing else by them. */
static void test_command(void)
{
    static const struct {
        const char *programme, *has;
        const char *has_not;
    } rows[] = {
        {"kunpeng-validated", "--suite app --measure idle --measure load", "--measure endurance"},
        {"openeuler-isv", "--suite app --measure load", "--measure endurance"},
        {"opencloudos", "", "--measure"},
    };
    _cleanup_folder_ char *home = make_home(&good);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *line =
            text_format("programme status " RUN " --programme %s", rows[i].programme);
        _cleanup_free_ char *out = NULL, *err = NULL;

        run_line(home, line, &out, &err);
        CHECK_HAS(out, rows[i].has);
        if (strstr(out, rows[i].has_not) != NULL)
            printf("\n%s", out);
        CU_ASSERT(strstr(out, rows[i].has_not) == NULL);
    }
}

static void test_form(void)
{
    _cleanup_folder_ char *home = make_home(&good);
    _cleanup_free_ char *en = NULL, *zh = NULL, *err = NULL, *err2 = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    CHECK_INT(run_line(home, "programme form " RUN " --programme opencloudos", &en, &err), 0);
    CHECK_INT(
        run_line(home, "programme form " RUN " --programme opencloudos --lang zh", &zh, &err2), 0);
    CHECK_HAS(en, "<h1 class=\"plain\">OpenCloudOS and TencentOS software compatibility, test "
                  "report</h1>");
    CHECK_HAS(zh, "<p>✔ 达到</p>");
    for (size_t i = 0; i < CASES; i++) {
        digest_of_memory(cases[i].id, strlen(cases[i].id), sha256);
        CHECK_HAS(en, sha256);
        CHECK_HAS(zh, cases[i].id);
    }
}

/* The version is that of the packages, whatever is stated. */
static void test_version(void)
{
    static const char text[] = "<subject><version>9.9</version></subject>";
    _cleanup_folder_ char *home = make_home(&good);
    _cleanup_free_ char *subject = path_join(home, "subject.xml");
    _cleanup_free_ char *line =
        text_format("programme form " RUN " --programme opencloudos --format "
                    "json --subject %s",
                    subject);
    _cleanup_free_ char *out = NULL, *err = NULL;

    CU_ASSERT_FATAL(path_write_atomic(subject, text, strlen(text), NULL) == 0);
    CHECK_INT(run_line(home, line, &out, &err), 0);
    CHECK_HAS(out, "\"value\": \"1.0-3\\napp_1.0-3_arm64.deb\"");
    CU_ASSERT(strstr(out, "9.9") == NULL);
}

/* Whoever reads the form sees on whose word an item is passed. */
static void test_stated(void)
{
    static const char *const formats[] = {"html", "json"};
    _cleanup_folder_ char *home = make_home(&good);

    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *line =
            text_format("programme form " RUN " --programme house-rules --format %s", formats[i]);
        _cleanup_free_ char *out = NULL, *err = NULL;

        CHECK_INT(run_line(home, line, &out, &err), 0);
        CHECK_HAS(out, "is stated by the user, not measured");
        CHECK_HAS(out, "deb/debian/12");
        CHECK_HAS(out, "51000 2026-01-01 2026-01-02");
    }
}

/* Evidence that is gone, or that is another, takes every level away. */
static void test_evidence(void)
{
    for (int changed = 0; changed < 2; changed++) {
        _cleanup_folder_ char *home = make_home(&good);
        _cleanup_free_ char *path = NULL, *out = NULL, *err = NULL;
        char sha256[DIGEST_TEXT_SIZE];

        digest_of_memory("restart", 7, sha256);
        path = evidence_path(home, sha256);
        CHECK_INT(unlink(path), 0);
        if (changed)
            CHECK_INT(path_write_atomic(path, "RESTART", 7, NULL), 0);
        check_status("evidence", home, "opencloudos", 2, NULL, "\"why\": \"lost-evidence\"");
        CHECK_INT(run_line(home, "programme form " RUN " --programme opencloudos", &out, &err), 0);
        CU_ASSERT(strstr(out, "✔") == NULL);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"levels", test_levels},     {"other programmes", test_others},
                           {"command", test_command},   {"form", test_form},
                           {"stated", test_stated},     {"version", test_version},
                           {"evidence", test_evidence}, CU_TEST_INFO_NULL};

    return cunit_run("programme_run", tests);
}
