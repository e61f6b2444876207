/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warm and cold starts of a guest, against plain QEMU with the same image, kernel, CPU and disks,
 * in interleaved pairs. Warm: from the start of a worker to its first case's result, against QEMU
 * loading a state plus one echo: by guest-exec, or typed into a shell that was logged in before the
 * state was saved; or one more login prompt, where the image has neither.
 * Each further case of that job, against one more echo.
 * Cold: from the start until commands can be given, against QEMU's start until the agent's
 * connection or the login prompt.
 *
 *   bench_guest agent|login|USER:PASSWORD WARM_JOB COLD_JOB PAIRS FOLDER IMAGE -- QEMU COMMAND…
 *
 * COLD_JOB "-" measures no cold starts.
 * @DISK@ in the command is the root disk; without an agent its serial line is the socket
 * FOLDER/serial.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "bench/plain_qemu.h"

enum { PAIRS_MAX = 25, PLAIN_IDLE_S = 20, FURTHER = 4 /* cases after the first */ };

struct bench {
    char *folder;
    char *image;  /* the root disk on which overlays are created */
    char *frozen; /* disk of the baseline at the moment it was saved */
    char *state;
    bool login;                 /* the guest has no agent: its console shows when it is up */
    char *user, *password;      /* who logs in there; NULL: nobody can */
    const char *const *command; /* contains @DISK@ */
};

static void must(int code, struct error *err)
{
    if (code < 0) {
        fprintf(stderr, "%s\n", error_message(err));
        exit(1);
    }
}

static char *overlay(const struct bench *bench, const char *name, const char *backing)
{
    char *path = text_format("%s/%s", bench->folder, name);
    const char *argv[] = {"qemu-img", "create", "-q",    "-f", "qcow2", "-F",
                          "qcow2",    "-b",     backing, path, NULL};
    struct error *err = NULL;

    unlink(path);
    must(process_check(argv, 20000, NULL, &err), err);
    return path;
}

static const char *const *with_disk(const struct bench *bench, const char *disk, struct strv *argv)
{
    for (size_t i = 0; bench->command[i] != NULL; i++) {
        const char *at = strstr(bench->command[i], "@DISK@");

        if (at == NULL)
            strv_add(argv, bench->command[i]);
        else
            strv_take(argv, text_format("%.*s%s%s", (int)(at - bench->command[i]),
                                        bench->command[i], disk, at + strlen("@DISK@")));
    }
    strv_take(argv, NULL);
    return (const char *const *)argv->items;
}

static void echo(const struct bench *bench, struct plain_qemu *qemu, bool restored)
{
    if (bench->login)
        plain_echo(qemu, restored);
    else
        plain_exec(qemu, "/bin/echo", "hello");
}

static bool can_echo(const struct bench *bench)
{
    return !bench->login || bench->user != NULL;
}

static void wait_ready(const struct bench *bench, struct plain_qemu *qemu, bool restored)
{
    if (restored && can_echo(bench)) {
        if (!bench->login)
            plain_wait_agent(qemu);
        echo(bench, qemu, true);
    } else if (bench->login) {
        plain_wait_login(qemu, restored);
    } else {
        plain_wait_agent(qemu);
    }
}

/* Mean time of one more echo, in milliseconds; 0 if there is none. */
static int64_t plain_further(const struct bench *bench, struct plain_qemu *qemu)
{
    int64_t started = clock_now_ms();

    for (int i = 0; i < FURTHER && can_echo(bench); i++)
        echo(bench, qemu, false);
    return (clock_now_ms() - started) / FURTHER;
}

/* Starts plain QEMU once; with state: restores it and waits for one answer. Returns
 * milliseconds; ret_further, unless NULL: of one more command. */
static int64_t plain(const struct bench *bench, const char *state, const char *save_to,
                     int64_t *ret_further)
{
    char *disk = overlay(bench, save_to != NULL ? "frozen.qcow2" : "plain.qcow2",
                         state != NULL ? bench->frozen : bench->image);
    struct strv argv = {0};
    struct plain_qemu qemu = {0};
    int64_t started = clock_now_ms(), took;

    plain_start(&qemu, with_disk(bench, disk, &argv), bench->folder, state);
    wait_ready(bench, &qemu, state != NULL);
    took = clock_now_ms() - started;
    if (ret_further != NULL)
        *ret_further = plain_further(bench, &qemu);
    if (save_to != NULL) {
        if (bench->user != NULL)
            plain_log_in(&qemu, bench->user, bench->password);
        /* As ours, the state is saved of a guest that has become idle. */
        sleep(PLAIN_IDLE_S);
        plain_save(&qemu, save_to);
    }
    plain_end(&qemu);
    strv_done(&argv);
    free(disk);
    return took;
}

/* The job request with a separate bundle and work folder. */
static void rewrite_job(const char *job, const char *to, const char *bundle)
{
    struct error *err = NULL;
    _cleanup_json_ json_t *json = NULL;

    must(json_read_file(job, 1 << 20, &json, &err), err);
    json_object_set_new(json, "bundle", json_string(bundle));
    must(json_write_file(json, to, &err), err);
}

/* Runs one worker; returns milliseconds until a progress line contains `until`; ret_further, unless
 * NULL: the mean time from there to each further such line. */
static int64_t worker(const struct bench *bench, const char *touchstone, const char *job,
                      const char *until, int64_t *ret_further)
{
    static unsigned number;
    _cleanup_free_ char *bundle = text_format("%s/bundle%u", bench->folder, ++number);
    _cleanup_free_ char *order = text_format("%s/job.json", bench->folder);
    struct process_spec spec = PROCESS_SPEC_INIT;
    const char *argv[] = {touchstone, "job", order, NULL};
    int64_t started, took = -1, last = -1;
    int lines = 0;
    struct error *err = NULL;
    char line[8192];
    FILE *events;
    int ends[2];
    pid_t pid;

    rewrite_job(job, order, bundle);
    if (pipe(ends) < 0)
        exit(1);
    spec.argv = argv;
    spec.pass_fd = ends[1];
    spec.stderr_fd = STDERR_FILENO;
    started = clock_now_ms();
    must(process_start(&spec, &pid, &err), err);
    close(ends[1]);
    events = fdopen(ends[0], "r");
    while (fgets(line, sizeof(line), events) != NULL)
        if (strstr(line, until) != NULL) {
            last = clock_now_ms() - started;
            took = lines++ == 0 ? last : took;
        }
    fclose(events);
    waitpid(pid, NULL, 0);
    must(path_remove_tree(bundle, &err), err);
    if (took < 0) {
        fprintf(stderr, "the worker never said '%s'\n", until);
        exit(1);
    }
    if (ret_further != NULL)
        *ret_further = lines > 1 ? (last - took) / (lines - 1) : 0;
    return took;
}

static int compare(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static int64_t median(int64_t *times, size_t count)
{
    qsort(times, count, sizeof(*times), compare);
    return times[count / 2];
}

static void report(const char *what, int64_t ours, int64_t base)
{
    printf("%-46s touchstone %6lld ms   plain QEMU %6lld ms   ratio %.2f\n", what, (long long)ours,
           (long long)base, (double)ours / (double)base);
}

static size_t number_of_pairs(const char *text)
{
    struct error *err = NULL;
    uint64_t pairs = 0;

    must(text_parse_u64(text, "PAIRS", 1, PAIRS_MAX, &pairs, &err), err);
    return (size_t)pairs;
}

int main(int argc, char **argv)
{
    int64_t warm[PAIRS_MAX], cold[PAIRS_MAX], load[PAIRS_MAX], boot[PAIRS_MAX];
    int64_t more[PAIRS_MAX], echo[PAIRS_MAX];
    const char *touchstone = TS_BINARY_DIR "/libexec/touchstone/worker";
    struct bench bench = {0};
    bool is_cold;
    size_t pairs;

    if (argc < 9 || strcmp(argv[7], "--") != 0) {
        fputs("usage: bench_guest agent|login|USER:PASSWORD WARM_JOB COLD_JOB PAIRS FOLDER IMAGE "
              "-- QEMU COMMAND…\n",
              stderr);
        return 64;
    }
    bench.login = strcmp(argv[1], "agent") != 0;
    if (strchr(argv[1], ':') != NULL) {
        bench.password = strchr(argv[1], ':') + 1;
        bench.user = text_format("%.*s", (int)(bench.password - argv[1] - 1), argv[1]);
    }
    is_cold = strcmp(argv[3], "-") != 0;
    pairs = number_of_pairs(argv[4]);
    bench.folder = argv[5];
    bench.image = argv[6];
    bench.command = (const char *const *)argv + 8;
    bench.frozen = text_format("%s/frozen.qcow2", bench.folder);
    bench.state = text_format("%s/state", bench.folder);
    plain(&bench, NULL, bench.state, NULL);
    for (size_t i = 0; i < pairs; i++) {
        load[i] = plain(&bench, bench.state, NULL, &echo[i]);
        warm[i] = worker(&bench, touchstone, argv[2], "case-end", &more[i]);
    }
    for (size_t i = 0; i < pairs && is_cold; i++) {
        boot[i] = plain(&bench, NULL, NULL, NULL);
        cold[i] = worker(&bench, touchstone, argv[3], "measuring identity", NULL);
    }
    printf("medians of %zu interleaved pairs\n", pairs);
    report("warm: worker start to the first case's result", median(warm, pairs),
           median(load, pairs));
    if (can_echo(&bench))
        report("each further case", median(more, pairs), median(echo, pairs));
    if (is_cold) {
        report("cold: worker start until commands are taken", median(cold, pairs),
               median(boot, pairs));
        printf("%-46s %.1f times\n", "warm is faster than cold",
               (double)median(cold, pairs) / (double)median(warm, pairs));
    }
    free(bench.frozen);
    free(bench.state);
    free(bench.user);
    return 0;
}
