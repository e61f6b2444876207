/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit reports validated against Jenkins' schema, junit-10.xsd of the reference data. */
#include <libxml/xmlschemas.h>

#include "sample_hostile.h"

static xmlSchemaValidCtxt *checker;

static void check(char *(*make)(struct store **), bool strict)
{
    struct store *store = NULL;
    _cleanup_folder_ char *home = make(&store);
    _cleanup_(report_done) struct report report = {0};
    _cleanup_free_ char *text = NULL;
    xmlDoc *document;

    sample_report(store, home, LANGUAGE_EN, &report);
    report.strict = strict;
    text = sample_written(&report, "junit");
    document = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
    CU_ASSERT_FATAL(document != NULL);
    CHECK_INT(xmlSchemaValidateDoc(checker, document), 0);
    xmlFreeDoc(document);
    store_close(store);
}

static void test_valid(void)
{
    check(sample_home, false);
    check(sample_home, true);
    check(sample_partial_home, false);
    check(sample_partial_home, true);
    check(sample_hostile_home, false);
}

int main(void)
{
    CU_TestInfo tests[] = {{"valid", test_valid}, CU_TEST_INFO_NULL};
    const char *data = getenv("TOUCHSTONE_REFERENCE_DATA");
    _cleanup_free_ char *path = text_format("%s/schemas/junit-10.xsd",
                                            data != NULL ? data : TS_SOURCE_DIR "/../shared/data");
    xmlSchemaParserCtxt *parser;
    xmlSchema *schema;
    int failed;

    if (!path_exists(path)) {
        printf("skipped: '%s' is not there; TOUCHSTONE_REFERENCE_DATA may name its folder\n", path);
        return 77;
    }
    parser = xmlSchemaNewParserCtxt(path);
    schema = xmlSchemaParse(parser);
    checker = schema != NULL ? xmlSchemaNewValidCtxt(schema) : NULL;
    if (checker == NULL)
        return 99;
    failed = cunit_run("report_schema", tests);
    xmlSchemaFreeValidCtxt(checker);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    xmlCleanupParser();
    return failed;
}
