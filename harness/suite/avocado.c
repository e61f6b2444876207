/* SPDX-License-Identifier: Apache-2.0 */
/* Avocado's --json FILE (results.json). The counts of the job must fit the tests that are listed.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "suite/protocols.h"
#include "suite/report.h"

/* avocado/core/teststatus.py: WARN is a test that passed and logged a warning; INTERRUPTED is one
 * that reached its own time limit, or that somebody stopped. */
static const struct word {
    const char *status, *count; /* the member of the job that counts such tests */
    enum status means;
} words[] = {
    {"PASS", "pass", STATUS_PASS},
    {"WARN", "warn", STATUS_PASS},
    {"SKIP", "skip", STATUS_SKIP},
    {"CANCEL", "cancel", STATUS_SKIP},
    {"FAIL", "failures", STATUS_FAIL},
    {"ERROR", "errors", STATUS_ERROR},
    {"INTERRUPTED", "interrupt", STATUS_ERROR},
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void read_test(struct report *report, const json_t *test, size_t counts[WORDS])
{
    const char *raw = report_member(test, "status"), *reason = report_member(test, "fail_reason");
    _cleanup_free_ char *detail =
        strcmp(reason, "<unknown>") != 0 ? report_first_line(reason) : NULL;
    enum status status = STATUS_ERROR;

    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(raw, words[i].status) == 0) {
            status = words[i].means;
            counts[i]++;
        }
    report_add(report, status, report_member(test, "name"), detail, raw);
}

static void read_avocado(struct report *report, const char *text, size_t length)
{
    _cleanup_json_ json_t *job = NULL;
    _cleanup_error_ struct error *err = NULL;
    size_t counts[WORDS] = {0}, before = report_count(report), i;
    const json_t *test;

    if (json_parse(text, length, "it", &job, &err) < 0) {
        report_break(report, "%s", error_message(err));
        return;
    }
    json_array_foreach(json_object_get(job, "tests"), i, test) read_test(report, test, counts);
    report_compare(report, job, "the job", "total", report_count(report) - before);
    /* Older releases do not count what they cannot produce. */
    for (i = 0; i < WORDS; i++)
        if (counts[i] > 0 || json_object_get(job, words[i].count) != NULL)
            report_compare(report, job, "the job", words[i].count, counts[i]);
}

void protocol_avocado(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "Avocado JSON", REPORT_FILE, "results.json", read_avocado);
}
