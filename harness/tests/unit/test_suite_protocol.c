/* SPDX-License-Identifier: Apache-2.0 */
/* suite/protocol: what each way to end, and each report, comes to; above all what is never PASS. */
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
        {"", "", 77, 0, SKIP, "without a reason", 0, 0, false, false},
        {"out\n", "first\nlost 3 of 10\n", 1, 0, FAIL, "exit code 1: lost 3 of 10", 0, 0, false,
         false},
        {"only out\n", "", 2, 0, FAIL, "exit code 2: only out", 0, 0, false, false},
        {"", "", 3, 0, FAIL, "without a word", 0, 0, false, false},
        {"", "\033[2Jgone\n", 1, 0, FAIL, "\\x1b[2Jgone", 0, 0, false, false},
        {"", "x", 99, 0, ERROR, "it broke: x", 0, 0, false, false},
        {"", "cannot start 'cases/a.sh'", 127, 0, ERROR, "cannot be started: cannot", 0, 0, false,
         false},
        {"", "", 126, 0, ERROR, "cannot be started", 0, 0, false, false},
        {"", "", 0, 11, ERROR, "killed by signal 11", 0, 0, false, false},
        {"", "", 0, 15, ERROR, "time limit of 30 s reached", 0, 0, true, false},
        {"", "", 0, 0, ERROR, "time limit of 30 s reached", 0, 0, true, false},
        {"head of it", "", 0, 0, ERROR, "output cut off: 7 bytes", 0, 7, false, false},
        {"head of it", "", 77, 0, ERROR, "output cut off", 0, 7, false, false},
        {"head of it", "", 1, 0, FAIL, "exit code 1", 0, 7, false, false},
        /* What this grade cannot judge is DONE, whichever way it went; a broken test stays broken.
         */
        {"", "", 0, 0, DONE, "it passed", 0, 0, false, true},
        {"", "slow", 1, 0, DONE, "it failed: exit code 1: slow", 0, 0, false, true},
        {"", "", 99, 0, ERROR, "it broke", 0, 0, false, true},
        /* Another case's report means nothing here. */
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
        {"noise\n# note\n1..1\npragma +strict\nok 1 - x\nokay then\nnot okay\n", "", 0, 0, PASS,
         NULL, 1, 0, false, false},
        {"1..1\n    1..2\n    ok 1\n    not ok 2\nok 1 - subtest\n", "", 0, 0, PASS, NULL, 1, 0,
         false, false},
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
        {"1..1\nok 0\n", "", 0, 0, ERROR, "test number 0 out of range", 0, 0, false, false},
        {"1..1\nok 99999999999999999999\n", "", 0, 0, ERROR, "beyond 10000", 0, 0, false, false},
        {"1..99999999999999999999\n", "", 0, 0, ERROR, "no number", 0, 0, false, false},
        {"1..1\n1..1\nok 1\n", "", 0, 0, ERROR, "second plan", 1, 0, false, false},
        {"ok 1\n1..2\nok 2\n", "", 0, 0, ERROR, "first or last", 2, 0, false, false},
        {"1..1\nok 1\n", "", 1, 0, ERROR, "exit code 1 although", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 9, ERROR, "killed by signal 9", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 15, ERROR, "time limit", 1, 0, true, false},
        {"1..1\nok 1\n", "sh: no", 127, 0, ERROR, "cannot be started", 1, 0, false, false},
        {"1..1\nok 1\n", "", 0, 0, ERROR, "cut off: 1 bytes", 1, 1, false, false},
        {"1..2\nok 1\nBail out! no disk\n", "", 0, 0, ERROR, "Bail out! no disk", 1, 0, false,
         false},
        {"1..1\nok 1\n    Bail out!\n", "", 0, 0, ERROR, "Bail out!", 1, 0, false, false},
        {"1..2\nnot ok 1\n", "", 1, 0, ERROR, "2 test points planned, 1 seen", 1, 0, false, false},
        {"1..0\n", "", 0, 0, SKIP, "no test points", 0, 0, false, false},
        {"1..0 # SKIP no gpu\n", "", 0, 0, SKIP, "no gpu", 0, 0, false, false},
        {"1..2\nok 1 # SKIP no gpu\nok 2 # skip\n", "", 0, 0, SKIP, "judged: no gpu", 2, 0, false,
         false},
        {"1..1\nnot ok 1 # TODO later\n", "", 0, 0, SKIP, "judged: later", 1, 0, false, false},
        /* A report printed behind a broken case's own: forged or echoed, it does not count. */
        {"1..1\nnot ok 1 - real\n1..1\nok 1 - forged\n", "", 1, 0, ERROR, "second plan", 1, 0,
         false, false},
        {"1..1\nok 1 - forged\n", "real failure", 3, 0, ERROR, "exit code 3", 1, 0, false, false},
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
    CU_TestInfo tests[] = {
        {"exit codes", test_exit},         {"TAP: whole and good", test_tap_good},
        {"TAP: failed", test_tap_failed},  {"TAP: never green", test_tap_never_green},
        {"TAP: too much", test_tap_flood}, CU_TEST_INFO_NULL};

    return cunit_run("suite/protocol", tests);
}
