/* SPDX-License-Identifier: Apache-2.0 */
/*
 * touchstone-guest as it is, run on this machine with a file for the results disk, and what it
 * writes taken in by suite/: the two sides of inside/README.md held against each other. The other
 * architecture's program runs under qemu-user where that is installed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "cunit_run.h"
#include "guest/media/payload.h"
#include "model/result.h"
#include "suite/identity.h"
#include "suite/observations.h"
#include "suite/protocol.h"
#include "suite/record.h"

#define NONCE "0123456789abcdef"
#define OFFSET 8192
#define WORDS_MAX 40

static char base[] = "/tmp/ts-inside-XXXXXX";
static char results[64];
static const char *emulator; /* NULL: runs by itself */
static char program[4096];
static char other[4096]; /* the same for the other architecture */

/* Runs touchstone-guest with these words. */
static void guest(const char *const *words, struct process_output *ret)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    const char *argv[WORDS_MAX];
    size_t count = 0;

    if (emulator != NULL)
        argv[count++] = emulator;
    argv[count++] = program;
    for (size_t i = 0; words[i] != NULL && count < WORDS_MAX - 1; i++)
        argv[count++] = words[i];
    argv[count] = NULL;
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 60000, 1 << 20, ret, NULL), 0);
}

static void run_case(const char *verb, const char *timeout_ms, const char *limit,
                     const char *const *argv, struct process_output *ret)
{
    const char *words[WORDS_MAX] = {verb,           "--id",     "a",       "--nonce", NONCE,
                                    "--timeout-ms", timeout_ms, "--limit", limit,     "--results",
                                    results,        "--offset", "8192",    "--base",  base,
                                    "--platform",   "kunpeng",  "--scale", "10",      "--"};
    size_t count = 20;

    for (size_t i = 0; argv[i] != NULL; i++)
        words[count++] = argv[i];
    guest(words, ret);
}

static void run_script(const char *script, const char *timeout_ms, const char *limit,
                       struct process_output *ret)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};

    run_case("case", timeout_ms, limit, argv, ret);
}

/* The members of a ustar archive in memory: enough of a reader for the one that is written here. */
static size_t read_archive(const char *data, size_t length, struct record_member *members,
                           char names[6][300])
{
    size_t count = 0;

    for (size_t at = 0; at + 512 <= length && data[at] != '\0' && count < 6;) {
        size_t size = strtoul(data + at + 124, NULL, 8);

        snprintf(names[count], 300, "%.155s/%.100s", data + at + 345, data + at);
        members[count] = (struct record_member){names[count], data + at + 512, size};
        count++;
        at += 512 + (size + 511) / 512 * 512;
    }
    return count;
}

/* Takes the line and the archive in as the harness does. */
static int take(const struct process_output *output, struct case_record *ret, struct error **err)
{
    struct record_member members[6];
    struct record_line line;
    _cleanup_buffer_ struct buffer disk = {0};
    char names[6][300];
    char sha256[DIGEST_TEXT_SIZE];
    size_t count;
    int code = record_parse_line(output->out.data, output->out.length, NONCE, "a", OFFSET, 1 << 24,
                                 &line, err);

    if (code == 0)
        code = path_read(results, 1 << 24, &disk, err);
    if (code < 0)
        return code;
    count = read_archive(disk.data + OFFSET, disk.length - OFFSET, members, names);
    CU_ASSERT(disk.length >= OFFSET + line.length);
    digest_of_memory(disk.data + OFFSET, line.length, sha256);
    return record_check(NONCE, "a", &line, sha256, members, count, ret, err);
}

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

/* A request to start the guest again, as guest-reboot leaves it, and what is none. */
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
    CHECK_HAS(row.reason, "output cut off");
}

/* The process whose number a case wrote to base/name; 0 when there is none. */
static pid_t pid_of(const char *name)
{
    _cleanup_free_ char *path = path_join(base, name);
    _cleanup_buffer_ struct buffer text = {0};
    long pid = path_read(path, 100, &text, NULL) == 0 && text.data != NULL ? atol(text.data) : 0;

    CU_ASSERT(pid > 1);
    return pid > 1 ? (pid_t)pid : 0;
}

/* A zombie that its new parent is slow to reap is dead. */
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

    /* A normal end: the case's own group goes; a daemon in its own session lives, though it holds
     * stdout. */
    run_script(background, "20000", "1000", &first);
    CHECK_INT(take(&first, &record, NULL), 0);
    CHECK_INT(record.end.exit_code, 0);
    CHECK_INT(is_alive("group"), 0);
    CHECK_INT(is_alive("daemon"), 1);
    if (pid_of("daemon") > 1)
        kill(pid_of("daemon"), SIGKILL);
    /* After the limit, all that descends from the case goes. */
    run_script(forever, "2000", "1000", &second);
    CHECK_INT(is_alive("group"), 0);
    /* qemu-user 7.2 has no sub-reapers. */
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
    CHECK_HAS(record.err.data, "key 'Bad Key' is not");
    CHECK_HAS(record.err.data, "expected KEY VALUE");
    CHECK_HAS(record.err.data, "longer than 4096");
    CHECK_TEXT(record.observations.data,
               "page_size\t4096\tbytes\ntext\ta\\tb\\\\c\\nd\t\ntext\tagain\t\n"
               "\tkey 'Bad Key' is not [a-z0-9_.-]{1,128}\n"
               "\t1 arguments, expected KEY VALUE [UNIT]\n"
               "\tthe value of 'huge' is longer than 4096 bytes\n"
               "\tthe value of 'empty' is empty: the command that should have printed it failed\n");
    observations_collect(&record, false, &row, result);
    CHECK_TEXT(status_name(row.status), "ERROR");
    CHECK_HAS(row.reason, "observation 4 was refused by `observe`: key 'Bad Key'");
    CHECK_INT(result->observations.count, 2);
    if (result->observations.count == 2) {
        CHECK_TEXT(result->observations.items[0].unit, "bytes");
        CHECK_TEXT(result->observations.items[1].value, "again");
    }
    free(row.reason);
    result_free(result);
}

/* What stands in the place of the observations' file at the end does not hide what was written. */
static void test_observations_replaced(void)
{
    static const struct {
        const char *script, *how; /* NULL: as it was */
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

#define CASE(id, nonce, timeout)                                                                   \
    "case", "--base", base, "--results", results, "--id", id, "--nonce", nonce, "--timeout-ms",    \
        timeout

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
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};

        guest(rows[i], &output);
        CHECK_INT(output.exit.code, 64);
        CHECK_INT(output.out.length, 0);
        CHECK_HAS(output.err.data, "touchstone-guest: ");
    }
}

/* A payload as the harness writes it, unpacked as a guest does. */
static void make_payload(const char *path)
{
    struct payload *payload = NULL;
    struct error *err = NULL;

    CHECK_INT(payload_new(path, &payload, &err), 0);
    CHECK_INT(payload_add_memory(payload, "bin/touchstone-guest", "x", 1, 0755, &err), 0);
    CHECK_INT(payload_add_memory(payload, "suite/cases/deep/one", "#!/bin/sh\n", 10, 0755, &err),
              0);
    CHECK_INT(payload_add_memory(payload, "suite/empty", NULL, 0, 0644, &err), 0);
    CHECK_INT(payload_finish(payload, &err), 0);
    payload_free(payload);
}

static void test_begin(void)
{
    char payload[80], unpacked[80], one[120], bin[120];
    const char *words[] = {"begin",  "--payload", payload, "--base",
                           unpacked, "--without", "bin",   NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(guest_identity_done) struct guest_identity identity = {0};
    _cleanup_buffer_ struct buffer text = {0};
    struct error *err = NULL;
    struct utsname name;
    struct stat st;

    snprintf(payload, sizeof(payload), "%s/payload.raw", base);
    snprintf(unpacked, sizeof(unpacked), "%s/unpacked", base);
    snprintf(one, sizeof(one), "%s/suite/cases/deep/one", unpacked);
    snprintf(bin, sizeof(bin), "%s/bin", unpacked);
    make_payload(payload);
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    CHECK_INT(identity_parse(output.out.data, output.out.length, &identity, &err), 0);
    uname(&name);
    if (emulator == NULL) {
        CHECK_TEXT(arch_name(identity.arch), name.machine);
        CHECK_TEXT(identity.kernel, name.release);
        CU_ASSERT(identity.features.count > 0);
    }
    CHECK_INT(identity.page_size, sysconf(_SC_PAGESIZE));
    CU_ASSERT(identity.memory_kib > 0);
    CHECK_INT(identity.boot_id != NULL ? strlen(identity.boot_id) : 0, 36);
    CU_ASSERT(llabs((long long)(identity.clock_ms - clock_wall_ms())) < 60000);
    CHECK_INT(stat(one, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0755);
    CHECK_INT(st.st_size, 10);
    CHECK_INT(stat(bin, &st), -1);
}

static void put_text(const char *folder, const char *name, const char *text, mode_t mode)
{
    _cleanup_free_ char *path = path_join(folder, name);
    _cleanup_free_ char *above = text_ndup(path, (size_t)(path_base(path) - path));

    CHECK_INT(path_make_folders(above, false, NULL), 0);
    CHECK_INT(path_write_atomic(path, text, strlen(text), NULL), 0);
    CHECK_INT(chmod(path, mode), 0);
}

static void put_link(const char *folder, const char *name, const char *target)
{
    _cleanup_free_ char *path = path_join(folder, name);

    CHECK_INT(symlink(target, path), 0);
}

/* Data, holes, data far behind 8 GiB: what ustar cannot say. */
static void put_sparse(const char *folder, const char *name)
{
    _cleanup_free_ char *path = path_join(folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    CHECK_INT(pwrite(fd, "begin", 5, 0), 5);
    CHECK_INT(pwrite(fd, "far", 3, ((off_t)9 << 30) + 17), 3);
    CHECK_INT(ftruncate(fd, (off_t)10 << 30), 0);
    close(fd);
}

/* A name of many folders, longer than any ustar header holds. */
static char *deep_name(void)
{
    struct buffer name = {0};

    for (int i = 0; i < 12; i++)
        buffer_format(&name, "files/a-folder-with-a-name-of-some-length-%02d/%0100d/", i, i);
    buffer_format(&name, "file");
    return name.data;
}

static void make_suite(const char *folder, const char *deep)
{
    put_text(folder, "suite.xml", "<suite/>", 0600);
    put_text(folder, "cases/one", "#!/bin/sh\n", 04755);
    put_text(folder, deep, "deep", 0644);
    put_text(folder, "files/鲲鹏", "text", 0644);
    put_text(folder, "files/caf\xe9\xff", "latin", 0644);
    put_text(folder, "files/new\nline", "two", 0644);
    put_text(folder, "files/libfoo.so.1.2.3", "elf", 0755);
    put_text(folder, "files/x86_64/node", "for x86", 0755);
    put_text(folder, "files/arm64/node", "for arm", 0755);
    put_link(folder, "files/libfoo.so.1", "libfoo.so.1.2.3");
    put_link(folder, "files/libfoo.so", "libfoo.so.1");
    put_link(folder, "files/long-link", deep + strlen("files/"));
    put_link(folder, "files/folder", ".");
    put_sparse(folder, "files/disk");
}

/* Every name, kind, mode and content of the suite is there, of the other architecture none. */
static void check_unpacked(const char *suite, const char *unpacked)
{
    const char *argv[] = {"diff", "-r", "--no-dereference", "-x", "disk", "-x", "arm64", suite,
                          NULL,   NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_free_ char *there = path_join(unpacked, "suite"), *path = NULL, *disk = NULL;
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct stat st = {0};
    char text[4] = "";
    int fd;

    argv[8] = there;
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 60000, 1 << 20, &output, NULL), 0);
    CHECK_TEXT(output.out.length > 0 ? output.out.data : "", "");
    CHECK_INT(output.exit.code, 0);
    path = path_join(there, "cases/one");
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 07777, 0755);
    text_replace(&path, there);
    disk = path_join(there, "files/disk");
    fd = open(disk, O_RDONLY | O_CLOEXEC);
    CHECK_INT(fstat(fd, &st), 0);
    CHECK_INT(st.st_size, (off_t)10 << 30);
    CU_ASSERT(st.st_blocks < 2048);
    CHECK_INT(pread(fd, text, 3, ((off_t)9 << 30) + 17), 3);
    CHECK_TEXT(text, "far");
    close(fd);
    free(steal_ptr(disk));
    disk = path_join(there, "files/arm64");
    CU_ASSERT(!path_exists(disk));
}

static void test_begin_suite(void)
{
    _cleanup_free_ char *suite = path_join(base, "any"), *unpacked = path_join(base, "any.there");
    _cleanup_free_ char *disk = path_join(base, "any.raw"), *deep = deep_name();
    const char *words[] = {"begin",  "--payload",   disk,  "--base",
                           unpacked, "--needs-kib", "100", NULL};
    const char *too_large[] = {"begin",       "--payload",        disk, "--base", unpacked,
                               "--needs-kib", "9000000000000000", NULL};
    _cleanup_(process_output_done) struct process_output output = {0}, refused = {0};
    struct payload *payload = NULL;
    struct error *err = NULL;

    make_suite(suite, deep);
    CHECK_INT(payload_new(disk, &payload, &err), 0);
    CHECK_INT(payload_add_suite(payload, "suite", suite, ARCH_X86_64, &err), 0);
    CU_ASSERT(payload_unpacked_bytes(payload) < 1 << 20);
    CHECK_INT(payload_finish(payload, &err), 0);
    payload_free(payload);
    /* Twice: as after a restart, over what is there. */
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    process_output_done(&output);
    guest(words, &output);
    CHECK_INT(output.exit.code, 0);
    if (output.err.length > 0)
        printf("\n%s\n", output.err.data);
    check_unpacked(suite, unpacked);
    guest(too_large, &refused);
    CHECK_INT(refused.exit.code, 73);
    CHECK_HAS(refused.err.data, "MiB free");
    path_remove_tree(suite, NULL);
    path_remove_tree(unpacked, NULL);
}

/* Damage anywhere in a header, a name that leaves the folder and an early end are told. */
static void test_begin_damaged(void)
{
    static const struct {
        size_t at;
        const char *bytes;
        off_t length; /* 0: as it is */
        const char *told;
    } table[] = {
        {0, "../up", 0, "damaged"},   {124, "99", 0, "damaged"},  {156, "2", 0, "damaged"},
        {257, "cpio ", 0, "damaged"}, {0, "", 700, "ends early"}, {0, "", 512, "ends early"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char payload[80], unpacked[80];
        const char *words[] = {"begin", "--payload", payload, "--base", unpacked, NULL};
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_close_ int fd = -1;

        snprintf(payload, sizeof(payload), "%s/damaged.raw", base);
        snprintf(unpacked, sizeof(unpacked), "%s/damaged", base);
        make_payload(payload);
        fd = open(payload, O_WRONLY | O_CLOEXEC);
        CHECK_INT(pwrite(fd, table[i].bytes, strlen(table[i].bytes), (off_t)table[i].at),
                  strlen(table[i].bytes));
        if (table[i].length > 0)
            CHECK_INT(ftruncate(fd, table[i].length), 0);
        guest(words, &output);
        CHECK_INT(output.exit.code, 74);
        CHECK_INT(output.out.length, 0);
        CHECK_HAS(output.err.data, table[i].told);
    }
}

/* A program for the other architecture, and what this kernel says of it and of its like. */
static void run_witnessed(const char *script, const char *timeout_ms, struct process_output *output)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    const char *words[WORDS_MAX] = {
        "case",  "--id",         "a",        "--nonce",   NONCE,          "--base",
        base,    "--timeout-ms", timeout_ms, "--limit",   "100000",       "--results",
        results, "--offset",     "8192",     "--witness", "999999999999", "--",
        argv[0], argv[1],        argv[2],    NULL};

    guest(words, output);
}

static void test_witness(void)
{
    static const struct {
        const char *script, *timeout_ms;
        const char *kind, *first, *last; /* a fact, by one field and the end of its last */
    } rows[] = {
        {"./foreign", "20000", "refused", "foreign", "/foreign"},
        {"./foreign || true", "20000", "refused", "foreign", "/foreign"},
        {"exec ./foreign", "20000", "refused", "foreign", "/foreign"},
        {"./lost", "20000", "refused", "interpreter", "/lost"},
        {"./script; true", "20000", "file", "/bin/sh", NULL},
        {"./script seven", "20000", "ended", "127", "/script"},
        {"/bin/bash -c 'kill -ILL $$' || true", "20000", "ended", "4", "/bash"},
        {"/bin/bash -c 'kill -SEGV $$' | cat", "20000", "crash", "11", "/bash"},
        {"kill -ABRT $$", "20000", "crash", "6", NULL},
        {"/bin/sleep 50 & sleep 0.2; kill -SEGV $!; wait", "20000", "sent", "11", NULL},
        {"sleep 50", "1000", "hung", "1", "/sleep"},
        /* PTRACE_SEIZE by a process that is not of the case's session. */
        {"t=101; test $(uname -m) = x86_64 || t=117; "
         "setsid perl -e \"syscall($t, 0x4206, $$, 0, 0); sleep 1\" & sleep 1",
         "20000", "tampered", "traced", "the case"},
    };
    static const char make[] =
        "cd \"$1\" && cp \"$2\" foreign && printf '#!/no/such/program\\n' > lost && "
        "printf '#!/bin/sh\\ntest -z \"$1\" || exit 127\\n' > script && "
        "chmod 755 foreign lost script";
    _cleanup_free_ char *suite = path_join(base, "suite");
    const char *argv[] = {"/bin/sh", "-c", make, "sh", suite, other, NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output made = {0};

    /* Only root may ask the kernel, and an emulator is not executed by it as a guest's program. */
    if (emulator != NULL || geteuid() != 0 || !path_exists(other)) {
        printf("not run: witness ");
        return;
    }
    spec.argv = argv;
    CHECK_INT(process_run(&spec, 10000, 1000, &made, NULL), 0);
    CHECK_INT(made.exit.code, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_(process_output_done) struct process_output output = {0};
        _cleanup_(case_record_done) struct case_record record = {0};
        const struct fact *state;
        bool found = false;

        run_witnessed(rows[i].script, rows[i].timeout_ms, &output);
        CHECK_INT(take(&output, &record, NULL), 0);
        state = facts_find(&record.facts, "witness");
        CU_ASSERT_FATAL(state != NULL);
        if (strcmp(fact_field(state, 0), "full") != 0) {
            printf("not run: witness %s: %s ", fact_field(state, 0), fact_field(state, 1));
            return;
        }
        vec_foreach (fact, &record.facts)
            if (strcmp(fact->kind, rows[i].kind) == 0 && strv_has(&fact->fields, rows[i].first) &&
                (rows[i].last == NULL ||
                 text_ends(fact->fields.items[fact->fields.count - 1], rows[i].last)))
                found = true;
        if (!found)
            printf("\n%s: no such %s in\n%s", rows[i].script, rows[i].kind, record.facts_text.data);
        CU_ASSERT(found);
        if (strcmp(rows[i].kind, "crash") == 0) {
            CU_ASSERT(record.core.length > 4096 && record.core.length <= RECORD_CORE_LIMIT);
            CU_ASSERT(memcmp(record.core.data, "\177ELF", 4) == 0);
        }
    }
}

/* The settings of the kernel are as they were. */
static void test_witness_leaves(void)
{
    _cleanup_buffer_ struct buffer before = {0}, after = {0};
    _cleanup_(process_output_done) struct process_output output = {0};

    CHECK_INT(path_read("/proc/sys/kernel/core_pattern", 4096, &before, NULL), 0);
    run_witnessed("kill -SEGV $$", "20000", &output);
    CHECK_INT(path_read("/proc/sys/kernel/core_pattern", 4096, &after, NULL), 0);
    CHECK_TEXT(after.data, before.data);
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
                           {"restart", test_restart},
                           {"flood", test_flood},
                           {"leftovers", test_leftovers},
                           {"observe", test_observe},
                           {"observations replaced", test_observations_replaced},
                           {"cannot start", test_cannot_start},
                           {"usage", test_usage},
                           {"begin", test_begin},
                           {"a payload of everything that a suite may hold", test_begin_suite},
                           {"begin, damaged", test_begin_damaged},
                           {"witness", test_witness},
                           {"witness leaves", test_witness_leaves},
                           {"full disk", test_full_disk},
                           CU_TEST_INFO_NULL};

    return cunit_run(what, tests);
}

int main(void)
{
    static const char *const arches[] = {"x86_64", "aarch64"};
    _cleanup_free_ char *suite = NULL;
    struct utsname name;
    int failed = 0, ran = 0;

    if (mkdtemp(base) == NULL || uname(&name) < 0)
        return 99;
    suite = path_join(base, "suite");
    setenv("SECRET", "of the host", 1);
    snprintf(results, sizeof(results), "%s/results", base);
    if (path_make_folders(suite, false, NULL) < 0 || path_write_atomic(results, "", 0, NULL) < 0)
        return 99;
    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *qemu = text_format("qemu-%s-static", arches[i]);
        _cleanup_free_ char *found = process_find(qemu);
        bool native = strcmp(name.machine, arches[i]) == 0;

        snprintf(program, sizeof(program), TS_BINARY_DIR "/guest/%s/touchstone-guest", arches[i]);
        snprintf(other, sizeof(other), TS_BINARY_DIR "/guest/%s/touchstone-guest", arches[1 - i]);
        emulator = native ? NULL : found;
        if (!path_exists(program) || (!native && emulator == NULL)) {
            printf("not run: '%s' or '%s' is not here\n", program, qemu);
            continue;
        }
        failed += run_all(arches[i]);
        ran++;
    }
    path_remove_tree(base, NULL);
    return failed > 0 ? 1 : ran > 0 ? 0 : 77;
}
