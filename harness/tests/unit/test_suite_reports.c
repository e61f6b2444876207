/* SPDX-License-Identifier: Apache-2.0 */
/* suite/report and the protocols that read reports: reports of real producers (data/reports), and
 * what is never PASS. */
#include "base/cleanup.h"
#include "base/path.h"
#include "cunit_run.h"
#include "model/result.h"
#include "suite/protocol.h"

#define PASS STATUS_PASS, BLAME_NONE
#define SKIP STATUS_SKIP, BLAME_NONE
#define FAIL STATUS_FAIL, BLAME_PRODUCT
#define ERROR STATUS_ERROR, BLAME_SUITE

/* reason: part of the row's reason; NULL: any. */
static void check_row(const struct case_result *row, enum status status, enum blame blame,
                      const char *reason)
{
    CHECK_TEXT(status_name(row->status), status_name(status));
    CHECK_TEXT(blame_name(row->blame), blame_name(blame));
    if (reason != NULL)
        CHECK_HAS(row->reason, reason);
}

/* Interprets a report; name: of the file in the folder of the report, "" for a file. */
static void interpret(enum protocol protocol, const char *name, const char *text, size_t length,
                      int exit_code, struct case_result *ret_row)
{
    _cleanup_(case_record_done) struct case_record record = {
        .end = {.exit_code = exit_code, .timeout_ms = 30000}};

    if (name == NULL) {
        buffer_add(&record.out, text, length);
    } else {
        buffer_format(&record.report_text, "%zu %zu 0 0\n%s", strlen(name), length, name);
        buffer_add(&record.report_text, text, length);
        CHECK_INT(collected_parse(&record.report_text, "report", &record.report, NULL), 0);
    }
    *ret_row = (struct case_result){.judgeable = true, .required = true};
    protocol_interpret(protocol, &record, ret_row);
}

static void read_report(const char *file, struct buffer *ret_text)
{
    _cleanup_free_ char *path =
        text_format("%s/harness/tests/data/reports/%s", TS_SOURCE_DIR, file);

    CHECK_INT(path_read(path, 1 << 20, ret_text, NULL), 0);
}

static const struct {
    enum protocol protocol;
    const char *file;
    int exit_code;
    enum status status;
    enum blame blame;
    const char *reason;
    size_t passed, failed, broke, skipped, done;
} reports[] = {
    {PROTOCOL_JUNIT, "pytest.xml", 1, FAIL,
     "test_x/test_bad: AssertionError: one is <not> two (3 of", 5, 3, 3, 1, 1},
    {PROTOCOL_JUNIT, "pytest_ok.xml", 0, PASS, NULL, 5, 0, 0, 1, 1},
    {PROTOCOL_JUNIT, "pytest_ok.xml", 1, ERROR, "exit code 1 although", 5, 0, 0, 1, 1},
    {PROTOCOL_JUNIT, "pytest_none.xml", 5, ERROR, "contains no test", 0, 0, 0, 0, 0},
    {PROTOCOL_JUNIT, "pytest_none.xml", 0, ERROR, "contains no test", 0, 0, 0, 0, 0},
    {PROTOCOL_JUNIT, "unittest.xml", 1, FAIL, "u.T/test_bad: 1 != 2", 1, 2, 2, 1, 1},
    {PROTOCOL_JUNIT, "bats.xml", 1, FAIL, "b.bats/bad: (in test file", 1, 1, 0, 1, 0},
    {PROTOCOL_JUNIT, "gtest.xml", 1, FAIL, "Maths/Fails: g/t.cc:3", 3, 1, 0, 2, 0},
    {PROTOCOL_GTEST, "gtest.json", 1, FAIL, "Maths.Fails: g/t.cc:3", 3, 1, 0, 2, 0},
    {PROTOCOL_GTEST, "gtest.json", 0, FAIL, "Maths.Fails", 3, 1, 0, 2, 0},
    {PROTOCOL_GTEST, "gtest_ok.json", 0, PASS, NULL, 3, 0, 0, 2, 0},
    {PROTOCOL_GTEST, "gtest_ok.json", 3, ERROR, "exit code 3", 3, 0, 0, 2, 0},
    /* A program that is missing, and what a fixture prevented, broke: CTest says "notrun" of all.
     */
    {PROTOCOL_CTEST, "ctest.xml", 8, FAIL, "bad (4 of 11 failed)", 2, 4, 2, 3, 0},
    {PROTOCOL_CTEST, "ctest_ok.xml", 0, PASS, NULL, 2, 0, 0, 2, 0},
    {PROTOCOL_CTEST, "gtest.xml", 1, FAIL, "Maths/Fails", 3, 1, 2, 0, 0},
    {PROTOCOL_CTEST, "pytest_ok.xml", 0, ERROR, "test_good", 0, 0, 6, 0, 1},
    {PROTOCOL_GOTEST, "gotest.json", 1, FAIL,
     "example.org/t.TestBad/inner_one: a_test.go:4: lost <x>", 3, 3, 1, 2, 0},
    {PROTOCOL_GOTEST, "gotest_ok.json", 0, PASS, NULL, 1, 0, 0, 1, 0},
    {PROTOCOL_KSELFTEST, "kselftest.txt", 0, FAIL, "selftests: timers: clocks/boottime", 3, 3, 0, 2,
     2},
    {PROTOCOL_KSELFTEST, "kunit.txt", 0, PASS, NULL, 4, 0, 0, 1, 0},
    {PROTOCOL_AVOCADO, "avocado.json", 1, FAIL, "t.py:T.test_fail: the answer is 41 (1 of 7", 2, 1,
     2, 2, 0},
    {PROTOCOL_AVOCADO, "avocado_ok.json", 0, PASS, NULL, 2, 0, 0, 0, 0},
    {PROTOCOL_AVOCADO, "avocado_ok.json", 8, ERROR, "exit code 8", 2, 0, 0, 0, 0},
    {PROTOCOL_PHORONIX, "phoronix.xml", 0, ERROR,
     "local/broken-1.0.0: The test run did not produce a result. (1 of 2", 1, 0, 1, 0, 0},
    {PROTOCOL_PHORONIX, "phoronix_ok.xml", 0, PASS, NULL, 1, 0, 0, 0, 0},
};

static size_t count(const struct case_result *row, enum status status)
{
    size_t found = 0;

    vec_foreach (point, &row->points)
        found += point->status == status;
    return found;
}

static void test_real(void)
{
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        _cleanup_buffer_ struct buffer text = {0};
        _cleanup_(case_result_done) struct case_result row = {0};

        read_report(reports[i].file, &text);
        interpret(reports[i].protocol, "", text.data, text.length, reports[i].exit_code, &row);
        if (row.status != reports[i].status)
            printf("\n%s: %s\n", reports[i].file, row.reason);
        CHECK_TEXT(status_name(row.status), status_name(reports[i].status));
        CHECK_TEXT(blame_name(row.blame), blame_name(reports[i].blame));
        if (reports[i].reason != NULL)
            CHECK_HAS(row.reason, reports[i].reason);
        CHECK_INT(count(&row, STATUS_PASS), reports[i].passed);
        CHECK_INT(count(&row, STATUS_FAIL), reports[i].failed);
        CHECK_INT(count(&row, STATUS_ERROR), reports[i].broke);
        CHECK_INT(count(&row, STATUS_SKIP), reports[i].skipped);
        CHECK_INT(count(&row, STATUS_DONE), reports[i].done);
    }
}

/* No beginning of a report that passes, and none that lacks one line, passes. */
static void test_cut(void)
{
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        _cleanup_buffer_ struct buffer text = {0};
        size_t end;

        if (reports[i].status != STATUS_PASS)
            continue;
        read_report(reports[i].file, &text);
        for (end = text.length; end > 0 && strchr("\r\n\t ", text.data[end - 1]) != NULL;)
            end--;
        for (size_t length = 0; length < end; length++) {
            _cleanup_(case_result_done) struct case_result row = {0};

            interpret(reports[i].protocol, "", text.data, length, 0, &row);
            if (row.status == STATUS_PASS)
                printf("\n%s passes with %zu of %zu bytes\n", reports[i].file, length, end);
            CU_ASSERT_NOT_EQUAL(row.status, STATUS_PASS);
            CU_ASSERT_PTR_NOT_NULL(row.reason);
        }
    }
}

/* Single points: the status of the producer, and what it becomes. */
static void test_raw(void)
{
    static const struct {
        enum protocol protocol;
        const char *file, *name, *raw;
        enum status status;
    } rows[] = {
        {PROTOCOL_JUNIT, "pytest.xml", "test_x/test_good", NULL, STATUS_PASS},
        {PROTOCOL_JUNIT, "pytest.xml", "test_x/test_bad", "failure", STATUS_FAIL},
        {PROTOCOL_JUNIT, "pytest.xml", "test_x/test_skip", "skipped pytest.skip", STATUS_SKIP},
        {PROTOCOL_JUNIT, "pytest.xml", "test_x/test_xfail", "skipped pytest.xfail", STATUS_DONE},
        {PROTOCOL_JUNIT, "pytest.xml", "test_x/test_error", "error", STATUS_ERROR},
        {PROTOCOL_JUNIT, "unittest.xml", "u.T/test_error", "error KeyError", STATUS_ERROR},
        {PROTOCOL_JUNIT, "unittest.xml", "u.T/test_xfail", "skipped XFAIL", STATUS_DONE},
        {PROTOCOL_JUNIT, "gtest.xml", "Maths/DISABLED_Later", "notrun suppressed", STATUS_SKIP},
        {PROTOCOL_JUNIT, "gtest.xml", "Maths/Skips", "skipped", STATUS_SKIP},
        {PROTOCOL_GTEST, "gtest.json", "Maths.DISABLED_Later", "NOTRUN SUPPRESSED", STATUS_SKIP},
        {PROTOCOL_GTEST, "gtest.json", "Maths.Skips", "RUN SKIPPED", STATUS_SKIP},
        {PROTOCOL_CTEST, "ctest.xml", "missing", "notrun Unable to find executable", STATUS_ERROR},
        {PROTOCOL_CTEST, "ctest.xml", "skipped", "notrun SKIP_RETURN_CODE=77", STATUS_SKIP},
        {PROTOCOL_CTEST, "ctest.xml", "needs", "notrun Fixture dependency failed", STATUS_ERROR},
        {PROTOCOL_CTEST, "ctest.xml", "off", "disabled", STATUS_SKIP},
        {PROTOCOL_CTEST, "ctest.xml", "slow", "fail", STATUS_FAIL},
        {PROTOCOL_GOTEST, "gotest.json", "example.org/t.TestSkip", "skip", STATUS_SKIP},
        {PROTOCOL_GOTEST, "gotest.json", "example.org/t/b", "skip", STATUS_SKIP},
        {PROTOCOL_GOTEST, "gotest.json", "example.org/t/c", "FAIL", STATUS_ERROR},
        {PROTOCOL_KSELFTEST, "kselftest.txt", "selftests: timers: nanosleep", "not ok # TIMEOUT",
         STATUS_FAIL},
        {PROTOCOL_KSELFTEST, "kselftest.txt", "selftests: kvm: rseq_test", "ok # SKIP",
         STATUS_SKIP},
        {PROTOCOL_KSELFTEST, "kselftest.txt", "selftests: timers: clocks/raw", "not ok # TODO",
         STATUS_DONE},
        {PROTOCOL_KSELFTEST, "kselftest.txt", "selftests: timers: clocks/no rtc", "ok # SKIP",
         STATUS_SKIP},
        {PROTOCOL_AVOCADO, "avocado.json", "t.py:T.test_warn", "WARN", STATUS_PASS},
        {PROTOCOL_AVOCADO, "avocado.json", "t.py:T.test_cancel", "CANCEL", STATUS_SKIP},
        {PROTOCOL_AVOCADO, "avocado.json", "t.py:T.test_skip", "SKIP", STATUS_SKIP},
        {PROTOCOL_AVOCADO, "avocado.json", "t.py:T.test_error", "ERROR", STATUS_ERROR},
        {PROTOCOL_AVOCADO, "avocado.json", "t.py:T.test_time", "INTERRUPTED", STATUS_ERROR},
        {PROTOCOL_PHORONIX, "phoronix.xml", "local/speed-1.0.0", "12.5 Operations Per Second",
         STATUS_PASS},
        {PROTOCOL_KSELFTEST, "kunit.txt", "example/example_params_test/example value 2", "ok",
         STATUS_PASS},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_buffer_ struct buffer text = {0};
        _cleanup_(case_result_done) struct case_result row = {0};
        const struct point *found = NULL;

        read_report(rows[i].file, &text);
        interpret(rows[i].protocol, "", text.data, text.length, 0, &row);
        vec_foreach (point, &row.points)
            if (strcmp(point->name, rows[i].name) == 0)
                found = point;
        if (found == NULL)
            printf("\n%s has no '%s'\n", rows[i].file, rows[i].name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(found);
        CHECK_TEXT(status_name(found->status), status_name(rows[i].status));
        CHECK_TEXT(found->raw, rows[i].raw);
    }
}

#define SUITE(counts, cases) "<testsuite " counts ">" cases "</testsuite>"
#define ONE "<testcase name=\"a\"/>"
#define AVOCADO(counts, status)                                                                    \
    "{" counts ",\"tests\":[{\"name\":\"a\",\"status\":\"" status "\"}]}"
#define SYSTEM(name) "<System><Identifier>" name "</Identifier></System>"
#define ENTRY(owner, value)                                                                        \
    "<Entry><Identifier>" owner "</Identifier><Value>" value "</Value></Entry>"
#define FIGURE(display, entries)                                                                   \
    "<Result><Identifier>t</Identifier><DisplayFormat>" display "</DisplayFormat><Data>" entries   \
    "</Data></Result>"
#define COMPOSITE(content) "<PhoronixTestSuite>" content "</PhoronixTestSuite>"

static void test_never_green(void)
{
    static const struct {
        enum protocol protocol;
        const char *text;
        enum status status;
        enum blame blame;
        const char *reason;
    } rows[] = {
        {PROTOCOL_JUNIT, SUITE("tests=\"1\"", ONE), PASS, NULL},
        {PROTOCOL_JUNIT, SUITE("", ONE), PASS, NULL},
        {PROTOCOL_JUNIT, SUITE("tests=\"2\"", ONE), ERROR, "counts 2 tests, but lists 1"},
        {PROTOCOL_JUNIT, SUITE("tests=\"1\" failures=\"1\"", ONE), ERROR, "counts 1 failures"},
        {PROTOCOL_JUNIT, SUITE("tests=\"1\" errors=\"1\"", ONE), ERROR, "1 errors"},
        {PROTOCOL_JUNIT, SUITE("tests=\"1\" skipped=\"1\"", ONE), ERROR, "1 skipped"},
        {PROTOCOL_JUNIT, "<testsuites tests=\"2\">" SUITE("tests=\"1\"", ONE) "</testsuites>",
         ERROR, "counts 2 tests"},
        {PROTOCOL_JUNIT, SUITE("tests=\"0\"", ""), ERROR, "no test"},
        {PROTOCOL_JUNIT, "", ERROR, "it is empty"},
        {PROTOCOL_JUNIT, "all is well\n", ERROR, "line 1"},
        {PROTOCOL_JUNIT, "<html>" ONE "</html>", ERROR, "<html>"},
        {PROTOCOL_JUNIT, ONE, ERROR, "outside"},
        {PROTOCOL_JUNIT, SUITE("", ONE) SUITE("", ONE), ERROR, "line 1"},
        {PROTOCOL_JUNIT, SUITE("", "<failure message=\"set-up\"/>" ONE), ERROR,
         "a <failure> of a whole test suite"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\"><Failure/></testcase>"), FAIL,
         "a (1 of 1"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\"><aborted/></testcase>"), ERROR,
         "a (1 of 1"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\" status=\"weird\"/>"), ERROR, "a (1 of 1"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\" status=\"failed\"/>"), FAIL, "a (1 of 1"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\" status=\"failed\"><skipped/></testcase>"),
         FAIL, "a (1 of 1"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\"><skipped/><failure/></testcase>"), FAIL,
         "a (1 of 1"},
        {PROTOCOL_JUNIT,
         SUITE("", "<testcase name=\"a\"><flakyFailure message=\"lost\"/></testcase>"), FAIL,
         "a: lost"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\"><skipped>no disk</skipped></testcase>"),
         SKIP, "no disk"},
        {PROTOCOL_JUNIT, "<!DOCTYPE t [<!ENTITY a \"b\">]>" SUITE("", ONE), ERROR, "DOCTYPE"},
        {PROTOCOL_JUNIT, "<?xml version=\"1.0\"?><!-- a --><!DOCTYPE t>" SUITE("", ONE), ERROR,
         "DOCTYPE"},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"&a;\"/>"), ERROR, "line 1"},
        {PROTOCOL_JUNIT,
         SUITE("", "<testcase name=\"a\"><system-out><![CDATA[<!DOCTYPE html>]]>"
                   "</system-out></testcase>"),
         PASS, NULL},
        {PROTOCOL_JUNIT, SUITE("", "<testcase name=\"a\"><x><testcase name=\"b\"/></x></testcase>"),
         ERROR, "outside"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1,\"pass\":1", "PASS"), PASS, NULL},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1,\"pass\":0", "PASS"), ERROR, "'pass' of the job"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1", "PASS"), ERROR, "'pass' of the job"},
        {PROTOCOL_AVOCADO, AVOCADO("\"pass\":1", "PASS"), ERROR, "'total'"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":2,\"pass\":1", "PASS"), ERROR, "'total' of the job"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1,\"pass\":1,\"errors\":1", "PASS"), ERROR,
         "'errors' of the job"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1", "WEIRD"), ERROR, "a (1 of 1 tests broke)"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1", ""), ERROR, "a (1 of 1 tests broke)"},
        {PROTOCOL_AVOCADO, AVOCADO("\"total\":1,\"skip\":1", "SKIP"), SKIP, "no test was judged"},
        {PROTOCOL_AVOCADO, "{\"total\":0,\"tests\":[]}", ERROR, "no test"},
        {PROTOCOL_AVOCADO, "[]", ERROR, "'total'"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("s", "1.5"))), PASS,
         NULL},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("LINE_GRAPH", ENTRY("s", "1.5,2"))), PASS,
         NULL},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("s", "fast"))), ERROR,
         "t (1 of 1"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("s", "1.5,"))), ERROR,
         "t (1 of 1"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("s", ""))), ERROR,
         "t: it has no value"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("PASS_FAIL", ENTRY("s", "PASS"))), PASS,
         NULL},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("PASS_FAIL", ENTRY("s", "FAIL"))), FAIL,
         "t (1 of 1 failed)"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("PASS_FAIL", ENTRY("s", "1"))), ERROR,
         "t (1 of 1"},
        {PROTOCOL_PHORONIX,
         COMPOSITE(SYSTEM("s") FIGURE("MULTI_PASS_FAIL", ENTRY("s", "PASS,PASS"))), PASS, NULL},
        {PROTOCOL_PHORONIX,
         COMPOSITE(SYSTEM("s") FIGURE("MULTI_PASS_FAIL", ENTRY("s", "PASS,FAIL"))), FAIL,
         "t (1 of 1"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("IMAGE_COMPARISON", ENTRY("s", "aGk="))),
         SKIP, "no test was judged"},
        {PROTOCOL_PHORONIX,
         COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("s", "1") ENTRY("other", "2"))), ERROR,
         "has 2 entries"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", ENTRY("other", "2"))), ERROR,
         "not that of its system"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") FIGURE("BAR_GRAPH", "")), ERROR, "has 0 entries"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s") SYSTEM("t") FIGURE("BAR_GRAPH", ENTRY("t", "1"))),
         ERROR, "results of 2 systems"},
        {PROTOCOL_PHORONIX, COMPOSITE(FIGURE("BAR_GRAPH", ENTRY("", "1"))), ERROR,
         "results of 0 systems"},
        {PROTOCOL_PHORONIX, COMPOSITE(SYSTEM("s")), ERROR, "no test"},
        {PROTOCOL_PHORONIX, SUITE("", ONE), ERROR, "<PhoronixTestSuite>"},
        {PROTOCOL_GTEST, "{}", ERROR, "'tests' of the run"},
        {PROTOCOL_GTEST, "[]", ERROR, "'tests' of the run"},
        {PROTOCOL_GTEST, "{\"tests\":0,\"failures\":0,\"disabled\":0,\"testsuites\":[]}", ERROR,
         "no test"},
        {PROTOCOL_GTEST,
         "{\"tests\":1,\"failures\":0,\"disabled\":0,\"testsuites\":[{\"name\":\"a\",\"tests\":1,"
         "\"failures\":0,\"disabled\":0,\"testsuite\":[{\"name\":\"b\",\"status\":\"WEIRD\"}]}]}",
         ERROR, "a.b (1 of 1 tests broke)"},
        {PROTOCOL_GOTEST, "", ERROR, "no test"},
        {PROTOCOL_GOTEST, "ok  \texample.org/t\t0.1s\n", ERROR, "no test"},
        {PROTOCOL_GOTEST, "{\"Action\":\"pass\",\"Package\":\"p\"}\n", ERROR, "no test"},
        {PROTOCOL_GOTEST, "{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"T\"}\n", ERROR,
         "package 'p' does not end"},
        {PROTOCOL_GOTEST,
         "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"T\"}\n{\"Action\":\"pass\",\"Package\":"
         "\"p\"}\n",
         ERROR, "'p.T' does not end"},
        {PROTOCOL_GOTEST,
         "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"T\"}\n{\"Action\":\"fail\",\"Package\":"
         "\"p\"}\n",
         FAIL, "p.T"},
        {PROTOCOL_GOTEST, "{\"Action\":\"fail\",\"Package\":\"p\",\"FailedBuild\":\"p\"}\n", ERROR,
         "p"},
        {PROTOCOL_GOTEST, "{\"Action\":\"skip\",\"Package\":\"p\"}\n", SKIP, "p"},
        {PROTOCOL_KSELFTEST, "", ERROR, "neither a plan"},
        {PROTOCOL_KSELFTEST, "all is well\n", ERROR, "neither a plan"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\n", PASS, NULL},
        {PROTOCOL_KSELFTEST, "ok 1 a\n", ERROR, "no plan"},
        {PROTOCOL_KSELFTEST, "1..2\nok 1 a\n", ERROR, "2 results planned, 1 seen"},
        {PROTOCOL_KSELFTEST, "1..2\nok 1 a\nok 1 b\n", ERROR, "number 1 in the place of 2"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\nnot ok b\n", ERROR, "without a number"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\nBail out! lost\n", ERROR, "Bail out! lost"},
        {PROTOCOL_KSELFTEST, "1..1\n  1..1\n  not ok 1 b\nok 1 a\n", ERROR, "reported as ok"},
        {PROTOCOL_KSELFTEST, "1..1\n  1..2\n  ok 1 b\nok 1 a\n", ERROR, "2 results planned"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\n  1..1\n  ok 1 b\n", ERROR, "no result of the outer"},
        {PROTOCOL_KSELFTEST, "1..1\n# not ok 1 b\nok 1 a\n", ERROR, "reported as ok"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\n# not ok 1 b\n", FAIL, "b"},
        {PROTOCOL_KSELFTEST, "1..1\nok 1 a\n# Totals: pass:0 fail:1 skip:0\n", ERROR,
         "totals count 1"},
        {PROTOCOL_KSELFTEST, "1..1\n  1..1\n  not ok 1 b\nnot ok 1 a # XFAIL\n", SKIP, "judged"},
        {PROTOCOL_KSELFTEST, "1..0 # SKIP no device\n", SKIP, "no device"},
        {PROTOCOL_KSELFTEST, "1..0\n", ERROR, "no test"},
        {PROTOCOL_KSELFTEST, "TAP version 13\n1..1\nok 1 a\nTAP version 13\n1..1\nnot ok 1 b\n",
         FAIL, "b (1 of 2"},
        {PROTOCOL_KSELFTEST, "TAP version 13\n1..2\nok 1 a\nTAP version 13\n1..1\nok 1 b\n", ERROR,
         "2 results planned"},
        {PROTOCOL_KSELFTEST, "1..2\n    ok 1 b\n  ok 1 c\nok 1 a\nok 2 d\n", ERROR,
         "between two levels"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_result_done) struct case_result row = {0};

        interpret(rows[i].protocol, "", rows[i].text, strlen(rows[i].text), 0, &row);
        if (row.status != rows[i].status)
            printf("\nrow %zu: %s\n%s\n", i, rows[i].text, row.reason);
        check_row(&row, rows[i].status, rows[i].blame, rows[i].reason);
    }
}

/* A report that is not there, is in a folder, on standard output, or left out. */
static void test_places(void)
{
    static const char xml[] = SUITE("tests=\"1\"", ONE), ktap[] = "1..1\nok 1 a\n";
    static const struct {
        enum protocol protocol;
        const char *collected, *out;
        int exit_code;
        enum status status;
        enum blame blame;
        const char *reason;
    } rows[] = {
        {PROTOCOL_JUNIT, "", xml, 0, ERROR, "no JUnit XML report in $TOUCHSTONE_REPORT"},
        {PROTOCOL_JUNIT, "", "no pytest here\n", 77, SKIP, "no pytest here"},
        {PROTOCOL_JUNIT, "", "", 1, ERROR, "exit code 1"},
        {PROTOCOL_JUNIT, "0 0 0 0\n", "", 0, ERROR, "it is empty"},
        {PROTOCOL_JUNIT, "5 0 1 900\na.xml", "", 0, ERROR, "1 of its files with 900 bytes"},
        {PROTOCOL_JUNIT, "5 0 0 0\nb.txt", "", 0, ERROR, "no JUnit XML report"},
        {PROTOCOL_KSELFTEST, "", ktap, 0, PASS, NULL},
        {PROTOCOL_KSELFTEST, "", "", 0, ERROR, "no KTAP report"},
        {PROTOCOL_KSELFTEST, "0 16 0 0\n1..1\nnot ok 1 a\n", ktap, 0, FAIL, "a (1 of 1 failed)"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_record_done) struct case_record record = {
            .end = {.exit_code = rows[i].exit_code, .timeout_ms = 30000}};
        _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

        buffer_text(&record.out, rows[i].out);
        buffer_text(&record.report_text, rows[i].collected);
        CHECK_INT(collected_parse(&record.report_text, "report", &record.report, NULL), 0);
        protocol_interpret(rows[i].protocol, &record, &row);
        check_row(&row, rows[i].status, rows[i].blame, rows[i].reason);
    }
}

/* What is printed beside a report does not matter; a report that is printed must be whole. */
static void test_truncated(void)
{
    static const char xml[] = SUITE("tests=\"1\"", ONE), ktap[] = "1..1\nok 1 a\n";

    for (int printed = 0; printed < 2; printed++) {
        _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 30000},
                                                                 .out_dropped = 7};
        _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

        if (printed == 0)
            buffer_format(&record.report_text, "0 %zu 0 0\n%s", strlen(xml), xml);
        buffer_text(&record.out, ktap);
        CHECK_INT(collected_parse(&record.report_text, "report", &record.report, NULL), 0);
        protocol_interpret(printed == 0 ? PROTOCOL_JUNIT : PROTOCOL_KSELFTEST, &record, &row);
        CHECK_TEXT(status_name(row.status), printed == 0 ? "PASS" : "ERROR");
    }
}

/* surefire writes a file for each class. */
static void test_folder(void)
{
    static const char xml[] = SUITE("tests=\"1\"", ONE),
                      bad[] = SUITE("", "<testcase name=\"b\"><failure/></testcase>");
    _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 30000}};
    _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

    buffer_format(&record.report_text, "10 %zu 0 0\nTEST-A.xml%s", strlen(xml), xml);
    buffer_format(&record.report_text, "5 4 0 0\nA.txtfine");
    buffer_format(&record.report_text, "10 %zu 0 0\nTEST-B.xml%s", strlen(bad), bad);
    CHECK_INT(collected_parse(&record.report_text, "report", &record.report, NULL), 0);
    protocol_interpret(PROTOCOL_JUNIT, &record, &row);
    CHECK_TEXT(status_name(row.status), "FAIL");
    CHECK_TEXT(row.reason, "b (1 of 2 failed)");
}

/* Depth and number are limited. */
static void test_bounds(void)
{
    _cleanup_buffer_ struct buffer deep = {0}, many = {0};
    _cleanup_(case_result_done) struct case_result row = {0}, other = {0};

    for (int i = 0; i < 40; i++)
        buffer_text(&deep, "<testsuite>");
    interpret(PROTOCOL_JUNIT, "", deep.data, deep.length, 0, &row);
    CHECK_HAS(row.reason, "deeper than 32");
    buffer_text(&many, "<testsuite>");
    for (int i = 0; i < 60000; i++)
        buffer_text(&many, ONE);
    buffer_text(&many, "</testsuite>");
    interpret(PROTOCOL_JUNIT, "", many.data, many.length, 0, &other);
    CHECK_HAS(other.reason, "more than 50000");
}

static void test_tap_documents(void)
{
    static const struct {
        const char *text;
        enum status status;
        enum blame blame;
        const char *reason;
        size_t points;
    } rows[] = {
        {"1..1\nok 1\n", PASS, NULL, 1},
        {"1..1\nok 1\n1..2\nok 1\nok 2\n", PASS, NULL, 3},
        {"ok 1\n1..1\nok 1\nok 2\n1..2\n", PASS, NULL, 3},
        {"TAP version 14\n1..1\nok 1\nTAP version 14\n1..0 # SKIP no gpu\n", PASS, NULL, 1},
        {"1..1\n    1..1\n    ok 1\nok 1 - sub\n1..1\nok 1\n", PASS, NULL, 2},
        {"1..1\nok 1\n1..1\nnot ok 1 - data\n", FAIL, "not ok 1 data (1 of 2 failed)", 2},
        {"1..1\nnot ok 1 - data\n1..1\nok 1\n", FAIL, "not ok 1 data (1 of 2 failed)", 2},
        {"1..2\nok 1\n1..1\nok 1\n", ERROR, "second plan", 1},
        {"1..1\nok 1\n1..2\nok 1\n", ERROR, "2 test points planned, 1 seen", 2},
        {"1..1\nok 1\nok 2\n1..1\nok 1\n", ERROR, "second plan", 2},
        {"1..1\nok 1\nTAP version 14\n", ERROR, "no plan", 1},
        {"1..1\n    1..1\n    not ok 1\nok 1 - sub\n1..1\nok 1\n", ERROR, "reported as ok", 2},
        {"1..1\nok 1\nok 1\n1..1\nBail out!\n", ERROR, "twice", 1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(case_result_done) struct case_result row = {0};

        interpret(PROTOCOL_TAP_DOCUMENTS, NULL, rows[i].text, strlen(rows[i].text), 0, &row);
        if (row.status != rows[i].status)
            printf("\nrow %zu: %s\n%s\n", i, rows[i].text, row.reason);
        check_row(&row, rows[i].status, rows[i].blame, rows[i].reason);
        CHECK_INT(row.points.count, rows[i].points);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"reports of real producers", test_real},
                           {"every report cut short", test_cut},
                           {"status by status", test_raw},
                           {"never green", test_never_green},
                           {"where the report is", test_places},
                           {"truncated output", test_truncated},
                           {"a folder of reports", test_folder},
                           {"bounds", test_bounds},
                           {"several TAP documents", test_tap_documents},
                           CU_TEST_INFO_NULL};

    return cunit_run("suite/report", tests);
}
