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

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static void read_test(struct report *report, const json_t *test, size_t counts[WORDS])
{
    const char *raw = text_of(test, "status"), *reason = text_of(test, "fail_reason");
    _cleanup_free_ char *detail =
        strcmp(reason, "<unknown>") != 0 ? report_first_line(reason) : NULL;
    enum status status = STATUS_ERROR;

    for (size_t i = 0; i < WORDS; i++)
        if (strcmp(raw, words[i].status) == 0) {
            status = words[i].means;
            counts[i]++;
        }
    report_add(report, status, text_of(test, "name"), detail, raw);
}

static void compare(struct report *report, const json_t *job, const char *key, size_t seen)
{
    const json_t *value = json_object_get(job, key);

    /* Older releases do not count what they cannot produce. */
    if ((value != NULL || seen > 0) &&
        (!json_is_integer(value) || json_integer_value(value) != (json_int_t)seen))
        report_break(report, "'%s' of the job is not %zu, the number of such tests that it lists",
                     key, seen);
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
    if (!json_is_integer(json_object_get(job, "total")))
        report_break(report, "it has no 'total'");
    compare(report, job, "total", report_count(report) - before);
    for (i = 0; i < WORDS; i++)
        compare(report, job, words[i].count, counts[i]);
}

void protocol_avocado(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "Avocado JSON", REPORT_FILE, "results.json", read_avocado);
}
