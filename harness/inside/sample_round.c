/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rounds of a phase: in each, a command is run again and again for a number of minutes while
 * samples are taken. Their deadlines are fixed when the round begins, so they do not drift; a
 * sample that is late has the time at which it was taken, and one that is missed is said to be.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inside/sample.h"

enum {
    GRACE_MS = 5000, /* from SIGTERM to SIGKILL of the command */
    AGAIN_MS = 1000, /* a command that ends is not started more often than this */
    RATE_BYTES = 64,
};

static void write_head(struct sampling *all)
{
    static struct sample_line line;
    char boot[64];

    read_line("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
    sample_file_add(&all->file, "boot,%s,%lld,%lld,%ld,%ld", boot, (long long)time(NULL) * 1000,
                    (long long)monotonic_ms(), sysconf(_SC_CLK_TCK), sysconf(_SC_NPROCESSORS_ONLN));
    line.length = 0;
    sample_line_text(&line, "columns,number,due,at,self");
    sample_system_names(&all->system, &line);
    sample_product_names(&line);
    sample_line_text(&line, ",rate");
    sample_file_add(&all->file, "%s", line.text);
    if (all->system.disks.cut || all->system.networks.cut)
        sample_file_add(&all->file, "cut,devices,%d", SAMPLE_DEVICES);
}

/* Microseconds of CPU time of this program. */
static unsigned long long own_cost(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (unsigned long long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           (unsigned long long)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* What the command last wrote to the file; nothing if it has not written since. */
static void add_rate(struct sampling *all, struct sample_line *line)
{
    char text[RATE_BYTES], *end = text;
    struct stat st;
    double rate = 0;
    bool fresh = stat(all->command_rate, &st) == 0 &&
                 memcmp(&st.st_mtim, &all->rate_at, sizeof(st.st_mtim)) != 0 &&
                 read_line(all->command_rate, text, sizeof(text));

    if (fresh) {
        rate = strtod(text, &end);
        all->rate_at = st.st_mtim;
    }
    if (fresh && end != text && *end == '\0')
        sample_line_text(line, ",%.6g", rate);
    else
        sample_line_text(line, ",");
}

static bool add_sample(struct sampling *all, uint64_t number, int64_t due)
{
    static struct sample_line line;

    line.length = 0;
    sample_line_text(&line, "sample,%llu,%lld,%lld,%llu", (unsigned long long)number,
                     (long long)due, (long long)monotonic_ms(), own_cost());
    sample_system_values(&all->system, &line);
    sample_product_values(&all->product, &line);
    add_rate(all, &line);
    return sample_file_add(&all->file, "%s", line.text);
}

static void start_command(struct sampling *all)
{
    sigset_t none;

    all->started_ms = monotonic_ms();
    all->runs++;
    all->child = fork();
    if (all->child != 0)
        return;
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(all->command[0], all->command);
    complain(0, "sample: cannot start '%s': %s", all->command[0], strerror(errno));
    _exit(127);
}

static void reap(struct sampling *all)
{
    struct signalfd_siginfo event;
    int status;

    while (read(all->signals, &event, sizeof(event)) > 0)
        all->stopped |= event.ssi_signo != SIGCHLD;
    if (all->child <= 0 || waitpid(all->child, &status, WNOHANG) != all->child)
        return;
    all->child = 0;
    if (WIFSIGNALED(status))
        all->failed = 128 + WTERMSIG(status);
    else if (WEXITSTATUS(status) != 0)
        all->failed = WEXITSTATUS(status);
}

/* Waits, and starts the command again when it has ended well. */
static void wait_until(struct sampling *all, int64_t until)
{
    while (!all->stopped && all->failed == 0) {
        struct pollfd ready = {.fd = all->signals, .events = POLLIN};
        int64_t now = monotonic_ms(), next = until;

        if (now >= until)
            return;
        if (all->command != NULL && all->child == 0) {
            if (now - all->started_ms >= AGAIN_MS)
                start_command(all);
            else if (all->started_ms + AGAIN_MS < next)
                next = all->started_ms + AGAIN_MS;
        }
        if (poll(&ready, 1, (int)(next - now)) > 0)
            reap(all);
    }
}

static void end_command(struct sampling *all)
{
    int64_t until = monotonic_ms() + GRACE_MS;
    int failed = all->failed, status;
    struct pollfd ready = {.fd = all->signals, .events = POLLIN};

    if (all->child <= 0)
        return;
    kill(-all->child, SIGTERM);
    while (all->child > 0 && monotonic_ms() < until) {
        poll(&ready, 1, 100);
        reap(all);
    }
    if (all->child > 0) {
        kill(-all->child, SIGKILL);
        waitpid(all->child, &status, 0);
        all->child = 0;
    }
    all->failed = failed; /* how it ends now says nothing about it */
}

/* Returns false when nothing more can be written. */
static bool take_samples(struct sampling *all, int64_t start, int64_t length_ms)
{
    int64_t interval = (int64_t)all->interval_s * 1000;
    uint64_t last = (uint64_t)(length_ms / interval);

    for (uint64_t number = 0; number <= last; number++) {
        int64_t now;
        uint64_t due;

        wait_until(all, start + (int64_t)number * interval);
        if (all->stopped || all->failed != 0)
            return true;
        now = monotonic_ms();
        due = (uint64_t)((now - start) / interval);
        due = due > last ? last : due;
        if (due > number &&
            !sample_file_add(&all->file, "missed,%llu,%llu", (unsigned long long)number,
                             (unsigned long long)due - 1))
            return false;
        number = due;
        if (!add_sample(all, number, start + (int64_t)number * interval))
            return false;
    }
    return true;
}

static bool run_round(struct sampling *all, uint64_t round)
{
    int64_t length_ms = (int64_t)all->seconds * 1000, start = monotonic_ms();
    bool good;

    all->runs = 0;
    all->started_ms = start - AGAIN_MS;
    if (!sample_file_add(&all->file, "begin,%s,%llu,%lld,%lld,%lld", all->phase,
                         (unsigned long long)round, (long long)start,
                         (long long)all->interval_s * 1000, (long long)length_ms))
        return false;
    good = take_samples(all, start, length_ms);
    end_command(all);
    return sample_file_add(&all->file, "end,%s,%llu,%lld,%s,%u,%d", all->phase,
                           (unsigned long long)round, (long long)monotonic_ms(),
                           !good          ? "full"
                           : all->failed  ? "failed"
                           : all->stopped ? "stopped"
                                          : "whole",
                           all->runs, all->failed) &&
           good;
}

void sample_count_done(const char *line, void *closure)
{
    struct sampling *all = closure;
    char phase[65], how[16];
    unsigned long long round;

    if (sscanf(line, "end,%64[^,],%llu,%*d,%15[^,]", phase, &round, how) == 3 &&
        strcmp(phase, all->phase) == 0 && strcmp(how, "whole") == 0 && round > all->done)
        all->done = round;
}

int sample_run_phase(struct sampling *all)
{
    static struct sample_line line;
    const struct timespec pause = {.tv_sec = (time_t)all->pause_s};
    bool fresh = all->file.used < 200 && all->check_s > 0;

    write_head(all);
    if (fresh) {
        sample_line_text(&line, "idle-check");
        sample_idle_check((unsigned)all->check_s, &line);
        sample_file_add(&all->file, "%s", line.text);
    }
    for (uint64_t round = all->done + 1; round <= all->rounds && !all->stopped; round++) {
        if (round > all->done + 1)
            nanosleep(&pause, NULL);
        if (!run_round(all, round))
            return EXIT_IO;
        if (all->failed != 0)
            return complain(1, "sample: the load command '%s' ended with %d in round %llu",
                            all->command[0], all->failed, (unsigned long long)round);
    }
    return all->stopped ? EXIT_IO : 0;
}
