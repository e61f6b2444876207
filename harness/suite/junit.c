/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML, by whichever producer: there is no standard, so this reads what pytest, unittest-xml,
 * surefire, googletest, bats and CTest write. The counts of a <testsuite> must fit its <testcase>s.
 * A word for a status that is not known here is never a pass.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "suite/protocols.h"
#include "suite/report.h"
#include "suite/xml_stream.h"

enum { SUITES_MAX = STREAM_DEPTH_MAX };

/* A <testsuites> or <testsuite>; -1: the attribute is absent. */
struct suite_counts {
    long tests, failures, errors, skipped;
    size_t own, all; /* testcases in it; with those of the suites in it */
    size_t repeated; /* a failed test whose teardown broke, too: pytest writes two elements */
    size_t failed, broke, others;
};

struct junit {
    struct report *report;
    bool ctest; /* the words of CTest */
    struct suite_counts suites[SUITES_MAX];
    size_t open;
    /* The open <testcase>. */
    bool in_case, stated; /* stated: an element gave its status */
    enum status status;
    char *name, *detail, *raw;
    char *last_name; /* of the testcase before it */
    enum status last_status;
    char *time; /* the first timestamp of a test suite, or NULL */
};

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(word, *words) == 0)
            return true;
    return false;
}

static long number_of(const struct stream_element *element, const char *name)
{
    const char *text = stream_attribute(element, name);
    uint64_t value;

    return text != NULL && text_parse_u64(text, name, 0, 1000000000, &value, NULL) == 0
               ? (long)value
               : -1;
}

static void open_suite(struct junit *junit, const struct stream_element *element)
{
    struct suite_counts *suite;
    long disabled = number_of(element, "disabled");

    /* The reader limits the depth. */
    suite = &junit->suites[junit->open++];
    *suite = (struct suite_counts){.tests = number_of(element, "tests"),
                                   .failures = number_of(element, "failures"),
                                   .errors = number_of(element, "errors"),
                                   .skipped = number_of(element, "skipped")};
    if (junit->time == NULL)
        junit->time = text_dup(stream_attribute(element, "timestamp"));
    if (disabled > 0)
        suite->skipped = (suite->skipped > 0 ? suite->skipped : 0) + disabled;
}

static bool fits(long declared, size_t seen)
{
    return declared < 0 || (size_t)declared == seen;
}

/* More failures than testcases show are a contradiction; fewer cannot make it green. */
static bool exceeds(long declared, size_t seen)
{
    return declared > 0 && (size_t)declared > seen;
}

static void close_suite(struct junit *junit)
{
    struct suite_counts *suite = &junit->suites[--junit->open], *outer;

    if (!fits(suite->tests, suite->all) && !fits(suite->tests, suite->own) &&
        !fits(suite->tests, suite->all - suite->repeated))
        report_break(junit->report, "a test suite counts %ld tests, but lists %zu", suite->tests,
                     suite->all);
    if (exceeds(suite->failures, suite->failed) || exceeds(suite->errors, suite->broke) ||
        exceeds(suite->skipped, suite->others + suite->broke))
        report_break(junit->report,
                     "a test suite counts %ld failures, %ld errors and %ld skipped tests, but "
                     "lists %zu, %zu and %zu",
                     suite->failures, suite->errors, suite->skipped, suite->failed, suite->broke,
                     suite->others);
    if (junit->open == 0)
        return;
    outer = &junit->suites[junit->open - 1];
    outer->all += suite->all;
    outer->repeated += suite->repeated;
    outer->failed += suite->failed;
    outer->broke += suite->broke;
    outer->others += suite->others;
}

static void set_raw(struct junit *junit, const char *word, const char *more)
{
    char *raw = text_format("%s%s%s", word, more != NULL && *more != '\0' ? " " : "",
                            more != NULL ? more : "");

    free(junit->raw); /* may be `word` */
    junit->raw = raw;
}

/* Statuses that googletest, CTest and others state as attributes. */
static void read_status(struct junit *junit, const struct stream_element *element)
{
    static const char *const passed[] = {"run",       "passed",    "pass", "success", "successful",
                                         "succeeded", "completed", "ok",   NULL};
    static const char *const failed[] = {"fail", "failed", "failure", NULL};
    static const char *const skipped[] = {"notrun",     "disabled", "skipped", "skip",
                                          "suppressed", "ignored",  "pending", NULL};
    const char *const words[] = {stream_attribute(element, "status"),
                                 stream_attribute(element, "result")};

    junit->status = STATUS_PASS;
    if (words[0] != NULL || words[1] != NULL)
        set_raw(junit, words[0] != NULL ? words[0] : "", words[1]);
    for (size_t i = 0; i < 2; i++) {
        if (words[i] == NULL || is_one_of(words[i], passed))
            continue;
        if (is_one_of(words[i], failed))
            junit->status = STATUS_FAIL;
        else if (is_one_of(words[i], skipped))
            junit->status = junit->status == STATUS_PASS ? STATUS_SKIP : junit->status;
        else if (junit->status != STATUS_FAIL)
            junit->status = STATUS_ERROR;
    }
    /* CTest says notrun of a test whose program is missing, too: only a reason makes it a skip. */
    if (junit->ctest && words[0] == NULL)
        junit->status = STATUS_ERROR;
    if (junit->ctest && words[0] != NULL && strcmp(words[0], "notrun") == 0)
        junit->status = STATUS_ERROR;
}

static void open_case(struct junit *junit, const struct stream_element *element)
{
    const char *class = stream_attribute(element, "classname");
    const char *name = stream_attribute(element, "name");

    if (junit->open == 0 || junit->in_case) {
        report_break(junit->report, "a <testcase> outside a <testsuite>");
        return;
    }
    junit->in_case = true;
    if (class == NULL || *class == '\0' || text_equal(class, name))
        junit->name = text_dup(name != NULL ? name : "");
    else
        junit->name = text_format("%s/%s", class, name != NULL ? name : "");
    read_status(junit, element);
}

static bool is_expected_failure(const char *type)
{
    return type != NULL &&
           (strcasecmp(type, "pytest.xfail") == 0 || strcasecmp(type, "xfail") == 0);
}

/* An element of a testcase says more than its attributes; the worst of several counts. */
static void read_outcome(struct junit *junit, const struct stream_element *element)
{
    static const struct {
        const char *element;
        enum status status;
    } outcomes[] = {
        {"failure", STATUS_FAIL},      {"error", STATUS_ERROR},     {"skipped", STATUS_SKIP},
        {"flakyFailure", STATUS_FAIL}, {"flakyError", STATUS_FAIL}, {"rerunFailure", STATUS_FAIL},
        {"rerunError", STATUS_ERROR},  {"fail", STATUS_FAIL},       {"aborted", STATUS_ERROR},
        {"timeout", STATUS_FAIL},
    };
    const char *type = stream_attribute(element, "type");
    const char *message = stream_attribute(element, "message");

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        enum status status = outcomes[i].status;

        if (strcasecmp(element->name, outcomes[i].element) != 0)
            continue;
        if (status == STATUS_SKIP && is_expected_failure(type))
            status = STATUS_DONE;
        if (status == STATUS_SKIP && junit->ctest &&
            (message == NULL || !text_starts(message, "SKIP_")))
            status = STATUS_ERROR;
        /* The first of the same status gives the reason; "failed" as an attribute stands. */
        if (junit->stated ? status <= junit->status
                          : junit->status == STATUS_FAIL && status != STATUS_FAIL)
            return;
        junit->stated = true;
        junit->status = status;
        if (!junit->ctest)
            set_raw(junit, element->name, type);
        else if (message != NULL && *message != '\0')
            set_raw(junit, junit->raw, message);
        free(junit->detail);
        junit->detail = report_first_line(message);
        if (junit->detail == NULL)
            junit->detail = report_first_line(element->text);
        return;
    }
}

static void close_case(struct junit *junit)
{
    struct suite_counts *suite = &junit->suites[junit->open - 1];

    suite->own++;
    suite->all++;
    suite->failed += junit->status == STATUS_FAIL;
    suite->broke += junit->status == STATUS_ERROR;
    suite->others += junit->status == STATUS_SKIP || junit->status == STATUS_DONE;
    suite->repeated += junit->status == STATUS_ERROR && junit->last_status == STATUS_FAIL &&
                       text_equal(junit->name, junit->last_name);
    report_add(junit->report, junit->status, junit->name, junit->detail, junit->raw);
    free(junit->last_name);
    junit->last_name = steal_ptr(junit->name);
    junit->last_status = junit->status;
    free(junit->detail);
    free(junit->raw);
    junit->detail = junit->raw = NULL;
    junit->in_case = junit->stated = false;
}

static void on_open(void *data, const struct stream_element *element)
{
    struct junit *junit = data;
    bool is_suite =
        strcmp(element->name, "testsuite") == 0 || strcmp(element->name, "testsuites") == 0;

    if (is_suite && !junit->in_case)
        open_suite(junit, element);
    else if (strcmp(element->name, "testcase") == 0)
        open_case(junit, element);
    else if (element->depth == 0 || is_suite)
        report_break(junit->report, "<%s> in the place of a <testsuite>", element->name);
}

static void on_close(void *data, const struct stream_element *element)
{
    struct junit *junit = data;
    bool is_suite =
        strcmp(element->name, "testsuite") == 0 || strcmp(element->name, "testsuites") == 0;

    if (is_suite && !junit->in_case && junit->open > 0)
        close_suite(junit);
    else if (strcmp(element->name, "testcase") == 0 && junit->in_case)
        close_case(junit);
    else if (junit->in_case)
        read_outcome(junit, element);
    else if (strcasecmp(element->name, "failure") == 0 || strcasecmp(element->name, "error") == 0)
        report_break(junit->report, "a <%s> of a whole test suite, which no test of it shows",
                     element->name);
}

static void read_document(struct report *report, const char *text, size_t length, bool ctest,
                          char **ret_time)
{
    static const struct stream_events events = {.open = on_open, .close = on_close};
    struct junit junit = {.report = report, .ctest = ctest};
    _cleanup_free_ char *fault = xml_stream_read(text, length, &events, &junit);

    if (fault != NULL)
        report_break(report, "%s", fault);
    free(junit.name);
    free(junit.detail);
    free(junit.raw);
    free(junit.last_name);
    if (ret_time != NULL)
        *ret_time = junit.time;
    else
        free(junit.time);
}

char *protocol_read_junit(const char *text, size_t length, bool ctest, struct case_result *row,
                          char **ret_time)
{
    struct report report = {.row = row, .kind = "JUnit XML"};

    read_document(&report, text, length, ctest, ret_time);
    for (int i = 0; i < STATUS_COUNT; i++)
        free(report.worst[i]);
    return report.broken;
}

static void read_junit(struct report *report, const char *text, size_t length)
{
    read_document(report, text, length, false, NULL);
}

static void read_ctest(struct report *report, const char *text, size_t length)
{
    read_document(report, text, length, true, NULL);
}

void protocol_junit(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "JUnit XML", REPORT_FILE, ".xml", read_junit);
}

void protocol_ctest(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "CTest JUnit", REPORT_FILE, ".xml", read_ctest);
}
