/* SPDX-License-Identifier: Apache-2.0 */
/* A JUnit file of a run whose cases do not fit into 30 MB: it is smaller, well formed, has every
 * failure, and says what is left out. */
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "sample_report.h"

enum { CASES = 20000, LIMIT = 30 * 1000 * 1000 };

/* As long as names may be. */
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void merge_cell(struct store *store, const char *platform)
{
    struct result *result = sample_cell(SAMPLE_RUN, "image-" LONG, platform, "suite-" LONG, 1);
    _cleanup_folder_ char *work = temp_folder_new();

    for (unsigned i = 0; i < CASES; i++) {
        _cleanup_free_ char *id = text_format("case-%055u", i);
        struct case_result *row = sample_case(result, id, ITEM_FUNCTION, true,
                                              i == CASES / 2 ? STATUS_FAIL : STATUS_PASS);

        row->blame = row->status == STATUS_FAIL ? BLAME_PRODUCT : BLAME_NONE;
        row->reason = row->status == STATUS_FAIL ? text_dup("exit code 1") : NULL;
    }
    sample_merge_whole(store, work, result);
}

static double count(xmlDoc *document, const char *path)
{
    xmlXPathContext *context = xmlXPathNewContext(document);
    xmlXPathObject *found = xmlXPathEval((const xmlChar *)path, context);
    double number = found != NULL ? found->floatval : -1;

    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return number;
}

static xmlDoc *junit_of(size_t cells)
{
    static const char *const platforms[] = {"one-" LONG, "two-" LONG};
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    const struct suite *suites[] = {suite};
    _cleanup_(run_record_done) struct run_record run = {0};
    _cleanup_folder_ char *home = temp_folder_new();
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *text = NULL;
    struct store *store = NULL;
    xmlDoc *document;

    suite->name = text_dup("suite-" LONG);
    for (unsigned i = 0; i < CASES; i++) {
        _cleanup_free_ char *id = text_format("case-%055u", i);

        sample_suite_case(suite, id, ITEM_FUNCTION, true, false);
    }
    sample_ended_run(&run);
    for (size_t i = 0; i < cells; i++)
        sample_plan_cell(&run, "image-" LONG, platforms[i], suite->name, NULL);
    CU_ASSERT_FATAL(store_open(home, &store, NULL) == 0);
    CU_ASSERT_FATAL(store_add_run(store, &run, suites, 1, NULL) == 0);
    for (size_t i = 0; i < cells; i++)
        merge_cell(store, platforms[i]);
    CU_ASSERT_FATAL(report_load(store, home, SAMPLE_RUN, NULL, &report, NULL) == 0);
    text = sample_written(&report, "junit");
    CU_ASSERT_PTR_NULL(report_error(&report));
    printf(" %zu bytes", strlen(text));
    CU_ASSERT(strlen(text) < LIMIT);
    document = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
    CU_ASSERT_FATAL(document != NULL);
    store_close(store);
    return document;
}

static void test_fits(void)
{
    xmlDoc *document = junit_of(1);

    CHECK_INT(count(document, "count(//testcase)"), CASES + 1);
    CHECK_INT(count(document, "count(//property[@name='left_out_for_size'])"), 0);
    xmlFreeDoc(document);
}

static void test_does_not_fit(void)
{
    xmlDoc *document = junit_of(2);

    CHECK_INT(count(document, "count(//testcase)"), 4);
    CHECK_INT(count(document, "count(//failure)"), 2);
    CHECK_INT(count(document, "sum(/testsuites/@tests)"), 4);
    CHECK_INT(count(document, "sum(/testsuites/@failures)"), 2);
    CHECK_INT(count(document, "count(//property[@name='left_out_for_size'])"), 2);
    xmlFreeDoc(document);
}

int main(void)
{
    CU_TestInfo tests[] = {{"a run that fits", test_fits},
                           {"a run that does not", test_does_not_fit},
                           CU_TEST_INFO_NULL};
    int failed = cunit_run("report_size", tests);

    xmlCleanupParser();
    return failed;
}
