/* SPDX-License-Identifier: Apache-2.0 */
/* touchstone-guest runs cases: how they end, their streams and observations, and what they leave
 * behind. */
#include "inside_lab.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASE(id, nonce, timeout)                                                                   \
    "case", "--base", base, "--results", results, "--id", id, "--nonce", nonce, "--timeout-ms",    \
        timeout

static void test_cases(void)
{
    static const struct {
        const char *script, *timeout_ms, *limit;
        int exit_code, signal, timed_out;
        const char *out, *err;
    } rows[] = {
        {"echo out; echo err >&2; exit 3", "20000", "1000", 3, 0, 0, "out\n", "err\n"},
        {"exit 0", "20000", "1000", 0, 0, 0, "", ""},
        {"kill -SEGV $$", "20000", "1000", -1, SIGSEGV, 0, "", ""},
        {"echo begun; exec sleep 60", "2000", "1000", -1, SIGTERM, 1, "begun\n", ""},
        {"trap 'echo bye; exit 5' TERM; echo begun; sleep 60 & wait", "2000", "1000", 5, 0, 1,
         "begun\nbye\n", ""},
        {"test -t 0 || read line || echo closed", "20000", "1000", 0, 0, 0, "closed\n", ""},
        {"echo $TOUCHSTONE_CASE $TOUCHSTONE_PLATFORM $TOUCHSTONE_TIMEOUT_SCALE $LC_ALL $HOME",
         "20000", "1000", 0, 0, 0, "a kunpeng 10 C.UTF-8 /root\n", ""},
        {"test \"$PWD\" = \"$TOUCHSTONE_SUITE\" && test -d \"$TOUCHSTONE_WORK\" && "
         "echo \"${PATH%%:*}\" | grep -c /bin$; env | grep -c ^SECRET=",
         "20000", "1000", 1, 0, 0, "1\n0\n", ""},
        {"printf 0123456789", "20000", "4", 0, 0, 0, "0123", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;

        run_script(rows[i].script, rows[i].timeout_ms, rows[i].limit, &output);
        CHECK_INT(output.exit.code, 0);
        CHECK_INT(take(&output, &record, &err), 0);
        if (err != NULL)
            printf("\n%s: %s\n%s", rows[i].script, err->message, output.err.data);
        CHECK_INT(record.end.exit_code, rows[i].exit_code);
        CHECK_INT(record.end.signal, rows[i].signal);
        CHECK_INT(record.end.timed_out, rows[i].timed_out);
        CHECK_TEXT(record.out.data != NULL ? record.out.data : "", rows[i].out);
        CHECK_TEXT(record.err.data != NULL ? record.err.data : "", rows[i].err);
    }
}

/* In a cell with two guests a case knows where it is; in a cell with one there is nothing to know.
 */
static void test_two_guests(void)
{
    static const struct {
        const char *name, *out;
    } rows[] = {{"client", "client 198.18.0.1 198.18.0.2\n"},
                {"server", "server 198.18.0.1 198.18.0.2\n"},
                {"", "\n"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *words[] = {CASE("a", NONCE, "20000"),
                               "--offset",
                               "8192",
                               "--guest",
                               rows[i].name,
                               "sh",
                               "-c",
                               "echo $TOUCHSTONE_GUEST $TOUCHSTONE_GUEST_SERVER "
                               "$TOUCHSTONE_GUEST_CLIENT",
                               NULL};
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_error_ struct error *err = NULL;

        guest(words, &output);
        CHECK_INT(take(&output, &record, &err), 0);
        CHECK_TEXT(error_message(err), "no error");
        CHECK_TEXT(record.out.data, rows[i].out);
    }
}

/* A machine that has not joined: it says so, and changes nothing. */
static void test_network_lost(void)
{
    const char *words[] = {"network", "check", "client", NULL};
    _cleanup_(process_output_done) struct process_output output = {0};

    guest(words, &output);
    CHECK_INT(output.exit.code, 2);
    CHECK_HAS(output.err.data, "touchstone-guest: its ");
}

/* A restart request as written by guest-reboot, and invalid ones. */
static void test_restart(void)
{
    static const struct {
        const char *script, *kind, *mark;
        int refused;
    } rows[] = {
        {"echo reboot half-way $$ > $TOUCHSTONE_RESTART; kill -9 0", "reboot", "half-way", 0},
        {"echo power-cut 2 $$ > $TOUCHSTONE_RESTART; kill -9 $$", "power-cut", "2", 0},
        {"exit 0", "none", "-", 0},
        {"echo power-cut 2 $$ > $TOUCHSTONE_RESTART; exit 0", "none", "-", 1},
        {"echo power-cut 2 $$ > $TOUCHSTONE_RESTART; exit 1", "none", "-", 1},
        {"setsid sh -c 'echo power-cut 2 $$ > $TOUCHSTONE_RESTART'; kill -9 $$", "none", "-", 1},
        {"echo reboot 2 > $TOUCHSTONE_RESTART; kill -9 0", "none", "-", 1},
        {"echo explode now > $TOUCHSTONE_RESTART", "none", "-", 0},
        {"echo reboot > $TOUCHSTONE_RESTART", "none", "-", 0},
        {"echo 'reboot a b' > $TOUCHSTONE_RESTART", "none", "-", 1},
        {"mkdir $TOUCHSTONE_RESTART; rmdir $TOUCHSTONE_RESTART; test -z \"$TOUCHSTONE_MARK\"",
         "none", "-", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};

        run_script(rows[i].script, "20000", "1000", &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        CHECK_TEXT(restart_name(record.end.restart), rows[i].kind);
        CHECK_TEXT(record.end.mark, rows[i].mark);
        CHECK_INT(facts_find(&record.facts, "restart-refused") != NULL, rows[i].refused);
    }
}

static void test_flood(void)
{
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(case_record_done) struct case_record record = {0};
    _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

    run_script("head -c 300000000 /dev/zero; head -c 5000 /dev/zero >&2", "50000", "200000",
               &output);
    CHECK_INT(take(&output, &record, NULL), 0);
    CHECK_INT(record.out.length, 200000);
    CHECK_INT(record.out_dropped, 300000000 - 200000);
    CHECK_INT(record.err.length, 5000);
    CHECK_INT(record.err_dropped, 0);
    protocol_interpret(PROTOCOL_EXIT, &record, &row);
    CHECK_TEXT(status_name(row.status), "ERROR");
    CHECK_HAS(row.reason, "output truncated");
}

/* The process whose PID a case wrote to base/name; 0 if there is none. */
static pid_t pid_of(const char *name)
{
    _cleanup_free_ char *path = path_join(base, name);
    _cleanup_buffer_ struct buffer text = {0};
    long pid = path_read(path, 100, &text, NULL) == 0 && text.data != NULL ? atol(text.data) : 0;

    CU_ASSERT(pid > 1);
    return pid > 1 ? (pid_t)pid : 0;
}

/* A zombie that its new parent has not reaped yet counts as dead. */
static int is_alive(const char *name)
{
    _cleanup_free_ char *stat = text_format("/proc/%d/stat", (int)pid_of(name));
    _cleanup_buffer_ struct buffer state = {0};

    return path_read(stat, 4096, &state, NULL) == 0 && strstr(state.data, ") Z ") == NULL;
}

static void test_leftovers(void)
{
    static const char background[] = "rm -f ../group ../daemon; sleep 50 & echo $! > ../group; "
                                     "setsid sh -c 'echo $$ > ../daemon; exec sleep 50' & "
                                     "until test -s ../daemon; do :; done";
    _cleanup_free_ char *forever = text_format("%s; sleep 50", background);
    _cleanup_(process_output_done) struct process_output first = {0}, second = {0};
    _cleanup_(case_record_done) struct case_record record = {0};
    int64_t start = clock_now_ms();

    /* A normal end: the case's own process group is killed; a daemon in its own session survives,
     * although it has stdout open. */
    run_script(background, "20000", "1000", &first);
    CHECK_INT(take(&first, &record, NULL), 0);
    CHECK_INT(record.end.exit_code, 0);
    CHECK_INT(is_alive("group"), 0);
    CHECK_INT(is_alive("daemon"), 1);
    if (pid_of("daemon") > 1)
        kill(pid_of("daemon"), SIGKILL);
    /* At the time limit, all descendants of the case are killed. */
    run_script(forever, "2000", "1000", &second);
    CHECK_INT(is_alive("group"), 0);
    /* qemu-user 7.2 does not support sub-reapers. */
    if (emulator == NULL)
        CHECK_INT(is_alive("daemon"), 0);
    else if (pid_of("daemon") > 1)
        kill(pid_of("daemon"), SIGKILL);
    CU_ASSERT(clock_now_ms() - start < 20000);
}

static void test_observe(void)
{
    _cleanup_free_ char *script = text_format(
        "o() { %s%s%s observe \"$@\"; }\n"
        "o page_size 4096 bytes && o text \"$(printf 'a\\tb\\\\c\\nd')\" && o text again; "
        "o 'Bad Key' 1; o k; o huge \"$(head -c 5000 /dev/zero | tr '\\0' x)\"; o empty \"\"",
        emulator != NULL ? emulator : "", emulator != NULL ? " " : "", program);
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(case_record_done) struct case_record record = {0};
    char id[] = "a";
    struct case_result row = {.id = id, .status = STATUS_PASS};
    struct result *result = result_new();

    run_script(script, "20000", "10000", &output);
    CHECK_INT(take(&output, &record, NULL), 0);
    CHECK_HAS(record.err.data, "invalid key 'Bad Key'");
    CHECK_HAS(record.err.data, "expected KEY VALUE");
    CHECK_HAS(record.err.data, "longer than 4096");
    CHECK_TEXT(record.observations.data,
               "page_size\t4096\tbytes\ntext\ta\\tb\\\\c\\nd\t\ntext\tagain\t\n"
               "\tinvalid key 'Bad Key': use [a-z0-9_.-]{1,128}\n"
               "\t1 arguments, expected KEY VALUE [UNIT]\n"
               "\tthe value of 'huge' is longer than 4096 bytes\n"
               "\tthe value of 'empty' is empty: the command that should have printed it failed\n");
    observations_collect(&record, false, &row, result);
    CHECK_TEXT(status_name(row.status), "ERROR");
    CHECK_HAS(row.reason, "observation 4 was refused by `observe`: invalid key 'Bad Key'");
    CHECK_INT(result->observations.count, 2);
    if (result->observations.count == 2) {
        CHECK_TEXT(result->observations.items[0].unit, "bytes");
        CHECK_TEXT(result->observations.items[1].value, "again");
    }
    free(row.reason);
    result_free(result);
}

/* A file that replaces the observations file does not hide what was written. */
static void test_observations_replaced(void)
{
    static const struct {
        const char *script, *how; /* NULL: unchanged */
    } rows[] = {
        {"true", NULL},
        {"rm $TOUCHSTONE_OBSERVATIONS", "removed"},
        {"rm $TOUCHSTONE_OBSERVATIONS; ln -s /dev/null $TOUCHSTONE_OBSERVATIONS", "replaced"},
        {"rm $TOUCHSTONE_OBSERVATIONS; mkdir $TOUCHSTONE_OBSERVATIONS", "replaced"},
        {"rm $TOUCHSTONE_OBSERVATIONS; mkfifo $TOUCHSTONE_OBSERVATIONS", "replaced"},
        {"echo x > f; mv f $TOUCHSTONE_OBSERVATIONS", "replaced"},
        {": > $TOUCHSTONE_OBSERVATIONS", "overwritten"},
        {"echo longer than the head was > $TOUCHSTONE_OBSERVATIONS", "overwritten"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *script =
            text_format("printf 'k\\t1\\t\\n' >> $TOUCHSTONE_OBSERVATIONS; %s", rows[i].script);
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        const struct fact *found;

        run_script(script, "20000", "1000", &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        if (rows[i].how == NULL || strcmp(rows[i].how, "overwritten") != 0)
            CHECK_TEXT(record.observations.data, "k\t1\t\n");
        found = facts_find(&record.facts, "observations-replaced");
        CHECK_INT(found != NULL, rows[i].how != NULL);
        if (found != NULL)
            CHECK_TEXT(fact_field(found, 0), rows[i].how);
    }
}

/* Finds a file of a collection. */
static const struct collected_file *file_of(const struct collected *files, const char *name)
{
    vec_foreach (file, files)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

/* A report is a file or a folder. */
static void test_report(void)
{
    static const struct {
        const char *script, *report; /* the bytes of the report's first file */
        size_t files;
    } rows[] = {
        {"true", NULL, 0},
        {"echo whole > $TOUCHSTONE_REPORT", "whole\n", 1},
        {": > $TOUCHSTONE_REPORT", "", 1},
        {"mkdir $TOUCHSTONE_REPORT; echo b > $TOUCHSTONE_REPORT/b.xml; "
         "echo a > $TOUCHSTONE_REPORT/a.xml",
         "a\n", 2},
        {"ln -s /etc/passwd $TOUCHSTONE_REPORT", "", 1},
        {"mkfifo $TOUCHSTONE_REPORT", "", 1},
        /* What an earlier case left at this path is not a report. */
        {"true", NULL, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};

        run_script(rows[i].script, "20000", "1000", &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        CHECK_INT(record.end.exit_code, 0);
        CHECK_INT(record.report.count, rows[i].files);
        CHECK_INT(record.artifacts.count, 0);
        if (record.report.count > 0)
            CU_ASSERT(record.report.items[0].size == strlen(rows[i].report) &&
                      memcmp(record.report.items[0].data, rows[i].report,
                             record.report.items[0].size) == 0);
    }
}

/* Of artifacts, regular files are taken, within bounds; the rest is counted. */
static void test_artifacts(void)
{
    static const char script[] =
        "cd $TOUCHSTONE_ARTIFACTS && mkdir -p a/b && echo one > a/b/one && echo two > 'a b' && "
        "ln -s /etc/passwd link && mkfifo fifo && truncate -s 17M large && : > empty && "
        "d=. && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do d=$d/d; done && "
        "mkdir -p $d && echo deep > $d/x";
    static const char many[] = "cd $TOUCHSTONE_ARTIFACTS && i=0 && while [ $i -lt 510 ]; do "
                               ": > $i; i=$((i + 1)); done";
    _cleanup_(process_output_done) struct process_output output = {0}, second = {0};
    _cleanup_(case_record_done) struct case_record record = {0}, more = {0};
    const struct collected_file *file;
    uint64_t files, bytes;

    run_script(script, "20000", "1000", &output);
    CHECK_INT(take(&output, &record, NULL), 0);
    file = file_of(&record.artifacts, "a/b/one");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT(file->size == 4 && memcmp(file->data, "one\n", 4) == 0);
    CU_ASSERT_PTR_NOT_NULL(file_of(&record.artifacts, "empty"));
    CU_ASSERT_PTR_NULL(file_of(&record.artifacts, "link"));
    CU_ASSERT_PTR_NULL(file_of(&record.artifacts, "fifo"));
    collected_count_left(&record.artifacts, &files, &bytes);
    CHECK_INT(files, 4); /* link, fifo, large, and what is too deep */
    CHECK_INT(bytes, 17 << 20);
    run_script(many, "20000", "1000", &second);
    CHECK_INT(take(&second, &more, NULL), 0);
    CHECK_INT(more.artifacts.count, 501);
    collected_count_left(&more.artifacts, &files, &bytes);
    CHECK_INT(files, 10);
}

static void test_cannot_start(void)
{
    static const struct {
        const char *program;
        int exit_code;
    } rows[] = {{"/no/such/case.sh", 127}, {"no-such-program", 127}, {"/etc/passwd", 126}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *argv[] = {rows[i].program, NULL};
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        _cleanup_(case_result_done) struct case_result row = {.judgeable = true};

        run_case("case", "20000", "1000", argv, &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        CHECK_INT(record.end.exit_code, rows[i].exit_code);
        CHECK_HAS(record.err.data, "cannot start");
        protocol_interpret(PROTOCOL_EXIT, &record, &row);
        CHECK_TEXT(status_name(row.status), "ERROR");
        CHECK_TEXT(blame_name(row.blame), "suite");
    }
}

/* A system on which processes are started again and again is not idle. */
static void test_idle(void)
{
    static const char *const busy[] = {"idle", "2", NULL}, *const no_time[] = {"idle", "0", NULL};
    _cleanup_(process_output_done) struct process_output output = {0}, at_once = {0};
    pid_t pid = fork();

    if (pid == 0)
        for (;;) {
            pid_t child = fork();

            if (child == 0)
                _exit(0);
            waitpid(child, NULL, 0);
            usleep(50000);
        }
    guest(busy, &output);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    CHECK_INT(output.exit.code, 0);
    CHECK_TEXT(output.out.data, "busy\n");
    guest(no_time, &at_once);
    CHECK_TEXT(at_once.out.data, "busy\n");
}

/* It reads what the guard reads before a case: qemu-user shows the system calls. */
static void test_idle_reads(void)
{
    const char *argv[] = {emulator, "-strace", program, "idle", "0", NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};

    if (emulator == NULL)
        return;
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 60000, 64 << 20, &output, NULL), 0);
    CHECK_TEXT(output.out.data, "busy\n");
    CHECK_HAS(output.err.data, "\"/usr/bin\"");
    CHECK_HAS(output.err.data, "\"env\"");
    CHECK_HAS(output.err.data, "\"/etc/ld.so.preload\"");
}

static void test_usage(void)
{
    const char *const rows[][16] = {
        {NULL},
        {"fly", NULL},
        {CASE("../a", NONCE, "1000"), "true", NULL},
        {CASE("a", "XYZ", "1000"), "true", NULL},
        {CASE("a", NONCE, "x"), "true", NULL},
        {CASE("a", NONCE, "1000"), "--offset", "7", "true", NULL},
        {CASE("a", NONCE, "1000"), "--limit", "99999999", "true", NULL},
        {CASE("a", NONCE, "1000"), NULL},
        {"identity", "now", NULL},
        {"idle", NULL},
        {"idle", "soon", NULL},
        {"idle", "601", NULL},
        {"network", NULL},
        {"network", "set", "third", NULL},
        {"network", "check", NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};

        guest(rows[i], &output);
        CHECK_INT(output.exit.code, 64);
        CHECK_INT(output.out.length, 0);
        CHECK_HAS(output.err.data, "touchstone-guest: ");
    }
}

static void test_full_disk(void)
{
    const char *words[] = {"case",   "--id", "a",         "--nonce",   NONCE,
                           "--base", base,   "--results", "/dev/full", "--timeout-ms",
                           "20000",  "true", NULL};
    _cleanup_(process_output_done) struct process_output output = {0};

    guest(words, &output);
    CHECK_INT(output.exit.code, 74);
    CHECK_INT(output.out.length, 0);
    CHECK_HAS(output.err.data, "/dev/full");
}

static int run_all(const char *what)
{
    CU_TestInfo tests[] = {{"cases", test_cases},
                           {"two guests", test_two_guests},
                           {"no network", test_network_lost},
                           {"restart", test_restart},
                           {"flood", test_flood},
                           {"leftovers", test_leftovers},
                           {"observe", test_observe},
                           {"observations replaced", test_observations_replaced},
                           {"cannot start", test_cannot_start},
                           {"a report", test_report},
                           {"artifacts", test_artifacts},
                           {"idle", test_idle},
                           {"what idle reads", test_idle_reads},
                           {"usage", test_usage},
                           {"full disk", test_full_disk},
                           CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    return inside_lab(run_all);
}
