/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of other systems beside runs that were measured here, of the same names: what they must
 * not take the place of, and what a comparison says of them. */
#include "base/json.h"
#include "base/path.h"
#include "run_touchstone.h"
#include "sample_gate.h"

/* A report of image a, platform kunpeng, suite probe, of a day of January. Returns its run. */
static char *report(const char *home, const char *work, int day, const char *second)
{
    _cleanup_free_ char *path = text_format("%s/%d-%zu.xml", work, day, strlen(second));
    _cleanup_free_ char *text =
        text_format("<testsuite tests=\"2\" timestamp=\"2026-01-%02dT12:00:00Z\">"
                    "<testcase name=\"one\"/><testcase name=\"two\">%s</testcase></testsuite>",
                    day, second);
    _cleanup_free_ char *line =
        text_format("import --from junit --image a --platform kunpeng --suite probe '%s'", path);
    _cleanup_free_ char *err = NULL;
    char *out = NULL;

    CU_ASSERT_FATAL(path_write_atomic(path, text, strlen(text), NULL) == 0);
    CHECK_INT(run_line(home, line, &out, &err), 0);
    out[strcspn(out, "\n")] = '\0';
    return out;
}

static json_t *json_of(const char *home, const char *line, int code)
{
    _cleanup_free_ char *out = NULL, *err = NULL;
    json_t *root = NULL;

    CHECK_INT(run_line(home, line, &out, &err), code);
    CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
    return root;
}

static const json_t *cell_of(const json_t *root)
{
    const json_t *cell;
    size_t i;

    json_array_foreach(json_object_get(root, "cells"), i, cell)
    {
        if (text_equal(json_string_value(json_object_get(cell, "platform")), "kunpeng"))
            return cell;
    }
    CU_FAIL_FATAL("the cell is not there");
    return NULL;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_diff(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *run = NULL, *line = NULL, *gate = NULL, *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;
    const json_t *cell;

    add_run(home, BASELINE, &whole);
    run = report(home, work, 20, "");
    line = text_format("diff " BASELINE " %s --json", run);
    root = json_of(home, line, 1);
    cell = cell_of(root);
    CHECK_TEXT(text_at(json_object_get(cell, "before"), "grade"), "emulated");
    CHECK_TEXT(text_at(json_object_get(cell, "before"), "verdict"), "compatible");
    CHECK_TEXT(text_at(json_object_get(cell, "after"), "grade"), "reported");
    CHECK_TEXT(text_at(json_object_get(cell, "after"), "verdict"), "conditional");
    /* What passed here and passes there has no outcome any more that could be judged. */
    CHECK_INT(json_array_size(json_object_get(cell, "cases")), 2);
    CHECK_TEXT(text_at(json_array_get(json_object_get(cell, "cases"), 0), "change"), "missing");
    gate = text_format("gate %s --baseline " BASELINE, run);
    CHECK_INT(run_line(home, gate, &out, &err), 1);
    CHECK_HAS(out, "reported; in the baseline 2 of 2, 2 required, emulated");
}

/* A measured failure stays, whatever a later report claims; a reported failure counts. */
static void test_across(void)
{
    static const struct {
        enum grade measured; /* GRADE_NONE: nothing was */
        enum status status;
        const char *second;
        const char *verdict, *grade;
    } rows[] = {
        {GRADE_EMULATED, STATUS_PASS, "", "compatible", "emulated"},
        {GRADE_EMULATED, STATUS_PASS, "<failure/>", "incompatible", "reported"},
        {GRADE_EMULATED, STATUS_PASS, "<skipped/>", "compatible", "emulated"},
        {GRADE_NONE, STATUS_PASS, "", "conditional", "reported"},
        {GRADE_NONE, STATUS_PASS, "<skipped/>", "not-assessed", "reported"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
        _cleanup_free_ char *run = NULL, *out = NULL, *err = NULL;
        _cleanup_json_ json_t *root = NULL;

        if (rows[i].measured != GRADE_NONE)
            add_run(home, BASELINE, &whole);
        run = report(home, work, 20, rows[i].second);
        run_line(home, "matrix --across --json", &out, &err);
        CU_ASSERT_FATAL(json_parse(out, strlen(out), "output", &root, NULL) == 0);
        if (!text_equal(text_at(cell_of(root), "verdict"), rows[i].verdict))
            printf("\nrow %zu:", i);
        CHECK_TEXT(text_at(cell_of(root), "verdict"), rows[i].verdict);
        CHECK_TEXT(text_at(cell_of(root), "grade"), rows[i].grade);
    }
}

/* A reported failure that is waived is still what counts: no older pass is shown in its place. */
static void test_waived_failure(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *run = NULL, *waive = NULL, *line = NULL, *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;

    add_run(home, BASELINE, &whole);
    run = report(home, work, 20, "<failure>it broke</failure>");
    waive = text_format("waive a/kunpeng/probe --run %s --case two --until 2099-12-31 --owner qa "
                        "--reason known -o %s/w.xml",
                        run, work);
    line = text_format("matrix --across --waivers %s/w.xml --json", work);
    CHECK_INT(run_line(home, waive, &out, &err), 0);
    root = json_of(home, line, 0);
    CHECK_TEXT(text_at(cell_of(root), "verdict"), "conditional");
    CHECK_TEXT(text_at(cell_of(root), "run"), run);
    CHECK_HAS(text_at(cell_of(root), "reason"), "waived until 2099-12-31");
}

static void test_measured_failure(void)
{
    static const struct sample second_fails = {.status = STATUS_FAIL, .second = "kunpeng2"};
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *run = NULL, *line = NULL, *out = NULL, *err = NULL;
    _cleanup_json_ json_t *root = NULL;
    const json_t *cell;
    bool found = false;
    size_t i;

    add_run(home, BASELINE, &second_fails);
    run = report(home, work, 20, "");
    line = text_format(
        "import --from junit --image a --platform kunpeng2 --suite probe '%s/20-0.xml'", work);
    CHECK_INT(run_line(home, line, &out, &err), 0);
    root = json_of(home, "matrix --across --json", 1);
    json_array_foreach(json_object_get(root, "cells"), i, cell)
    {
        if (!text_equal(text_at(cell, "platform"), "kunpeng2"))
            continue;
        found = true;
        CHECK_TEXT(text_at(cell, "verdict"), "incompatible");
        CHECK_TEXT(text_at(cell, "grade"), "emulated");
    }
    CU_ASSERT(found);
}

/* Nor do the other views take a good report for a repair. */
static void test_no_repair(void)
{
    static const struct sample second_fails = {.status = STATUS_FAIL, .second = "kunpeng2"};
    static const struct typed rows[] = {
        {{"matrix", "latest"}, 1, "run " BASELINE, NULL},
        {{"history", "a/kunpeng2/probe"}, 0, "first bad run: " BASELINE, NULL},
    };
    _cleanup_folder_ char *home = temp_folder_new(), *work = temp_folder_new();
    _cleanup_free_ char *run = NULL, *line = NULL, *out = NULL, *err = NULL, *id = NULL;
    _cleanup_json_ json_t *root = NULL;

    add_run(home, BASELINE, &second_fails);
    run = report(home, work, 20, "");
    line = text_format(
        "import --from junit --image a --platform kunpeng2 --suite probe '%s/20-0.xml'", work);
    CHECK_INT(run_line(home, line, &out, &err), 0);
    check_typed(home, rows, sizeof(rows) / sizeof(rows[0]));
    id = text_ndup(out, strcspn(out, "\n"));
    free(line);
    line = text_format("diff " BASELINE " %s --json", id);
    root = json_of(home, line, 1);
    CHECK_INT(json_integer_value(json_object_get(json_object_get(root, "changes"), "fixed")), 0);
}

/* A run with the id that the report would have, but of something else, is not taken for it. */
static void test_same_id(void)
{
    _cleanup_folder_ char *home = temp_folder_new(), *other = temp_folder_new();
    _cleanup_folder_ char *work = temp_folder_new();
    _cleanup_free_ char *run = report(home, work, 20, ""), *out = NULL, *err = NULL;
    _cleanup_free_ char *line = text_format(
        "import --from junit --image a --platform kunpeng --suite probe '%s/20-0.xml'", work);

    add_run(other, run, &whole);
    CHECK_INT(run_line(other, line, &out, &err), 64);
    CHECK_TEXT(out, "");
    CHECK_HAS(err, "the store has another run");
}

int main(void)
{
    CU_TestInfo tests[] = {{"diff", test_diff},
                           {"across", test_across},
                           {"a waived failure", test_waived_failure},
                           {"a measured failure", test_measured_failure},
                           {"no repair", test_no_repair},
                           {"another run with its id", test_same_id},
                           CU_TEST_INFO_NULL};

    return cunit_run("reported_measured", tests);
}
