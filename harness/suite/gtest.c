/* SPDX-License-Identifier: Apache-2.0 */
/* googletest's --gtest_output=json:FILE. The counts of the run and of each suite must fit the tests
 * that are listed. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "suite/protocols.h"
#include "suite/report.h"

struct counts {
    size_t tests, failed, disabled;
};

/* The counts that a run or a suite declares. */
static void compare(struct report *report, const json_t *declared, const char *what,
                    const struct counts *seen)
{
    const struct {
        const char *key;
        size_t seen;
    } rows[] = {{"tests", seen->tests}, {"failures", seen->failed}, {"disabled", seen->disabled}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        report_compare(report, declared, what, rows[i].key, rows[i].seen);
    if (json_integer_value(json_object_get(declared, "errors")) != 0)
        report_break(report, "%s counts errors", what);
}

static enum status status_of(const json_t *test)
{
    static const struct {
        const char *status, *result;
        enum status means;
    } rows[] = {{"RUN", "COMPLETED", STATUS_PASS},     {"RUN", "", STATUS_PASS}, /* before 1.10 */
                {"RUN", "SKIPPED", STATUS_SKIP},       {"RUN", "SUPPRESSED", STATUS_SKIP},
                {"NOTRUN", "SUPPRESSED", STATUS_SKIP}, {"NOTRUN", "", STATUS_SKIP}};

    if (json_array_size(json_object_get(test, "failures")) > 0)
        return STATUS_FAIL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(report_member(test, "status"), rows[i].status) == 0 &&
            strcmp(report_member(test, "result"), rows[i].result) == 0)
            return rows[i].means;
    return STATUS_ERROR;
}

static void read_test(struct report *report, const char *suite, const json_t *test,
                      struct counts *counts)
{
    _cleanup_free_ char *name = text_format("%s.%s", suite, report_member(test, "name"));
    _cleanup_free_ char *raw =
        text_format("%s %s", report_member(test, "status"), report_member(test, "result"));
    enum status status = status_of(test);
    _cleanup_free_ char *detail = NULL;

    if (status == STATUS_FAIL)
        detail = report_first_line(
            report_member(json_array_get(json_object_get(test, "failures"), 0), "failure"));
    if (status == STATUS_SKIP)
        detail = report_first_line(
            report_member(json_array_get(json_object_get(test, "skipped"), 0), "message"));
    counts->tests++;
    counts->failed += status == STATUS_FAIL;
    counts->disabled += strcmp(report_member(test, "result"), "SUPPRESSED") == 0;
    report_add(report, status, name, detail, raw);
}

static void read_suite(struct report *report, const json_t *suite, struct counts *whole)
{
    const json_t *tests = json_object_get(suite, "testsuite");
    _cleanup_free_ char *shown =
        protocol_show(report_member(suite, "name"), strlen(report_member(suite, "name")));
    _cleanup_free_ char *what = text_format("suite '%s'", shown);
    struct counts counts = {0};
    const json_t *test;
    size_t i;

    json_array_foreach(tests, i, test)
        read_test(report, report_member(suite, "name"), test, &counts);
    compare(report, suite, what, &counts);
    whole->tests += counts.tests;
    whole->failed += counts.failed;
    whole->disabled += counts.disabled;
}

static void read_gtest(struct report *report, const char *text, size_t length)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_error_ struct error *err = NULL;
    struct counts counts = {0};
    const json_t *suite;
    size_t i;

    if (json_parse(text, length, "it", &json, &err) < 0) {
        report_break(report, "%s", error_message(err));
        return;
    }
    json_array_foreach(json_object_get(json, "testsuites"), i, suite)
        read_suite(report, suite, &counts);
    compare(report, json, "the run", &counts);
}

void protocol_gtest(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "googletest JSON", REPORT_FILE, ".json", read_gtest);
}
