/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of `go test -json` (cmd/test2json): one JSON object a line. Each test and each package
 * that begins must end. Other lines are those that older versions print for a package that cannot
 * be built, and what programs print beside the events.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text_map.h"
#include "suite/protocols.h"
#include "suite/report.h"

#define LINE_MAX_BYTES (256 * 1024)

struct go_test {
    char *key, *name;
    struct go_test *package; /* NULL: it is a package */
    char *detail;            /* the first line of its output that says something */
    bool ended;
    /* Of a package: its tests, and how many failed. */
    VEC(struct go_test *) tests;
    size_t failed;
};

struct go_run {
    struct report *report;
    VEC(struct go_test *) tests;
    struct text_map by_key;
};

static struct go_test *find(struct go_run *run, const char *package, const char *test)
{
    /* A name contains no newline, so a package is not mistaken for a test of another one. */
    _cleanup_free_ char *key =
        test != NULL ? text_format("%s\n%s", package, test) : text_dup(package);
    uint32_t place = text_map_get(&run->by_key, key);
    struct go_test *found, *owner = NULL;

    if (place != TEXT_MAP_NONE)
        return run->tests.items[place];
    if (test != NULL)
        owner = find(run, package, NULL);
    found = text_calloc(1, sizeof(*found));
    found->key = steal_ptr(key);
    found->name = test != NULL ? text_format("%s.%s", package, test) : text_dup(package);
    found->package = owner;
    if (owner != NULL)
        *vec_add(&owner->tests) = found;
    *vec_add(&run->tests) = found;
    text_map_put(&run->by_key, found->key, (uint32_t)run->tests.count - 1);
    return found;
}

/* The frame lines of test2json say nothing about a failure. */
static void note_output(struct go_test *test, const char *output)
{
    const char *text = output + strspn(output, " \t");

    if (test->detail == NULL && !text_starts(text, "=== ") && !text_starts(text, "--- ") &&
        !text_starts(text, "FAIL") && !text_starts(text, "PASS") && !text_starts(text, "ok "))
        test->detail = report_first_line(text);
}

static void end_test(struct go_run *run, struct go_test *test, enum status status, const char *raw)
{
    if (test->ended)
        report_break(run->report, "'%s' ends twice", test->name);
    test->ended = true;
    report_add(run->report, status, test->name, status == STATUS_PASS ? NULL : test->detail, raw);
    if (status == STATUS_FAIL)
        test->package->failed++;
}

/* A package that failed although none of its tests did: its program ended by itself, or could not
 * be built. */
static void end_package(struct go_run *run, struct go_test *package, enum status status,
                        const char *raw, bool built)
{
    if (package->ended)
        report_break(run->report, "package '%s' ends twice", package->name);
    package->ended = true;
    for (size_t i = 0; i < package->tests.count; i++) {
        struct go_test *test = package->tests.items[i];

        if (test->ended)
            continue;
        if (status == STATUS_FAIL)
            end_test(run, test, STATUS_FAIL, "did not end");
        else
            report_break(run->report, "test '%s' does not end", test->name);
    }
    if (status == STATUS_FAIL && package->failed == 0)
        report_add(run->report, built ? STATUS_FAIL : STATUS_ERROR, package->name, package->detail,
                   raw);
    if (status == STATUS_SKIP)
        report_add(run->report, status, package->name, package->detail, raw);
}

static void read_event(struct go_run *run, const json_t *event)
{
    static const struct {
        const char *action;
        enum status status;
    } ends[] = {{"pass", STATUS_PASS},
                {"bench", STATUS_PASS},
                {"fail", STATUS_FAIL},
                {"skip", STATUS_SKIP}};
    const char *action = json_string_value(json_object_get(event, "Action"));
    const char *package = json_string_value(json_object_get(event, "Package"));
    const char *test = json_string_value(json_object_get(event, "Test"));
    const char *output = json_string_value(json_object_get(event, "Output"));
    struct go_test *subject;

    if (action == NULL) {
        report_break(run->report, "an event without an action");
        return;
    }
    if (package == NULL) /* build-output and build-fail have an import path instead */
        return;
    subject = find(run, package, test);
    if (output != NULL)
        note_output(subject, output);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (strcmp(action, ends[i].action) != 0)
            continue;
        if (test != NULL)
            end_test(run, subject, ends[i].status, action);
        else
            end_package(run, subject, ends[i].status, action,
                        json_object_get(event, "FailedBuild") == NULL);
    }
}

/* "FAIL<tab>PACKAGE [build failed]", or "[setup failed]", without an event. */
static void read_other(struct go_run *run, const char *text, size_t length)
{
    _cleanup_free_ char *line = text_ndup(text, length);
    _cleanup_free_ char *name = NULL;
    const char *why;

    if (!text_starts(line, "FAIL\t"))
        return;
    why = strchr(line, '[');
    name = text_ndup(line + 5, strcspn(line + 5, " \t"));
    report_add(run->report, STATUS_ERROR, name, why != NULL ? why : line, "FAIL");
}

static void read_line(struct go_run *run, const char *text, size_t length)
{
    _cleanup_json_ json_t *event = NULL;

    if (length == 0)
        return;
    if (*text != '{') {
        read_other(run, text, length);
        return;
    }
    if (length > LINE_MAX_BYTES || json_parse(text, length, "event", &event, NULL) < 0) {
        _cleanup_free_ char *shown = protocol_show(text, length);

        report_break(run->report, "not an event: '%s'", shown);
        return;
    }
    read_event(run, event);
}

static void check_whole(struct go_run *run)
{
    for (size_t i = 0; i < run->tests.count; i++)
        if (!run->tests.items[i]->ended)
            report_break(run->report, "%s '%s' does not end",
                         run->tests.items[i]->package != NULL ? "test" : "package",
                         run->tests.items[i]->name);
}

static void go_run_done(struct go_run *run)
{
    for (size_t i = 0; i < run->tests.count; i++) {
        free(run->tests.items[i]->key);
        free(run->tests.items[i]->name);
        vec_done(&run->tests.items[i]->tests);
        free(run->tests.items[i]->detail);
        free(run->tests.items[i]);
    }
    vec_done(&run->tests);
    text_map_done(&run->by_key);
}

static void read_gotest(struct report *report, const char *text, size_t length)
{
    _cleanup_(go_run_done) struct go_run run = {.report = report};
    const char *end = text + length;

    while (text < end && run.tests.count <= REPORT_POINTS_MAX) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));

        stop = stop != NULL ? stop : end;
        read_line(&run, text, (size_t)(stop - text));
        text = stop < end ? stop + 1 : end;
    }
    if (run.tests.count > REPORT_POINTS_MAX)
        report_break(report, "more than %d tests", REPORT_POINTS_MAX);
    check_whole(&run);
}

void protocol_gotest(const struct case_record *record, struct case_result *row)
{
    report_interpret(record, row, "go test -json", REPORT_STDOUT, NULL, read_gotest);
}
