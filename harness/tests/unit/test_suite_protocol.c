/* SPDX-License-Identifier: Apache-2.0 */
/* suite/protocol: the status for each way to end and each report; especially what is never PASS. */
#include "base/cleanup.h"
#include "cunit_run.h"
#include "model/result.h"
#include "suite/protocol.h"

struct row {
    const char *out, *err;
    int exit_code, signal;
    enum status status;
    enum blame blame;
    const char *reason; /* part of it; NULL: none */
    size_t points;
    uint64_t dropped;
    bool timed_out, grade_cannot_judge;
};

static void interpret(enum protocol protocol, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        _cleanup_(case_record_done) struct case_record record = {
            .end = {.exit_code = row->signal != 0 ? -1 : row->exit_code,
                    .signal = row->signal,
                    .timed_out = row->timed_out,
                    .timeout_ms = 30000,
                    .duration_ms = 5},
            .out_dropped = row->dropped};
        _cleanup_(case_result_done) struct case_result result = {
            .judgeable = !row->grade_cannot_judge, .required = true};

        buffer_text(&record.out, row->out);
        buffer_text(&record.err, row->err != NULL ? row->err : "");
        protocol_interpret(protocol, &record, &result);
        protocol_withhold(&result);
        if (result.status != row->status)
            printf("\nrow %zu:\n%s", i, row->out);
        CHECK_TEXT(status_name(result.status), status_name(row->status));
        CHECK_TEXT(blame_name(result.blame), blame_name(row->blame));
        if (row->reason != NULL)
            CHECK_HAS(result.reason, row->reason);
        else
            CHECK_TEXT(result.reason, NULL);
        CHECK_INT(result.points.count, row->points);
        CU_ASSERT(result.started);
    }
}

#define PASS STATUS_PASS, BLAME_NONE
#define SKIP STATUS_SKIP, BLAME_NONE
#define DONE STATUS_DONE, BLAME_NONE
#define FAIL STATUS_FAIL, BLAME_PRODUCT
#define ERROR STATUS_ERROR, BLAME_SUITE

static void test_exit(void)
{
    static const struct row rows[] = {
        {"ok\n", "", 0, 0, PASS, NULL, 0, 0, false, false},
        {"", "", 0, 0, PASS, NULL, 0, 0, false, false},
        {"looking\nno such device \n\n", "", 77, 0, SKIP, "no such device", 0, 0, false, false},
        {"", "", 77, 0, SKIP, "exit code 77", 0, 0, false, false},
        {"out\n", "first\nlost 3 of 10\n", 1, 0, FAIL, "exit code 1: lost 3 of 10", 0, 0, false,
         false},
        {"only out\n", "", 2, 0, FAIL, "exit code 2: only out", 0, 0, false, false},
        {"", "", 3, 0, FAIL, "exit code 3", 0, 0, false, false},
        {"", "\033[2Jgone\n", 1, 0, FAIL, "\\x1b[2Jgone", 0, 0, false, false},
        {"", "x", 99, 0, ERROR, "broke: x", 0, 0, false, false},
        {"", "cannot start 'cases/a.sh'", 127, 0, ERROR, "cannot be started: cannot", 0, 0, false,
         false},
        {"", "", 126, 0, ERROR, "cannot be started", 0, 0, false, false},
        {"", "", 0, 11, ERROR, "killed by signal 11", 0, 0, false, false},
        {"", "", 0, 15, ERROR, "time limit of 30 s reached", 0, 0, true, false},
        {"", "", 0, 0, ERROR, "time limit of 30 s reached", 0, 0, true, false},
        {"head of it", "", 0, 0, ERROR, "7 bytes", 0, 7, false, false},
        {"head of it", "", 77, 0, ERROR, "7 bytes", 0, 7, false, false},
        {"head of it", "", 1, 0, FAIL, "exit code 1", 0, 7, false, false},
        /* What this grade cannot judge is DONE, whatever the outcome; a broken test stays
         * broken. */
        {"", "", 0, 0, DONE, "it passed", 0, 0, false, true},
        {"", "slow", 1, 0, DONE, "it failed: exit code 1: slow", 0, 0, false, true},
        {"", "", 99, 0, ERROR, "exit code 99", 0, 0, false, true},
        /* Another case's report has no meaning here. */
        {"1..1\nok 1 another-case\n", "wrong", 1, 0, FAIL, "exit code 1: wrong", 0, 0, false,
         false},
    };

    interpret(PROTOCOL_EXIT, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_tap_good(void)
{
    static const struct row rows[] = {
        {"1..2\nok 1 - a\nok 2 - b\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"TAP version 14\nok\nok\n1..2\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..2\nok 2\nok 1\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..2\r\nok 1\r\nok 2\r\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..1 # a comment\nok 1", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"noise\n# note\n1..1\nok 1 - x\nokay then\nnot okay\n", "", 0, 0, PASS, NULL, 1, 0, false,
         false},
        {"1..1\nok 1\n  ---\n  not ok: 7\n  ...\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..2\nok 1 # SKIP no device\nok 2\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..2\nnot ok 1 # TODO later\nok 2\n", "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..1\nok 1 - a \\# SKIP in its name\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..1\nok 1 - issue#todo\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 0, DONE, "it passed", 1, 0, false, true},
    };

    interpret(PROTOCOL_TAP, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_tap_failed(void)
{
    static const struct row rows[] = {
        {"1..2\nok 1\nnot ok 2 - data\n", "", 0, 0, FAIL, "not ok 2 data (1 of 2 failed)", 2, 0,
         false, false},
        {"1..2\nok 1\nnot ok 2 - data\n", "", 1, 0, FAIL, "not ok 2 data", 2, 0, false, false},
        {"1..1\nnot ok\n", "", 0, 0, FAIL, "not ok 1 (1 of 1", 1, 0, false, false},
        {"1..1\nnot ok 1 - a \033[0m\n", "", 0, 0, FAIL, "\\x1b[0m", 1, 0, false, false},
        {"1..2\nok 1 # SKIP\nnot ok 2\n", "", 0, 0, FAIL, "not ok 2", 2, 0, false, false},
    };

    interpret(PROTOCOL_TAP, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_tap_never_green(void)
{
    static const struct row rows[] = {
        {"", "", 0, 0, ERROR, "no plan", 0, 0, false, false},
        {"ok 1\nok 2\n", "", 0, 0, ERROR, "no plan", 2, 0, false, false},
        {"garbage\n\377\376", "", 0, 0, ERROR, "no plan", 0, 0, false, false},
        {"1..2\nok 1\n", "", 0, 0, ERROR, "2 test points planned, 1 seen", 1, 0, false, false},
        {"1..1\nok 1\nok 2\n", "", 0, 0, ERROR, "1 test points planned, 2 seen", 2, 0, false,
         false},
        {"1..2\nok 1\nok 1\n", "", 0, 0, ERROR, "test number 1 twice", 1, 0, false, false},
        {"1..2\nok 1\nok 3\n", "", 0, 0, ERROR, "beyond the plan", 2, 0, false, false},
        {"1..1\nok 0\n", "", 0, 0, ERROR, "test number 0 is out of range", 0, 0, false, false},
        {"1..1\nok 99999999999999999999\n", "", 0, 0, ERROR, "beyond 10000", 0, 0, false, false},
        {"1..99999999999999999999\n", "", 0, 0, ERROR, "more than 10000", 0, 0, false, false},
        {"1..1\n1..1\nok 1\n", "", 0, 0, ERROR, "second plan", 1, 0, false, false},
        {"ok 1\n1..2\nok 2\n", "", 0, 0, ERROR, "after the plan", 2, 0, false, false},
        {"1..1\nok 1\n", "", 1, 0, ERROR, "exit code 1 although", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 9, ERROR, "killed by signal 9", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 15, ERROR, "time limit", 1, 0, true, false},
        {"1..1\nok 1\n", "sh: no", 127, 0, ERROR, "cannot be started", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 0, ERROR, "1 bytes", 1, 1, false, false},
        {"1..2\nok 1\nBail out! no disk\n", "", 0, 0, ERROR, "Bail out! no disk", 1, 0, false,
         false},
        {"1..1\nok 1\n    Bail out!\n", "", 0, 0, ERROR, "Bail out!", 1, 0, false, false},
        {"1..2\nnot ok 1\n", "", 1, 0, ERROR, "2 test points planned, 1 seen", 1, 0, false, false},
        {"1..0\n", "", 0, 0, SKIP, "no test points", 0, 0, false, false},
        {"1..0 # SKIP no gpu\n", "", 0, 0, SKIP, "no gpu", 0, 0, false, false},
        {"1..2\nok 1 # SKIP no gpu\nok 2 # skip\n", "", 0, 0, SKIP, "judged: no gpu", 2, 0, false,
         false},
        {"1..1\nnot ok 1 # TODO later\n", "", 0, 0, SKIP, "judged: later", 1, 0, false, false},
        /* A report printed after a broken case's own: forged or echoed, it does not count. */
        {"1..1\nnot ok 1 - real\n1..1\nok 1 - forged\n", "", 1, 0, ERROR, "second plan", 1, 0,
         false, false},
        {"1..1\nok 1 - forged\n", "real failure", 3, 0, ERROR, "exit code 3", 1, 0, false, false},
    };

    interpret(PROTOCOL_TAP, rows, sizeof(rows) / sizeof(rows[0]));
}

/* A line of TAP with its result: the status of a case with this single point. */
static const struct {
    const char *line;
    enum status status, point; /* of the case, of the point */
    const char *name, *detail;
} directives[] = {
    {"not ok 1 - saves the # todolist of the user", STATUS_FAIL, STATUS_FAIL,
     "saves the # todolist of the user", NULL},
    {"not ok 1 - reads # skipper.conf", STATUS_FAIL, STATUS_FAIL, "reads # skipper.conf", NULL},
    {"not ok 1 - reads # todo.txt", STATUS_FAIL, STATUS_FAIL, "reads # todo.txt", NULL},
    {"not ok 1 - # skip_list", STATUS_FAIL, STATUS_FAIL, "# skip_list", NULL},
    {"not ok 1 - # skip-list", STATUS_FAIL, STATUS_FAIL, "# skip-list", NULL},
    {"not ok 1 - #todos", STATUS_FAIL, STATUS_FAIL, "#todos", NULL},
    {"not ok 1 - a # b # TODO c", STATUS_FAIL, STATUS_FAIL, "a # b # TODO c", NULL},
    {"not ok 1 - page.html#skip is a link", STATUS_FAIL, STATUS_FAIL, "page.html#skip is a link",
     NULL},
    {"not ok 1 - key\\# TODO", STATUS_FAIL, STATUS_FAIL, "key# TODO", NULL},
    {"not ok 1 - key \\# TODO", STATUS_FAIL, STATUS_FAIL, "key # TODO", NULL},
    {"not ok 1 - key \\\\\\# TODO", STATUS_FAIL, STATUS_FAIL, "key \\# TODO", NULL},
    {"ok 1 - C:\\temp \\d", STATUS_PASS, STATUS_PASS, "C:\\temp \\d", NULL},
    {"not ok 1 - key \\\\# TODO later", STATUS_SKIP, STATUS_DONE, "key \\", "later"},
    {"not ok 1 - x # TODO", STATUS_SKIP, STATUS_DONE, "x", ""},
    {"not ok 1 - x # tOdO: later", STATUS_SKIP, STATUS_DONE, "x", "later"},
    {"not ok 1 - bug #5 # TODO later", STATUS_SKIP, STATUS_DONE, "bug #5", "later"},
    {"not ok 1 - x # TODO hash \\# and # sign", STATUS_SKIP, STATUS_DONE, "x", "hash # and # sign"},
    {"ok 1 - x # TODO works now", STATUS_PASS, STATUS_PASS, "x", "works now"},
    {"ok 1 - x # SKIP", STATUS_SKIP, STATUS_SKIP, "x", ""},
    {"not ok 1 - x # skip no device", STATUS_SKIP, STATUS_SKIP, "x", "no device"},
    {"ok 1 - x # Skipped: no device", STATUS_SKIP, STATUS_SKIP, "x", "no device"},
    {"ok 1 - x # SKIP:no-device", STATUS_SKIP, STATUS_SKIP, "x", "no-device"},
    {"ok 1 - x #SkIp no device", STATUS_SKIP, STATUS_SKIP, "x", "no device"},
    {"ok 1 - x\t#\tskip no device", STATUS_SKIP, STATUS_SKIP, "x", "no device"},
    {"ok 1 # skip no device", STATUS_SKIP, STATUS_SKIP, "", "no device"},
    {"ok 1 - # SKIP no device", STATUS_SKIP, STATUS_SKIP, "", "no device"},
    {"ok 1 not skipped", STATUS_PASS, STATUS_PASS, "not skipped", NULL},
    {"ok - 2 of 3", STATUS_PASS, STATUS_PASS, "2 of 3", NULL},
    {"ok 2nd attempt", STATUS_PASS, STATUS_PASS, "2nd attempt", NULL},
    {"ok 1 -", STATUS_PASS, STATUS_PASS, "", NULL},
};

static void test_tap_directives(void)
{
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 1000}};
        _cleanup_(case_result_done) struct case_result row = {.judgeable = true, .required = true};

        buffer_format(&record.out, "1..1\n%s\n", directives[i].line);
        protocol_interpret(PROTOCOL_TAP, &record, &row);
        if (row.status != directives[i].status)
            printf("\n%s\n", directives[i].line);
        CHECK_TEXT(status_name(row.status), status_name(directives[i].status));
        CU_ASSERT_EQUAL_FATAL(row.points.count, 1);
        CHECK_TEXT(status_name(row.points.items[0].status), status_name(directives[i].point));
        CHECK_TEXT(row.points.items[0].name, directives[i].name);
        CHECK_TEXT(row.points.items[0].detail, directives[i].detail);
    }
}

/* In an otherwise valid report, such a line causes an ERROR and is quoted; or is ignored. */
static void test_tap_nearly(void)
{
    static const char *const nearly[] = {
        "not  ok 1",
        "Not ok 2",
        "NOT OK",
        "not_ok 2",
        "notok 2",
        "not-ok 2",
        "not ok2",
        "not ok: lost",
        "not\tok 2",
        "nOt ok 2 - x",
        "ok2",
        "OK 2",
        "Ok 2 - x",
        "ok:2",
        "ok.2",
        " not ok 2",
        "  not ok 2 - x",
        "\tnot ok 2",
        " ok 2",
        "      ok 2",
        " 1..2",
        "1 .. 2",
        "2..3",
        "1...2",
        "1..",
        "1..x",
        "0..1",
        "1..-1",
        "\033[31mnot ok 2\033[0m",
        "\033[32mok 2\033[0m",
        "\xef\xbb\xbfnot ok 2",
        "\xe2\x80\x8bnot ok 2",
        "\xc2\xa0not ok 2",
        "\x01not ok 2",
        "not\xe2\x80\x8b ok 2",
        "not\xc2\xa0ok 2",
        "\xef\xbd\x8e\xef\xbd\x8f\xef\xbd\x94 ok 2",
        "n\xd0\xbet ok 2",
        "xx\b\bnot ok 2",
        "\fnot ok 2",
        "pragma +strict, please",
        "bail out",
        "Bailout",
        "    bail out",
    };
    static const char *const nothing[] = {
        "okay",        "OK",           "not okay",         "nothing ok",      "# not  ok 2",
        "    # ok",    "ok-ish",       "0.1..0.2",         "    some output", "10.0.0.1",
        "tok 2",       "1.2.3",        "    ok",           "lookout",         "  ok",
        "pragma +foo", "pragma -bail", "\xe6\xa4\x9c ok 2"};
    static const char *const rest = "1..1\nok 1\n";

    for (size_t i = 0; i < 2 * sizeof(nearly) / sizeof(nearly[0]); i++) {
        const char *line = nearly[i / 2];
        _cleanup_free_ char *out =
            i % 2 == 0 ? text_format("%s%s\n", rest, line) : text_format("%s\n%s", line, rest);
        const struct row row = {out, "", 0, 0, ERROR, "run: ", 1, 0, false, false};

        interpret(PROTOCOL_TAP, &row, 1);
    }
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        _cleanup_free_ char *out = text_format("%s\n%s%s\n", nothing[i], rest, nothing[i]);
        const struct row row = {out, "", 0, 0, PASS, NULL, 1, 0, false, false};

        interpret(PROTOCOL_TAP, &row, 1);
    }
    interpret(PROTOCOL_TAP,
              &(const struct row){"1..1\nok 1\nNot ok 2 - data\n", "", 0, 0, ERROR,
                                  "'Not ok 2 - data'", 1, 0, false, false},
              1);
}

static void test_tap_documents(void)
{
    static const struct row rows[] = {
        {"1..2\nok 1\n    1..1\n    not ok 1 - a\nok 2 - child # SKIP\n", "", 0, 0, ERROR,
         "reported as ok", 2, 0, false, false},
        {"1..1\n    ok 1\n    ok 2\nok 1 - child\n", "", 0, 0, ERROR, "has no plan", 1, 0, false,
         false},
        {"TAP version 13\n1..1\nok\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"noise\nTAP version 14\n1..1\nok\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"TAP version 15\n1..1\nok\n", "", 0, 0, ERROR, "version 15", 1, 0, false, false},
        {"1..1\nok\nTAP version 14\n", "", 0, 0, ERROR, "two reports", 1, 0, false, false},
        /* A carriage return ends a line, too: nothing can be hidden after a progress bar. */
        {"1..2\r\nok 1\r\n50%\rnot ok 2\r\n", "", 0, 0, FAIL, "not ok 2", 2, 0, false, false},
        {"1..1\rok 1\r", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..0 # no such module\n", "", 0, 0, SKIP, "no such module", 0, 0, false, false},
        {"1..0 # skipped: no \\#1 device\n", "", 0, 0, SKIP, "no #1 device", 0, 0, false, false},
        {"1..0\nok 1\n", "", 0, 0, ERROR, "0 test points planned", 1, 0, false, false},
        {"1..1 and more\nok 1\n", "", 0, 0, ERROR, "'1..1 and more'", 1, 0, false, false},
        {"1..3\nok 2\nok 3\nok 1\n", "", 0, 0, PASS, NULL, 3, 0, false, false},
        {"1..2\nok 1\nbail OUT! \\# is \\\\ bad\n", "", 0, 0, ERROR, "# is \\ bad", 1, 0, false,
         false},
        /* Pragmas. */
        {"pragma +strict\n1..1\nok 1\nnoise\n", "", 0, 0, ERROR, "'noise'", 1, 0, false, false},
        {"pragma +strict\n1..1\npragma -strict\nnoise\nok 1\n# fine\n\n", "", 0, 0, PASS, NULL, 1,
         0, false, false},
        {"# Subtest: a\n    1..1\n    pragma +strict\n    ok 1\nok 1 - a\nnoise\n1..1\n", "", 0, 0,
         PASS, NULL, 1, 0, false, false},
        {"# Subtest: a\n    1..1\n    pragma +strict\n    noise\n    ok 1\nok 1 - a\n1..1\n", "", 0,
         0, ERROR, "noise", 1, 0, false, false},
        /* YAML blocks are ignored, but must be terminated. */
        {"1..2\nnot ok 1 # TODO\n  ---\n  Bail out!\n  not  ok 3\n\n    1..7\n  ...\nok 2\n", "", 0,
         0, PASS, NULL, 2, 0, false, false},
        {"1..1\nok 1\n# about it\n\n  ---\n  not ok 2\n  ...\n", "", 0, 0, PASS, NULL, 1, 0, false,
         false},
        {"1..2\nok 1\n  ---\n  a: 1\nnot ok 2\n", "", 0, 0, ERROR, "not closed", 2, 0, false,
         false},
        {"1..1\nok 1\n  ---\n  not ok 2\n", "", 0, 0, ERROR, "not closed", 1, 0, false, false},
        {"1..1\n  ---\n  not ok 2\n  ...\nok 1\n", "", 0, 0, ERROR, "'  not ok 2'", 1, 0, false,
         false},
        {"1..1\nok 1\nnoise\n  ---\n  not ok 2\n  ...\n", "", 0, 0, ERROR, "'  not ok 2'", 1, 0,
         false, false},
        /* Subtests agree with the point that ends them. */
        {"1..1\n    1..2\n    ok 1\n    ok 2\nok 1 - sub\n", "", 0, 0, PASS, NULL, 1, 0, false,
         false},
        {"1..1\n        ok 1\n        1..1\n    ok 1\n    1..1\nok 1 - sub\n", "", 0, 0, PASS, NULL,
         1, 0, false, false},
        {"1..1\n    1..2\n    ok 1\n    not ok 2 - x\nnot ok 1 - sub\n", "", 0, 0, FAIL,
         "not ok 1 sub", 1, 0, false, false},
        {"1..1\n    1..2\n    ok 1\n    not ok 2 - x\nok 1 - sub\n", "", 0, 0, ERROR,
         "'not ok 2 x' failed in it", 1, 0, false, false},
        {"1..2\n    1..1\n    not ok 1 # TODO\nok 1 - sub\n    1..1\n    not ok 1\nok 2 # TODO\n",
         "", 0, 0, PASS, NULL, 2, 0, false, false},
        {"1..1\n    1..3\n    ok 1\nok 1 - sub\n", "", 0, 0, ERROR, "'sub': 3 test points planned",
         1, 0, false, false},
        {"1..1\nok 1\n    not ok 1 - y\n", "", 0, 0, ERROR, "'not ok 1 y' that no test point", 1, 0,
         false, false},
        {"1..1\n        not ok 1 - y\nok 1\n", "", 0, 0, ERROR, "no test point", 1, 0, false,
         false},
        {"1..1\n    1..1\n    ok 1\n    Not ok 2\nok 1\n", "", 0, 0, ERROR, "Not ok 2", 1, 0, false,
         false},
        {"1..1\n# Subtest: a \\# b\n    1..1\n    ok 1\nok 1 - a \\# b\n", "", 0, 0, PASS, NULL, 1,
         0, false, false},
        {"1..1\n# Subtest: a\n    1..1\n    ok 1\nok 1 - b\n", "", 0, 0, ERROR, "subtest 'a'", 1, 0,
         false, false},
        {"1..1\n# Subtest\n    1..1\n    ok 1\nok 1\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..1\n# Subtest: a\nok 1 - b\n", "", 0, 0, PASS, NULL, 1, 0, false, false},
        {"1..1\n# Subtest: a\n    1..0\nok 1 - a # SKIP\n", "", 0, 0, SKIP, "judged", 1, 0, false,
         false},
        {"1..1\n    1..1\n    1..1\n    ok 1\nok 1\n", "", 0, 0, ERROR, "second plan", 1, 0, false,
         false},
    };

    interpret(PROTOCOL_TAP, rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_tap_flood(void)
{
    _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 1}};
    _cleanup_(case_result_done) struct case_result result = {.judgeable = true};

    for (int i = 0; i < 20000; i++)
        buffer_text(&record.out, "ok\n");
    buffer_text(&record.out, "1..20000\n");
    protocol_interpret(PROTOCOL_TAP, &record, &result);
    CHECK_TEXT(status_name(result.status), "ERROR");
    CHECK_HAS(result.reason, "more than 10000");
    CHECK_INT(result.points.count, 10000);
}

int main(void)
{
    CU_TestInfo tests[] = {{"exit codes", test_exit},
                           {"TAP: whole and good", test_tap_good},
                           {"TAP: failed", test_tap_failed},
                           {"TAP: never green", test_tap_never_green},
                           {"TAP: too much", test_tap_flood},
                           {"TAP: directives", test_tap_directives},
                           {"TAP: nearly a line", test_tap_nearly},
                           {"TAP: documents", test_tap_documents},
                           CU_TEST_INFO_NULL};

    return cunit_run("suite/protocol", tests);
}
