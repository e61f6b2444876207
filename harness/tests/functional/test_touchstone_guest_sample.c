/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-guest samples: what it writes is read by series/, whenever it is killed. */
#include "inside_lab.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "series/measure.h"

enum { PLACE = 16384, WORDS = 40 };

/* Starts `sample` with the file at PLACE, of `size` bytes, as the space for samples. */
static pid_t start(const char *size, const char *case_id, const char *const *words)
{
    _cleanup_free_ char *target = text_format("%s %d %s", results, PLACE, size);
    _cleanup_free_ char *name = text_format("TOUCHSTONE_CASE=%s", case_id);
    const char *env[] = {name, NULL}, *argv[WORDS] = {emulator, program};
    struct process_spec spec = PROCESS_SPEC_INIT;
    size_t count = 0;
    pid_t pid = -1;

    if (emulator != NULL)
        argv[count++] = emulator;
    argv[count++] = program;
    argv[count++] = "sample";
    argv[count++] = "--to";
    argv[count++] = target;
    /* All but one test are about something else. */
    if (strcmp(case_id, "checked") != 0) {
        argv[count++] = "--idle-check";
        argv[count++] = "0";
    }
    for (size_t i = 0; words[i] != NULL; i++)
        argv[count++] = words[i];
    argv[count] = NULL;
    spec.argv = argv;
    spec.env = env;
    CHECK_INT(process_start(&spec, &pid, NULL), 0);
    return pid;
}

static int finish(pid_t pid)
{
    struct process_exit end = {0};

    CHECK_INT(process_wait(pid, false, clock_now_ms() + 60000, &end, NULL), 0);
    return end.exited ? end.code : 128 + end.code;
}

/* Waits until the file has that many bytes; false: it does not become so long. */
static bool grows_to(size_t bytes)
{
    const struct timespec wait = {.tv_nsec = 20000000};
    int64_t until = clock_now_ms() + 30000;
    struct stat st;

    while (stat(results, &st) == 0 && (size_t)st.st_size < PLACE + bytes) {
        if (clock_now_ms() > until)
            return false;
        nanosleep(&wait, NULL);
    }
    return true;
}

static int read_back(struct series *ret, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};

    CHECK_INT(path_read(results, 1 << 24, &text, NULL), 0);
    CU_ASSERT_FATAL(text.length > PLACE);
    return series_read(text.data + PLACE, text.length - PLACE, ret, err);
}

static void begin(void)
{
    CHECK_INT(truncate(results, 0), 0);
}

static const char *const two_s[] = {"--phase", "load",     "--seconds", "2", "--interval",
                                    "1",       "--rounds", "1",         NULL};

/* Deadlines are those of the round's beginning, whenever the samples were taken. */
static void test_round(void)
{
    const char *words[] = {"--seconds", "2",  "--interval", "1",  "--rounds",
                           "2",         "--", "sh",         "-c", "echo 12.5 > $TOUCHSTONE_RATE",
                           NULL};
    _cleanup_series_ struct series series = {0};

    begin();
    CHECK_INT(finish(start("1000000", "checked", words)), 0);
    CHECK_INT(read_back(&series, NULL), 0);
    CHECK_TEXT(series.case_id, "checked");
    CU_ASSERT(series.checked);
    CU_ASSERT(series.idle.process_memory > 0);
    CHECK_INT(series.rounds.count, 2);
    CHECK_INT(series.boots.count, 1);
    vec_foreach (round, &series.rounds) {
        CHECK_INT(round->end, SERIES_WHOLE);
        CHECK_INT(round->count + round->missed, 3);
        CHECK_INT(round->planned_ms, 2000);
        CU_ASSERT(round->runs >= 1);
        for (size_t i = 0; i < round->count; i++) {
            const struct series_sample *sample = &series.samples.items[round->first + i];

            CHECK_INT(sample->due_ms, round->begin_ms + (int64_t)sample->number * 1000);
            CU_ASSERT(sample->at_ms >= sample->due_ms);
        }
        CU_ASSERT(series_value(&series, round, 1, "rate") == 12.5);
        CU_ASSERT(series_value(&series, round, 0, "mem.total") > 1000);
        CU_ASSERT(series_value(&series, round, 0, "mem.available") > 1000);
        CU_ASSERT(series_value(&series, round, 1, "cpu.total") >
                  series_value(&series, round, 0, "cpu.total"));
    }
}

/* Killed at any moment: every sample before is there, and what follows continues it. */
static void test_killed(void)
{
    const char *words[] = {"--seconds", "60", "--interval", "1", NULL};

    for (size_t bytes = 200; bytes < 3000; bytes += 700) {
        _cleanup_series_ struct series series = {0}, after = {0};

        begin();
        pid_t pid = start("1000000", "a", words);

        CU_ASSERT(grows_to(bytes));
        kill(pid, SIGKILL);
        CHECK_INT(finish(pid), 128 + SIGKILL);
        CHECK_INT(read_back(&series, NULL), 0);
        CU_ASSERT(series.length + SERIES_LINE > bytes);
        if (series.rounds.count == 0)
            continue;
        CHECK_INT(series.rounds.items[0].end, SERIES_OPEN);
        CHECK_INT(finish(start("1000000", "a", two_s)), 0);
        CHECK_INT(read_back(&after, NULL), 0);
        CHECK_INT(after.rounds.count, 2);
        CHECK_INT(after.boots.count, 2);
        CHECK_INT(after.rounds.items[0].count, series.rounds.items[0].count);
        CHECK_INT(after.rounds.items[1].end, SERIES_WHOLE);
        break;
    }
}

/* A whole round is not run again; with a first round, those before it are not. */
static void test_continued(void)
{
    const char *two[] = {"--seconds", "1", "--interval", "1", "--rounds", "2", NULL};
    const char *long_run[] = {"--seconds", "1",       "--interval", "1", "--rounds",
                              "2",         "--phase", "endurance",  NULL};
    _cleanup_series_ struct series series = {0};

    begin();
    CHECK_INT(finish(start("1000000", "a", two)), 0);
    CHECK_INT(finish(start("1000000", "a", two)), 0);
    CHECK_INT(read_back(&series, NULL), 0);
    CHECK_INT(series.rounds.count, 2);
    series_done(&series);
    series = (struct series){0};
    begin();
    setenv("TOUCHSTONE_ROUND_FIRST", "2", 1);
    CHECK_INT(finish(start("1000000", "a", long_run)), 0);
    /* Other phases belong together: those of an earlier attempt do not count. */
    CHECK_INT(finish(start("1000000", "a", two)), 0);
    unsetenv("TOUCHSTONE_ROUND_FIRST");
    CHECK_INT(read_back(&series, NULL), 0);
    CU_ASSERT_FATAL(series.rounds.count == 3);
    CHECK_TEXT(series.rounds.items[0].phase, "endurance");
    CHECK_INT(series.rounds.items[0].number, 2);
    CHECK_INT(series.rounds.items[1].number, 1);
}

/* What another case left is no part of it, however long it was. */
static void test_other_case(void)
{
    const char *short_one[] = {"--seconds", "1", "--interval", "1", NULL};
    _cleanup_series_ struct series series = {0};

    begin();
    CHECK_INT(finish(start("1000000", "other", two_s)), 0);
    CHECK_INT(finish(start("1000000", "a", short_one)), 0);
    CHECK_INT(read_back(&series, NULL), 0);
    CHECK_TEXT(series.case_id, "a");
    CHECK_INT(series.rounds.count, 1);
    CHECK_INT(series.rounds.items[0].planned_ms, 1000);
}

static void test_full(void)
{
    const char *words[] = {"--seconds", "30", "--interval", "1", NULL};
    _cleanup_series_ struct series series = {0};
    struct stat st;

    begin();
    CHECK_INT(finish(start("3000", "a", words)), 74);
    CHECK_INT(stat(results, &st), 0);
    CU_ASSERT(st.st_size <= PLACE + 3000);
    CHECK_INT(read_back(&series, NULL), 0);
    CU_ASSERT(series.full);
    vec_foreach (round, &series.rounds)
        CU_ASSERT(round->end != SERIES_WHOLE);
}

/* Stopped for a while, it says which samples it missed; they are gaps. */
static void test_missed(void)
{
    const char *words[] = {"--seconds", "6", "--interval", "1", NULL};
    const struct timespec wait = {.tv_sec = 3, .tv_nsec = 500000000};
    _cleanup_series_ struct series series = {0};
    struct criteria_round points;
    size_t gaps = 0;
    pid_t pid;

    begin();
    pid = start("1000000", "a", words);
    CU_ASSERT(grows_to(1200));
    kill(pid, SIGSTOP);
    nanosleep(&wait, NULL);
    kill(pid, SIGCONT);
    CHECK_INT(finish(pid), 0);
    CHECK_INT(read_back(&series, NULL), 0);
    CHECK_INT(series.rounds.count, 1);
    CU_ASSERT(series.rounds.items[0].missed >= 2);
    CHECK_INT(series.rounds.items[0].count + series.rounds.items[0].missed, 7);
    series_points(&series, &series.rounds.items[0], "cpu", &points);
    for (size_t i = 0; i < points.count; i++)
        gaps += isnan(points.values[i]);
    CU_ASSERT(gaps >= 3);
    free((void *)points.values);
}

static void test_load_fails(void)
{
    const char *words[] = {"--seconds", "2",  "--interval", "1",      "--rounds", "3",
                           "--",        "sh", "-c",         "exit 3", NULL};
    _cleanup_series_ struct series series = {0};

    begin();
    CHECK_INT(finish(start("1000000", "a", words)), 1);
    CHECK_INT(read_back(&series, NULL), 0);
    CHECK_INT(series.rounds.count, 1);
    CHECK_INT(series.rounds.items[0].end, SERIES_FAILED);
    CHECK_INT(series.rounds.items[0].failed, 3);
}

/* Processes that begin and end between two samples are counted by those that waited for them. */
static void test_product(void)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    const char *argv[] = {"sh", "-c",
                          "while :; do sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done'; "
                          "done",
                          NULL};
    _cleanup_series_ struct series series = {0};
    const struct series_round *round;
    char pid_text[24];
    pid_t pid = -1;

    spec.argv = argv;
    spec.own_group = true;
    begin();
    CHECK_INT(process_start(&spec, &pid, NULL), 0);
    snprintf(pid_text, sizeof(pid_text), "%d", (int)pid);
    {
        const char *words[] = {"--seconds", "4", "--interval", "2", "--pid", pid_text, NULL};

        CHECK_INT(finish(start("1000000", "a", words)), 0);
    }
    kill(-pid, SIGKILL);
    finish(pid);
    CHECK_INT(read_back(&series, NULL), 0);
    round = &series.rounds.items[0];
    /* It was never idle: a good part of 4 s, also on a busy machine. */
    CU_ASSERT(series_value(&series, round, round->count - 1, "product.cpu") -
                  series_value(&series, round, 0, "product.cpu") >
              300000);
    CU_ASSERT(series_value(&series, round, 1, "product.processes") >= 1);
}

/* A case finds where to write, and begins without samples of another. */
static void test_case(void)
{
    const char *words[] = {"case",
                           "--base",
                           base,
                           "--results",
                           results,
                           "--id",
                           "a",
                           "--nonce",
                           NONCE,
                           "--timeout-ms",
                           "60000",
                           "--offset",
                           "8192",
                           "--samples",
                           "16384 1000000",
                           "--rounds",
                           "3",
                           "--minutes",
                           "15",
                           "--round-first",
                           "2",
                           "sh",
                           "-c",
                           "echo \"$TOUCHSTONE_SAMPLES\" $TOUCHSTONE_ROUNDS $TOUCHSTONE_MINUTES "
                           "$TOUCHSTONE_ROUND_FIRST",
                           NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(case_record_done) struct case_record record = {0};
    _cleanup_free_ char *expected = text_format("%s 16384 1000000 3 15 2\n", results);
    _cleanup_series_ struct series series = {0};

    begin();
    CHECK_INT(finish(start("1000000", "a", two_s)), 0);
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    CHECK_INT(take(&output, &record, NULL), 0);
    CHECK_TEXT(record.out.data, expected);
    CHECK_INT(read_back(&series, NULL), -ENODATA);
}

static void test_usage(void)
{
    static const char *const rows[][4] = {
        {"--seconds", "0"}, {"--interval", "x"}, {"--phase", "A b"}, {"--rounds", "201"},
        {"--unit", "a/b"},  {"--pid", "-1"},     {"--rounds", "1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT(finish(start("1000", "a", rows[i])), 64);
}

static int run_all(const char *what)
{
    CU_TestInfo tests[] = {{"a round", test_round},
                           {"killed", test_killed},
                           {"continued", test_continued},
                           {"another case", test_other_case},
                           {"full", test_full},
                           {"missed", test_missed},
                           {"the load fails", test_load_fails},
                           {"the product", test_product},
                           {"a case", test_case},
                           {"usage", test_usage},
                           CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    return inside_lab(run_all);
}
