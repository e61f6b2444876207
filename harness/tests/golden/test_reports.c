/* SPDX-License-Identifier: Apache-2.0 */
/* What `report` writes of a fixed store, each format, both languages; and law 1 in all of them. */
#include "golden.h"
#include "sample_report.h"

extern const char reports_html_css[];

/* The home's path is the test's own, and the style sheet is its own golden file. */
static void check(const struct report *report, const char *format, const char *golden)
{
    _cleanup_free_ char *made = sample_written(report, format),
                        *again = sample_written(report, format);
    _cleanup_free_ char *placed = golden_replace(made, report->home, "HOME");
    _cleanup_free_ char *plain = golden_replace(placed, reports_html_css, "CSS");
    char *policy = strstr(plain, "'sha256-");

    CHECK_TEXT(again, made);
    if (policy != NULL)
        memset(policy + strlen("'sha256-"), '*', 44);
    golden_check(golden, plain);
}

static void test_formats(void)
{
    static const struct {
        enum language language;
        const char *format, *golden;
    } rows[] = {
        {LANGUAGE_EN, "html", "report.html"},      {LANGUAGE_ZH, "html", "report.zh.html"},
        {LANGUAGE_EN, "junit", "report.xml"},      {LANGUAGE_ZH, "junit", "report.xml"},
        {LANGUAGE_EN, "json", "report.json"},      {LANGUAGE_EN, "markdown", "report.md"},
        {LANGUAGE_ZH, "markdown", "report.zh.md"},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(report_done) struct report report = {0};

        sample_report(store, home, rows[i].language, &report);
        check(&report, rows[i].format, rows[i].golden);
    }
    store_close(store);
}

/* A run that was planned and never ran: the only green word is in the legend. */
static void test_nothing_ran(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *html = NULL, *junit = NULL;

    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    sample_add_matrix(store);
    sample_report(store, home, LANGUAGE_EN, &report);
    html = sample_written(&report, "html");
    junit = sample_written(&report, "junit");
    CU_ASSERT(strstr(html, "verdict good") > strstr(html, "id=\"legend\""));
    CHECK_HAS(html, "did not run");
    CHECK_HAS(junit, "tests=\"23\" failures=\"0\" errors=\"19\"");
    store_close(store);
}

/* Cells whose evidence is gone: no format has a green one left. */
static void test_no_evidence(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_free_ char *folder = path_join(home, "evidence");
    _cleanup_(report_done) struct report report = {0};
    struct report_columns columns = {0};
    _cleanup_free_ char *junit = NULL;

    CHECK_INT(path_remove_tree(folder, NULL), 0);
    sample_report(store, home, LANGUAGE_EN, &report);
    vec_foreach (cell, &report.matrix.cells) {
        CU_ASSERT(cell->judgement.verdict == VERDICT_NOT_ASSESSED ||
                  cell->judgement.verdict == VERDICT_INCOMPATIBLE);
    }
    report_columns(&report, &columns);
    vec_foreach (column, &columns)
        CU_ASSERT(report_rank(column->verdict) <= 1);
    vec_done(&columns);
    junit = sample_written(&report, "junit");
    CHECK_HAS(junit, "its evidence is not whole: console: cannot open evidence");
    CU_ASSERT(strstr(junit, "value=\"compatible\"") == NULL);
    store_close(store);
}

int main(void)
{
    CU_TestInfo tests[] = {{"formats", test_formats},
                           {"nothing ran", test_nothing_ran},
                           {"no evidence", test_no_evidence},
                           CU_TEST_INFO_NULL};

    return cunit_run("reports", tests);
}
