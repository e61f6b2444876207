/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one case in a session of its own. Both streams are read such that no amount of output fills
 * memory or disk, and when the time limit is reached all descendants of the case are killed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside/guard.h"
#include "inside/inside.h"
#include "inside/network.h"
#include "inside/witness.h"

/* from SIGTERM to SIGKILL, and from there until a stuck process is given up */
#define GRACE_MS 5000
#define DRAIN_MS 1000 /* for reading the rest of the pipes after the case has ended */

#ifdef __aarch64__
#define ARCH_NAME "aarch64"
#define ARCH_DEBIAN_NAME "arm64"
#else
#define ARCH_NAME "x86_64"
#define ARCH_DEBIAN_NAME "amd64"
#endif

static char observations_path[4096], restart_path[4096], report_path[4096], artifacts_path[4096];
static int observations_fd =
    -1; /* open from its creation to the end, because the case may replace the file */

/* Sets the folder of this architecture's files if the suite has one, else of all files. */
static void set_files(const char *suite)
{
    static const char *const names[] = {ARCH_NAME, ARCH_DEBIAN_NAME};
    char path[8192];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct stat st;

        snprintf(path, sizeof(path), "%s/files/%s", suite, names[i]);
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            setenv("TOUCHSTONE_FILES", path, 1);
            return;
        }
    }
    snprintf(path, sizeof(path), "%s/files", suite);
    setenv("TOUCHSTONE_FILES", path, 1);
}

static void set_environment(const struct case_run *run)
{
    char path[8192];

    clearenv();
    snprintf(path, sizeof(path),
             "%s/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", run->base);
    setenv("PATH", path, 1);
    snprintf(path, sizeof(path), "%s/packages", run->base);
    setenv("TOUCHSTONE_PACKAGES", path, 1);
    setenv("TOUCHSTONE_SUITE", run->suite, 1);
    set_files(run->suite);
    setenv("TOUCHSTONE_WORK", run->work, 1);
    setenv("TOUCHSTONE_CASE", run->id, 1);
    setenv("TOUCHSTONE_PLATFORM", run->platform, 1);
    setenv("TOUCHSTONE_ARCH", ARCH_NAME, 1);
    if (run->guest[0] != '\0' && !network_set_environment(run->guest))
        complain(0, "guest '%s' is not known", run->guest);
    setenv("TOUCHSTONE_TIMEOUT_SCALE", run->scale, 1);
    snprintf(path, sizeof(path), "%lld", (long long)(run->timeout_ms / 1000));
    setenv("TOUCHSTONE_TIMEOUT_S", path, 1);
    setenv("TOUCHSTONE_OBSERVATIONS", observations_path, 1);
    setenv("TOUCHSTONE_RESTART", restart_path, 1);
    setenv("TOUCHSTONE_REPORT", report_path, 1);
    setenv("TOUCHSTONE_ARTIFACTS", artifacts_path, 1);
    setenv("TOUCHSTONE_MARK", run->mark, 1);
    if (run->samples[0] != '\0') {
        snprintf(path, sizeof(path), "%s %s", run->results, run->samples);
        setenv("TOUCHSTONE_SAMPLES", path, 1);
        setenv("TOUCHSTONE_ROUNDS", run->rounds, 1);
        setenv("TOUCHSTONE_MINUTES", run->minutes, 1);
        setenv("TOUCHSTONE_ROUND_FIRST", run->round_first, 1);
    }
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("HOME", "/root", 1);
}

/* The cgroup of the running case. */
static char cgroup[80];

/* Runs in the child; does not return. */
static void become(const struct case_run *run, int out, int err)
{
    sigset_t none;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    umask(022);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    set_environment(run);
    if (chdir(run->suite) < 0) {
        complain(0, "cannot enter the suite's folder '%s': %s", run->suite, strerror(errno));
        _exit(127);
    }
    execvp(run->argv[0], run->argv);
    complain(0, "cannot start '%s': %s", run->argv[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

/* Orphans of the case are inherited by this process, a sub-reaper: sends SIGKILL to each child and
 * returns their number. */
static size_t kill_children(void)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    size_t found = 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[300], line[512];
        const char *state;
        long parent;

        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
        if (!read_line(path, line, sizeof(line)))
            continue;
        /* The name in parentheses may contain any characters; the fields after the last parenthesis
         * are fixed. */
        state = strrchr(line, ')');
        if (state == NULL || sscanf(state, ") %*c %ld", &parent) != 1 || parent != getpid())
            continue;
        kill((pid_t)atol(entry->d_name), SIGKILL);
        found++;
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

/* State while a case runs. */
struct watch {
    pid_t leader;
    int signals; /* signalfd: SIGCHLD */
    bool ended;
    int status;
    struct case_run *run;
};

static void reap(struct watch *watch)
{
    struct signalfd_siginfo event;
    pid_t pid;
    int status;

    while (read(watch->signals, &event, sizeof(event)) > 0)
        continue;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == watch->leader) {
            watch->ended = true;
            watch->status = status;
        }
}

/* Waits for output, for an exit, or until the given time; reads and reaps. */
static void step(struct watch *watch, int64_t until_ms)
{
    struct stream *streams[] = {&watch->run->out, &watch->run->err};
    struct pollfd files[] = {{.fd = watch->signals, .events = POLLIN},
                             {.fd = watch->run->out.fd, .events = POLLIN},
                             {.fd = watch->run->err.fd, .events = POLLIN},
                             {.fd = witness_fd(), .events = POLLIN}};
    int64_t left = until_ms - monotonic_ms();

    left = left < 0 ? 0 : left > 60000 ? 60000 : left;
    if (poll(files, 4, (int)left) < 0 && errno != EINTR)
        return;
    for (size_t i = 0; i < 2; i++)
        if (files[i + 1].revents != 0)
            stream_read(streams[i]);
    if (files[3].revents != 0)
        witness_read();
    if (files[0].revents != 0)
        reap(watch);
}

static void wait_for_end(struct watch *watch, int64_t until_ms)
{
    while (!watch->ended && monotonic_ms() < until_ms)
        step(watch, until_ms);
}

/* Kills the case's process group and, after a timeout, all its descendants. Waits until they are
 * gone: the next case must not encounter them. */
static void clear_away(struct watch *watch)
{
    int64_t until = monotonic_ms() + GRACE_MS;
    bool group_left = kill(-watch->leader, SIGKILL) == 0, others_left = watch->run->timed_out;

    while ((group_left || others_left) && monotonic_ms() < until) {
        step(watch, monotonic_ms() + 50);
        reap(watch);
        group_left = group_left && kill(-watch->leader, 0) == 0;
        others_left = others_left && kill_children() + cgroup_kill(cgroup) > 0;
    }
    /* Daemons may keep the pipes open: read the available data, but do not wait for more. */
    until = monotonic_ms() + DRAIN_MS;
    while (monotonic_ms() < until) {
        bool more = stream_read(&watch->run->out);

        if (!stream_read(&watch->run->err) && !more)
            break;
    }
}

static void supervise(struct watch *watch)
{
    struct case_run *run = watch->run;
    int64_t start = monotonic_ms();

    wait_for_end(watch, start + run->timeout_ms);
    if (!watch->ended) {
        run->timed_out = true;
        if (run->witness)
            hang_report(watch->leader);
        kill(-watch->leader, SIGTERM);
        wait_for_end(watch, monotonic_ms() + GRACE_MS);
        kill(-watch->leader, SIGKILL);
        wait_for_end(watch, monotonic_ms() + GRACE_MS);
    }
    run->duration_ms = monotonic_ms() - start;
    clear_away(watch);
    /* A process that does not even die by SIGKILL is reported as killed by it. */
    if (!watch->ended)
        watch->status = SIGKILL;
    run->exit_code = WIFEXITED(watch->status) ? WEXITSTATUS(watch->status) : -1;
    run->signal = WIFSIGNALED(watch->status) ? WTERMSIG(watch->status) : 0;
}

/* Reads the file created for them, even if another file has replaced it. */
static void read_observations(struct case_run *run)
{
    char head[sizeof(OBSERVATIONS_HEAD)] = "";
    struct stat made, named;

    if (lstat(observations_path, &named) < 0)
        fact(run, "observations-replaced", "removed", NULL);
    else if (fstat(observations_fd, &made) < 0 || made.st_dev != named.st_dev ||
             made.st_ino != named.st_ino)
        fact(run, "observations-replaced", "replaced", NULL);
    else if (pread(observations_fd, head, sizeof(head) - 1, 0) < 0 ||
             strcmp(head, OBSERVATIONS_HEAD) != 0)
        fact(run, "observations-replaced", "overwritten", NULL);
    run->observations.fd = observations_fd;
    while (run->observations.fd >= 0 && stream_read(&run->observations))
        continue;
    remove(observations_path);
}

/* What an earlier case sampled is no part of what this one does. */
static int clear_samples(const struct case_run *run)
{
    static const char zeros[RECORD_PAGE];
    unsigned long long offset;
    int fd = record_open(run, O_WRONLY);
    bool good = fd >= 0 && sscanf(run->samples, "%llu", &offset) == 1 &&
                pwrite(fd, zeros, sizeof(zeros), (off_t)offset) == sizeof(zeros);

    if (fd >= 0)
        close(fd);
    return good ? 0
                : complain(EXIT_IO, "cannot clear the samples in '%s': %s", run->results,
                           strerror(errno));
}

/* A case begins with neither a report nor artifacts, whatever an earlier case wrote to their
 * places; they survive its own restarts. */
static int prepare_files(const struct case_run *run)
{
    snprintf(report_path, sizeof(report_path), "%s/report.%s", run->base, run->id);
    snprintf(artifacts_path, sizeof(artifacts_path), "%s/artifacts.%s", run->base, run->id);
    if (run->mark[0] == '\0') {
        collect_clear(report_path);
        collect_clear(artifacts_path);
        if (run->samples[0] != '\0' && clear_samples(run) != 0)
            return EXIT_IO;
    }
    if (mkdir(artifacts_path, 0755) < 0 && errno != EEXIST)
        return complain(EXIT_IO, "cannot create '%s': %s", artifacts_path, strerror(errno));
    return 0;
}

/* Before a restart, nothing is collected: the case has not ended. */
static void collect_files(struct case_run *run)
{
    if (strcmp(run->restart, "none") != 0)
        return;
    collect(report_path, REPORT_LIMIT, REPORT_FILES, &run->report);
    collect(artifacts_path, ARTIFACTS_LIMIT, ARTIFACTS_FILES, &run->artifacts);
}

/* An oops is cleared by a reboot, which the next case may request. */
static void note_taint(struct case_run *run)
{
    char text[24];

    snprintf(text, sizeof(text), "0x%llx", kernel_taint());
    fact(run, "taint", text, NULL);
}

/* When a case uses up all memory, the case must be killed, not the process that reports it. */
void spare_from_oom(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    /* An unprivileged user is not permitted to do this, which is acceptable. */
    if (fd >= 0 && write(fd, "-1000", 5) < 0)
        errno = 0;
    if (fd >= 0)
        close(fd);
}

int case_supervise(struct case_run *run)
{
    struct watch watch = {.run = run};
    int out[2], err[2];
    sigset_t child;
    int code = prepare_files(run);

    if (code != 0)
        return code;
    run->out = run->err = (struct stream){.limit = run->limit};
    run->observations = (struct stream){.limit = OBSERVATIONS_LIMIT};
    snprintf(observations_path, sizeof(observations_path), "%s/observations.%s", run->base,
             run->id);
    snprintf(cgroup, sizeof(cgroup), "case-%s", run->id);
    snprintf(restart_path, sizeof(restart_path), "%s/restart.%s", run->base, run->id);
    unlink(restart_path);
    unlink(observations_path);
    observations_fd = open(observations_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (observations_fd < 0)
        return complain(EXIT_IO, "cannot create '%s': %s", observations_path, strerror(errno));
    /* Reading continues after it; whoever truncates the file removes it. */
    if (write(observations_fd, OBSERVATIONS_HEAD, strlen(OBSERVATIONS_HEAD)) !=
        (ssize_t)strlen(OBSERVATIONS_HEAD))
        return complain(EXIT_IO, "cannot write '%s': %s", observations_path, strerror(errno));
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    watch.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    /* If the kernel does not support sub-reapers, only stragglers after a timeout are missed. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (watch.signals < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
        return complain(EXIT_IO, "cannot prepare the case: %s", strerror(errno));
    if (run->witness)
        witness_begin(run);
    watch.leader = cgroup_fork(cgroup);
    if (watch.leader < 0)
        return complain(EXIT_IO, "cannot fork: %s", strerror(errno));
    if (watch.leader == 0)
        become(run, out[1], err[1]);
    ends_watch(watch.leader);
    spare_from_oom();
    close(out[1]);
    close(err[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    run->out.fd = out[0];
    run->err.fd = err[0];
    supervise(&watch);
    witness_end(watch.status);
    read_observations(run);
    note_taint(run);
    restart_take(restart_path, watch.leader, run);
    collect_files(run);
    return 0;
}
