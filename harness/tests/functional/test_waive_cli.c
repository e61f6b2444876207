/* SPDX-License-Identifier: Apache-2.0 */
/* `touchstone waive`, and `matrix` and `gate` with its file: only the failure that was seen passes,
 * and only for a time. */
#include "model/signature.h"
#include "run_touchstone.h"
#include "sample_gate.h"

/* A home with a baseline, a run in which case two fails on phytium, and a waiver of that. */
struct lab {
    char *home, *path;
};

static void lab_done(struct lab *lab)
{
    if (lab->home != NULL)
        path_remove_tree(lab->home, NULL);
    free(lab->home);
    free(lab->path);
}

static void make_lab(struct lab *lab, enum status status)
{
    const struct sample sample = {.status = status};

    lab->home = temp_folder_new();
    lab->path = path_join(lab->home, "waivers.xml");
    add_run(lab->home, BASELINE, &whole);
    add_run(lab->home, RUN, &sample);
}

static void write_file(const struct lab *lab, const char *waiver)
{
    _cleanup_free_ char *text = text_format("<waivers>\n%s</waivers>\n", waiver);

    CU_ASSERT_FATAL(path_write_atomic(lab->path, text, strlen(text), NULL) == 0);
}

static char *read_file(const struct lab *lab)
{
    struct buffer text = {0};

    CHECK_INT(path_read(lab->path, 100000, &text, NULL), 0);
    return buffer_steal(&text);
}

static int run(const struct lab *lab, const char *const *words, char **ret_out, char **ret_err)
{
    return run_touchstone(lab->home, words, ret_out, ret_err);
}

static int waive(const struct lab *lab, const char *options, char **ret_err)
{
    _cleanup_free_ char *line = text_format("waive phytium/probe -o %s %s", lab->path, options);
    _cleanup_free_ char *out = NULL;

    return run_line(lab->home, line, &out, ret_err);
}

#define WHO "--owner 'Release team' --reason 'known & <harmless>' "

static int gate(const struct lab *lab, bool baseline, char **ret_out, char **ret_err)
{
    const char *const words[] = {"gate",   "--waivers", lab->path, baseline ? "--baseline" : NULL,
                                 BASELINE, NULL};

    return run(lab, words, ret_out, ret_err);
}

static void test_waived(void)
{
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *text = NULL, *err = NULL, *out1 = NULL, *err1 = NULL, *out2 = NULL,
                        *err2 = NULL, *out3 = NULL, *err3 = NULL, *out4 = NULL, *err4 = NULL,
                        *out5 = NULL, *err5 = NULL;
    const char *const bare[] = {"matrix", NULL};
    const char *with[] = {"matrix", "--waivers", NULL, NULL};

    make_lab(&lab, STATUS_FAIL);
    with[2] = lab.path;
    CHECK_INT(run(&lab, bare, &out1, &err1), 1);
    CHECK_INT(
        waive(&lab, WHO "--case two --until 2099-12-31 --tracker 'https://example.org/7'", &err),
        0);
    CHECK_HAS(err, "is waived until 2099-12-31 while it fails with signature ");
    text = read_file(&lab);
    CHECK_HAS(text, "known &amp; &lt;harmless&gt;");
    CHECK_INT(run(&lab, with, &out2, &err2), 0);
    CHECK_HAS(out2, "waived: required case 'two' failed: it broke (waived until 2099-12-31 by "
                    "Release team: known & <harmless>, https://example.org/7)");
    CHECK_TEXT(err2, "");
    CHECK_INT(gate(&lab, false, &out3, &err3), 0);
    CHECK_INT(gate(&lab, true, &out4, &err4), 0);
    CHECK_HAS(out4, "new (only reported)  case 'two' fails, and did not in the baseline, but is "
                    "waived");
    /* The stored verdict is the one without waivers. */
    CHECK_INT(run(&lab, bare, &out5, &err5), 1);
    CHECK_TEXT(out5, out1);
}

/* The waiver is shown beside the failure wherever the cell is, and the failure stays a FAIL. */
static void test_shown(void)
{
    static const struct {
        const char *words[8];
        int code;
        const char *said[4];
    } rows[] = {
        {{"show", "phytium/probe", NULL},
         0,
         {"conditional", "it broke [waived until 2099-12-31 by Release team: known", NULL}},
        {{"show", "phytium/probe", "--json", NULL},
         0,
         {"\"status\": \"FAIL\"", "\"waived\": \"until 2099-12-31 by Release team: known", NULL}},
        {{"diff", BASELINE, RUN, NULL},
         0,
         {"two  PASS -> FAIL (product), waived until 2099-12-31 by Release team: known",
          "1 new, 0 missing, 0 flaky, 0 still, 0 fixed, 0 added cases (1 of them waived)",
          "Nothing in the second run is worse."}},
        {{"diff", BASELINE, RUN, "--json", NULL},
         0,
         {"\"worse\": false", "\"waived\": 1", "\"waived\": \"until 2099-12-31 by Release team"}},
        {{"matrix", "--query=waived:yes condition:waived status:fail", NULL},
         0,
         {"Shown: 1 of ", "conditional", "(waived until 2099-12-31 by Release team: known", NULL}},
        {{"diff", BASELINE, RUN, "--query=waived:yes", NULL},
         0,
         {"Shown: 1 of ", "two  PASS -> FAIL (product), waived until 2099-12-31",
          "(1 of them waived)", NULL}},
        {{"report", "--format", "junit", NULL},
         0,
         {"failures=\"0\"",
          "<skipped type=\"FAIL\" message=\"it broke\">waived until 2099-12-31 by", NULL}},
        {{"report", "--format", "junit", "--strict", NULL},
         0,
         {"failures=\"1\"", "<failure type=\"FAIL\" message=\"it broke\">waived until 2099-12-31",
          NULL}},
        {{"report", "--format", "json", NULL},
         0,
         {"\"verdict\": \"conditional\"", "\"waived\": \"until 2099-12-31 by Release team", NULL}},
        {{"report", "--format", "html", NULL},
         0,
         {"<dt>waived</dt><dd>until 2099-12-31 by Release team: known &#38; &#60;harmless&#62;",
          NULL}},
        {{"report", "--format", "markdown", NULL}, 0, {"waived until 2099-12-31 by Release", NULL}},
    };
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *err = NULL;

    make_lab(&lab, STATUS_FAIL);
    CHECK_INT(waive(&lab, WHO "--case two --until 2099-12-31", &err), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *out = NULL, *said = NULL, *bare_out = NULL, *bare_said = NULL;
        const char *words[8];
        size_t count = 0;

        for (; rows[i].words[count] != NULL; count++)
            words[count] = rows[i].words[count];
        words[count] = NULL;
        run(&lab, words, &bare_out, &bare_said);
        CU_ASSERT(strstr(bare_out, "aived until") == NULL);
        words[count++] = "--waivers";
        words[count++] = lab.path;
        words[count] = NULL;
        CHECK_INT(run(&lab, words, &out, &said), rows[i].code);
        CHECK_TEXT(said, "");
        for (size_t part = 0; part < 4 && rows[i].said[part] != NULL; part++)
            CHECK_HAS(out, rows[i].said[part]);
    }
}

/* A waived cell needs its evidence like any other that is not red. */
static void test_evidence(void)
{
    static const char *const views[][6] = {
        {"matrix", NULL}, {"gate", NULL}, {"report", "--format", "json", NULL}};
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *err = NULL, *blobs = NULL;

    make_lab(&lab, STATUS_FAIL);
    CHECK_INT(waive(&lab, WHO "--case two --until 2099-12-31", &err), 0);
    blobs = path_join(lab.home, "evidence");
    CU_ASSERT_FATAL(path_exists(blobs));
    CU_ASSERT_FATAL(path_remove_tree(blobs, NULL) == 0);
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        _cleanup_free_ char *out = NULL, *said = NULL;
        const char *words[8];
        size_t count = 0;

        for (; views[i][count] != NULL; count++)
            words[count] = views[i][count];
        words[count++] = "--waivers";
        words[count++] = lab.path;
        words[count] = NULL;
        CU_ASSERT(run(&lab, words, &out, &said) == (i < 2 ? 2 : 0));
        CHECK_HAS(out, "evidence is missing");
        CU_ASSERT(strstr(out, "\"verdict\": \"conditional\"") == NULL);
    }
}

/* Files that must not let the failure pass, and what is said of them. */
static void test_not_waived(void)
{
    static const struct {
        const char *waiver;
        int code;
        const char *said;
    } rows[] = {
        {"<waiver suite=\"probe\" case=\"two\" signature=\"%s\" until=\"2020-01-01\" "
         "owner=\"x\">y</waiver>\n",
         1, "waivers.xml:2: the waiver of case 'two' of suite 'probe' expired on 2020-01-01"},
        {"<waiver suite=\"probe\" case=\"two\" signature=\"0123456789abcdef\" "
         "until=\"2099-01-01\" owner=\"x\">y</waiver>\n",
         1, "lets nothing pass"},
        {"<waiver platform=\"kunpeng\" suite=\"probe\" case=\"two\" signature=\"%s\" "
         "until=\"2099-01-01\" owner=\"x\">y</waiver>\n",
         1, "lets nothing pass"},
        {"<waiver suite=\"probe\" case=\"two\" signature=\"%s\" until=\"2099-01-01\">y</waiver>\n",
         64, "waivers.xml:2"},
        {"<waiver suite=\"probe\" case=\"two\" signature=\"%s\" owner=\"x\">y</waiver>\n", 64,
         "waivers.xml:2"},
        {"<waiver suite=\"probe\" case=\"two\" until=\"2099-01-01\" owner=\"x\">y</waiver>\n", 64,
         "waivers.xml:2"},
        {"<waiver suite=\"probe\" case=\"two\" signature=\"%s\" until=\"2099-01-01\" "
         "owner=\"x\"/>\n",
         64, "waivers.xml:2"},
        {"<waiver suite=\"probe\" case=\"two\" signature=\"%s\" until=\"2099-01-01Z\" "
         "owner=\"x\">y</waiver>\n",
         64, "give a date as 2026-12-31"},
    };
    char signature[SIGNATURE_TEXT_SIZE];

    failure_signature("two", STATUS_FAIL, BLAME_PRODUCT, "it broke", signature);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(lab_done) struct lab lab = {.home = NULL};
        _cleanup_free_ char *out = NULL, *err = NULL, *waiver = NULL;

        make_lab(&lab, STATUS_FAIL);
        waiver = strstr(rows[i].waiver, "%s") != NULL
                     ? text_format("%.*s%s%s", (int)(strstr(rows[i].waiver, "%s") - rows[i].waiver),
                                   rows[i].waiver, signature, strstr(rows[i].waiver, "%s") + 2)
                     : text_dup(rows[i].waiver);
        write_file(&lab, waiver);
        CHECK_INT(gate(&lab, false, &out, &err), rows[i].code);
        CHECK_HAS(err, rows[i].said);
    }
}

static void test_refused(void)
{
    static const struct {
        enum status status;
        const char *options;
        const char *said;
    } rows[] = {
        {STATUS_FAIL, "--case two --until 2099-12-31 --owner x", "give --reason"},
        {STATUS_FAIL, "--case two --until 2099-12-31 --reason x", "give --owner"},
        {STATUS_FAIL, WHO "--case two", "give --until"},
        {STATUS_FAIL, WHO "--until 2099-12-31", "give --case"},
        {STATUS_FAIL, WHO "--case two --until tomorrow", "give a date as 2026-12-31"},
        {STATUS_FAIL, WHO "--case two --until 2020-01-01", "is in the past"},
        {STATUS_FAIL, WHO "--case three --until 2099-12-31", "has no result of case 'three'"},
        {STATUS_FAIL, "--owner \"$(printf 'a\\033b')\" --reason x --case two --until 2099-12-31",
         "--owner must be one line without control characters"},
        {STATUS_FAIL, WHO "--case two --finding LIB_MISSING --file x --until 2099-12-31",
         "give --case of a failure, or --finding"},
        {STATUS_FAIL, WHO "--finding LIB_MISSING --until 2099-12-31",
         "has no finding LIB_MISSING of 'the product'"},
        {STATUS_FAIL, WHO "--case two --until 2099-12-31 --tracker ''", "was not changed"},
        {STATUS_FAIL, "--owner ' ' --reason x --case two --until 2099-12-31", "was not changed"},
        {STATUS_FAIL, WHO "--case two --symbol x --until 2099-12-31", "--symbol needs --finding"},
        {STATUS_FAIL, WHO "--finding LIB_MISSING --file x --until 2099-12-31",
         "has no finding LIB_MISSING of 'x'"},
        {STATUS_PASS, WHO "--case two --until 2099-12-31", "only a FAIL can be waived"},
        {STATUS_ERROR, WHO "--case two --until 2099-12-31", "only a FAIL can be waived"},
        {STATUS_SKIP, WHO "--case two --until 2099-12-31", "only a FAIL can be waived"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(lab_done) struct lab lab = {.home = NULL};
        _cleanup_free_ char *err = NULL;

        make_lab(&lab, rows[i].status);
        CHECK_INT(waive(&lab, rows[i].options, &err), 64);
        CHECK_HAS(err, rows[i].said);
        CU_ASSERT(!path_exists(lab.path));
    }
}

/* What failed in another guest than the planned one was not assessed. */
static void test_wrong_guest(void)
{
    static const struct sample wrong = {.status = STATUS_FAIL, .wrong_guest = true};
    struct lab lab = {.home = temp_folder_new()};
    _cleanup_free_ char *err = NULL;

    lab.path = path_join(lab.home, "waivers.xml");
    add_run(lab.home, RUN, &wrong);
    CHECK_INT(waive(&lab, WHO "--case two --until 2099-12-31", &err), 64);
    CHECK_HAS(err, "could be judged in run");
    CU_ASSERT(!path_exists(lab.path));
    lab_done(&lab);
}

/* What the user wrote is preserved; the same failure is not waived twice. */
static void test_added(void)
{
    _cleanup_(lab_done) struct lab lab = {.home = NULL};
    _cleanup_free_ char *err = NULL, *err2 = NULL, *text = NULL;

    make_lab(&lab, STATUS_FAIL);
    write_file(&lab,
               "  <!-- ours -->\n  <waiver suite=\"s\" case=\"c\" signature=\"0123456789abcdef\" "
               "until=\"2020-01-01\" owner=\"o\">why</waiver>\n");
    CHECK_INT(waive(&lab, WHO "--case two --until 2099-12-31 --all-images", &err), 0);
    text = read_file(&lab);
    CHECK_HAS(text, "<!-- ours -->");
    CHECK_HAS(text, "case=\"c\"");
    CHECK_HAS(text, "case=\"two\"");
    CU_ASSERT(strstr(text, "image=") == NULL);
    CHECK_INT(waive(&lab, WHO "--case two --until 2099-12-31 --all-images", &err2), 64);
    CHECK_HAS(err2, "is waived already, until 2099-12-31");
}

/* A run of one cell that passes, but of whose product the static check says something. */
static void add_predicted_run(const char *home)
{
    _cleanup_(store_close_cleanup) struct store *store = NULL;
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_(suite_free_cleanup) struct suite *suite = gate_suite_of(&whole);
    _cleanup_(run_record_done) struct run_record run = {.created_ms = 1767225600000};
    _cleanup_result_ struct result *result = sample_cell(RUN, "a", "kunpeng", "probe", 1);
    const struct suite *suites[] = {suite};

    run.id = text_dup(RUN);
    run.plan.retry_infrastructure = PLAN_RETRY_INFRASTRUCTURE;
    strv_add(&run.plan.suites, "probe");
    sample_plan_cell(&run, "a", "kunpeng", "probe", NULL);
    sample_case(result, "one", ITEM_FUNCTION, true, STATUS_PASS);
    sample_case(result, "two", ITEM_STRESS, true, STATUS_PASS);
    sample_predict(result);
    result->prediction.findings.items[0].executed = EXECUTED_NO;
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    CU_ASSERT_FATAL(sample_merge(store, work, result, NULL) == 0);
    CU_ASSERT_FATAL(store_end_run(store, RUN, RUN_ENDED, run.created_ms + 1000, NULL) == 0);
}

/* Whoever reads the finding sees that it is let pass, and why; others next to it are not marked. */
static void check_marked(const char *home, const char *waivers)
{
    static const struct {
        const char *line, *mark;
        unsigned count;
    } rows[] = {
        {"show a/kunpeng/probe", "\n      waived until 2099-12-31 by", 1},
        {"show a/kunpeng/probe --json", "\"waived\": \"until 2099-12-31 by", 1},
        {"report --format html -o -", "<span class=\"of\">waived until 2099-12-31 by", 1},
        {"report --format markdown -o -", ") (waived until 2099", 1},
        {"report --format sarif -o -", "\"suppressions\"", 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *line = text_format("%s --waivers %s", rows[i].line, waivers);
        _cleanup_free_ char *out = NULL, *err = NULL;
        unsigned count = 0;

        run_line(home, line, &out, &err);
        for (const char *at = out; (at = strstr(at, rows[i].mark)) != NULL; at++)
            count++;
        if (count != rows[i].count)
            printf("\n%s:\n%s\n%s", line, out, err);
        CHECK_INT(count, rows[i].count);
    }
}

/* A finding of the static check: its cell stays conditional, and a policy may ask for no more. */
static void test_finding(void)
{
    static const char policy[] =
        "<policy name=\"p\"><title>p</title><cells allow=\"waived grade\"/></policy>";
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_free_ char *path = path_join(home, "w.xml"), *rules = path_join(home, "p.xml");
    _cleanup_free_ char *line =
        text_format("waive a/kunpeng/probe -o %s " WHO "--until 2099-12-31 --finding "
                    "VERSION_MISSING --file /usr/bin/redis-server",
                    path);
    _cleanup_free_ char *with = text_format("%s --symbol __isoc23_strtol", line);
    _cleanup_free_ char *other = text_format("%s --symbol strtol", line);
    _cleanup_free_ char *open = text_format(
        "waive a/kunpeng/probe -o %s " WHO "--until 2099-12-31 --finding UNKNOWN", path);
    _cleanup_free_ char *matrix = text_format("matrix --waivers %s", path);
    _cleanup_free_ char *gate = text_format("gate --policy %s", rules);
    _cleanup_free_ char *gate_with = text_format("%s --waivers %s", gate, path);
    char *out[8] = {NULL}, *err[8] = {NULL};

    add_predicted_run(home);
    CU_ASSERT_FATAL(path_write_atomic(rules, policy, sizeof(policy) - 1, NULL) == 0);
    CHECK_INT(run_line(home, other, &out[0], &err[0]), 64);
    CHECK_HAS(err[0], "has no symbol 'strtol'");
    CHECK_INT(run_line(home, gate, &out[1], &err[1]) != 0, 1);
    CHECK_HAS(out[1], "predicted: VERSION_MISSING");
    CHECK_INT(run_line(home, with, &out[2], &err[2]), 0);
    check_marked(home, path);
    run_line(home, matrix, &out[3], &err[3]);
    CHECK_HAS(out[3],
              "waived: VERSION_MISSING of '/usr/bin/redis-server' (waived until 2099-12-31");
    CHECK_TEXT(err[3], "");
    /* What is left open stands for itself until it is waived too. */
    CHECK_INT(run_line(home, gate_with, &out[6], &err[6]) != 0, 1);
    CHECK_HAS(out[6], "predicted: UNKNOWN");
    CHECK_INT(run_line(home, open, &out[7], &err[7]), 0);
    CHECK_INT(run_line(home, gate_with, &out[4], &err[4]), 0);
    CHECK_HAS(out[4], "PASSED");
    CHECK_HAS(out[4], "waived until 2099-12-31");
    CHECK_INT(run_line(home, with, &out[5], &err[5]), 64);
    CHECK_HAS(err[5], "this finding is waived already");
    for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
        free(out[i]);
        free(err[i]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"waived", test_waived},
                           {"shown", test_shown},
                           {"evidence", test_evidence},
                           {"not waived", test_not_waived},
                           {"refused", test_refused},
                           {"added", test_added},
                           {"another guest", test_wrong_guest},
                           {"a finding", test_finding},
                           CU_TEST_INFO_NULL};

    return cunit_run("waive_cli", tests);
}
