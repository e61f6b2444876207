/* SPDX-License-Identifier: Apache-2.0 */
/* What `report` writes for a fixed store, in each format and both languages; and that nothing in it
 * is shown as compatible without evidence. */
#include "golden.h"
#include "sample_report.h"
#include "store/sql.h"

extern const char reports_html_css[], reports_query_js[], reports_filter_js[], reports_page_js[];

/* The home's path depends on the test, and the style sheet and the scripts are files of their own.
 */
static void check(const struct report *report, const char *format, const char *golden)
{
    _cleanup_free_ char *made = sample_written(report, format),
                        *again = sample_written(report, format);
    _cleanup_free_ char *placed = golden_replace(made, report->home, "HOME");
    _cleanup_free_ char *unstyled = golden_replace(placed, reports_html_css, "CSS");
    _cleanup_free_ char *silent = golden_replace(unstyled, reports_query_js, "QUERY");
    _cleanup_free_ char *unfiltered = golden_replace(silent, reports_filter_js, "FILTER");
    _cleanup_free_ char *plain = golden_replace(unfiltered, reports_page_js, "PAGE");

    CHECK_TEXT(again, made);
    for (char *hash = plain; (hash = strstr(hash, "'sha256-")) != NULL;) {
        hash += strlen("'sha256-");
        memset(hash, '*', 44);
    }
    golden_check(golden, plain);
}

struct golden_row {
    enum language language;
    const char *format, *golden;
};

static void check_rows(struct store *store, const char *home, const struct golden_row *rows,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(report_done) struct report report = {0};

        sample_report(store, home, rows[i].language, &report);
        check(&report, rows[i].format, rows[i].golden);
    }
}

static void test_formats(void)
{
    static const struct golden_row rows[] = {
        {LANGUAGE_EN, "html", "report.html"},      {LANGUAGE_ZH, "html", "report.zh.html"},
        {LANGUAGE_EN, "junit", "report.xml"},      {LANGUAGE_ZH, "junit", "report.xml"},
        {LANGUAGE_EN, "json", "report.json"},      {LANGUAGE_EN, "markdown", "report.md"},
        {LANGUAGE_ZH, "markdown", "report.zh.md"}, {LANGUAGE_EN, "sarif", "report.sarif"},
        {LANGUAGE_EN, "allure", "report.allure"},  {LANGUAGE_EN, "csv", "report.csv"},
        {LANGUAGE_EN, "ctrf", "report.ctrf.json"}, {LANGUAGE_EN, "intoto", "report.intoto.jsonl"},
        {LANGUAGE_EN, "jsonl", "report.jsonl"},    {LANGUAGE_EN, "kcidb", "report.kcidb.json"},
        {LANGUAGE_EN, "tap", "report.tap"},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);

    check_rows(store, home, rows, sizeof(rows) / sizeof(rows[0]));
    store_close(store);
}

/* A run that was planned but never run: the only mention of "compatible" is in the legend. */
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
    CHECK_HAS(junit, "tests=\"23\" failures=\"0\" errors=\"13\"");
    store_close(store);
}

/* A run of some items: what it leaves out is mentioned wherever its verdict is shown. */
static void test_partial(void)
{
    static const struct golden_row rows[] = {
        {LANGUAGE_EN, "junit", "report_partial.xml"},
        {LANGUAGE_EN, "markdown", "report_partial.md"},
        {LANGUAGE_ZH, "markdown", "report_partial.zh.md"},
        {LANGUAGE_EN, "html", "report_partial.html"},
        {LANGUAGE_ZH, "html", "report_partial.zh.html"},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_partial_home(&store);

    check_rows(store, home, rows, sizeof(rows) / sizeof(rows[0]));
    store_close(store);
}

/* Two failed cases are two failures; the cell's verdict is a failure only if no case is. */
static void test_junit_counts(void)
{
    static const struct {
        const char *platform, *suite, *part;
    } rows[] = {
        {"kunpeng", "redis", "tests=\"8\" failures=\"1\" errors=\"0\""},
        {"phytium", "behaviour", "tests=\"2\" failures=\"0\" errors=\"1\""},
        {"phytium-d3000", "behaviour", "tests=\"2\" failures=\"0\" errors=\"1\""},
        {"x86", "redis", "tests=\"5\" failures=\"0\" errors=\"1\""},
    };
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *junit = NULL;

    sample_report(store, home, LANGUAGE_EN, &report);
    junit = sample_written(&report, "junit");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *name =
            text_format("<testsuite name=\"%s on %s, ", rows[i].suite, rows[i].platform);
        const char *at = strstr(junit, name);
        _cleanup_free_ char *line = NULL;

        CU_ASSERT_FATAL(at != NULL);
        line = text_ndup(at, strcspn(at, "\n"));
        CHECK_HAS(line, rows[i].part);
    }
    CU_ASSERT(strstr(junit, "emulated)") == NULL);
    CU_ASSERT(strstr(junit, "did not run)") == NULL);
    store_close(store);
}

/* Cells whose evidence is missing: no format shows one as compatible. */
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
    CHECK_HAS(junit, "the evidence is missing or damaged: &#39;console&#39;: evidence");
    CU_ASSERT(strstr(junit, "value=\"compatible\"") == NULL);
    store_close(store);
}

static void check_closed(const struct report *report)
{
    vec_foreach (cell, &report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);

        CHECK_INT(cell->cell.cases.count, 0);
        CU_ASSERT(cell->attempts.count <= 1);
        if (latest != NULL)
            CHECK_INT(latest->evidence.count, 0);
    }
}

/* The content of a cell's record is in memory only while it is written; a record that disappears
 * meanwhile is reported. */
static void test_one_at_a_time(void)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = sample_home(&store);

    for (const struct report_format *const *format = report_formats; *format != NULL; format++) {
        _cleanup_(report_done) struct report report = {0};
        _cleanup_free_ char *whole = NULL, *damaged = NULL;
        struct error *err;

        sample_report(store, home, LANGUAGE_EN, &report);
        check_closed(&report);
        whole = sample_written(&report, (*format)->name);
        check_closed(&report);
        CU_ASSERT_PTR_NULL(report_error(&report));
        CHECK_INT(sql_script(store, "BEGIN; DELETE FROM record WHERE place >= 2", NULL), 0);
        damaged = sample_written(&report, (*format)->name);
        CHECK_INT(sql_script(store, "ROLLBACK", NULL), 0);
        err = report_error(&report);
        CU_ASSERT_PTR_NOT_NULL(err);
        error_free(err);
    }
    store_close(store);
}

int main(void)
{
    CU_TestInfo tests[] = {{"one cell at a time", test_one_at_a_time},
                           {"formats", test_formats},
                           {"nothing ran", test_nothing_ran},
                           {"partial", test_partial},
                           {"JUnit's counts", test_junit_counts},
                           {"no evidence", test_no_evidence},
                           CU_TEST_INFO_NULL};

    return cunit_run("reports", tests);
}
