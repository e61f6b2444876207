/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a package manager: its environment, its locks, and its output line by line. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside/install.h"

#define LOCK_POLL_MS 250 /* fcntl locks cannot be waited for with a time limit */
#define LINE_MAX_BYTES 4096
/* limit of reads from the pipe at the end, because a service may write for ever */
#define DRAIN_READS 128

bool install_has(const char *program)
{
    const char *path = getenv("PATH");
    char file[4096];

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");

        snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program);
        if (access(file, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

/* Makes Debian's debconf, ucf, apt-listchanges and needrestart non-interactive. */
static void set_environment(void)
{
    setenv("DEBIAN_FRONTEND", "noninteractive", 1);
    setenv("APT_LISTCHANGES_FRONTEND", "none", 1);
    setenv("NEEDRESTART_SUSPEND", "1", 1);
    setenv("UCF_FORCE_CONFFOLD", "1", 1);
    setenv("LC_ALL", "C.UTF-8", 1); /* messages in the language that report_line expects */
    unsetenv("LANGUAGE");
}

static void become(const struct words *command, int out)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    set_environment();
    execvp(command->items[0], (char *const *)command->items);
    dprintf(STDERR_FILENO, "touchstone-install: cannot start '%s': %s\n", command->items[0],
            strerror(errno));
    _exit(127);
}

/* Output in pieces, copied to stderr at once and passed to the report line by line. */
struct lines {
    char text[LINE_MAX_BYTES];
    size_t length;
};

static void take(struct lines *lines, const char *data, size_t size, struct report *report)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] != '\n' && data[i] != '\r') {
            if (lines->length + 1 < sizeof(lines->text))
                lines->text[lines->length++] = data[i];
            continue;
        }
        lines->text[lines->length] = '\0';
        report_line(report, lines->text);
        lines->length = 0;
    }
}

/* Returns false at end of file. */
static bool pump(int from, struct lines *lines, struct report *report)
{
    char data[8192];
    ssize_t got = read(from, data, sizeof(data)), put = 0;

    if (got < 0)
        return errno == EINTR;
    while (put < got) {
        ssize_t now = write(STDERR_FILENO, data + put, (size_t)(got - put));

        if (now < 0)
            break; /* stderr is closed; the installation continues */
        put += now;
    }
    take(lines, data, (size_t)got, report);
    return got > 0;
}

/* Until the command itself exits: a service that it started may keep the pipe open for ever. */
static int follow(pid_t pid, int out, int signals, struct report *report)
{
    struct pollfd polled[] = {{out, POLLIN, 0}, {signals, POLLIN, 0}};
    struct signalfd_siginfo event;
    struct lines lines = {.length = 0};
    int status = 0;

    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR)
            break;
        if (polled[0].revents != 0 && !pump(out, &lines, report))
            polled[0].fd = -1;
        if (polled[1].revents != 0 && read(signals, &event, sizeof(event)) < 0)
            break;
    }
    fcntl(out, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < DRAIN_READS && pump(out, &lines, report); i++)
        ;
    take(&lines, "\n", 1, report);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int install_run(const struct words *command, struct report *report)
{
    int ends[2], signals, code = -1;
    sigset_t child;
    pid_t pid = -1;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    signals = signalfd(-1, &child, SFD_CLOEXEC);
    if (signals >= 0 && pipe2(ends, O_CLOEXEC) == 0) {
        pid = fork();
        if (pid == 0)
            become(command, ends[1]);
        close(ends[1]);
        if (pid > 0)
            code = follow(pid, ends[0], signals, report);
        close(ends[0]);
    }
    if (code < 0)
        complain(0, "cannot start '%s': %s", command->items[0], strerror(errno));
    if (signals >= 0)
        close(signals);
    return code;
}

/* True if a process holds a lock on that file; its PID is 0 or -1 if the kernel does not report
 * it. */
static bool is_held(const char *path, pid_t *ret_pid)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool held = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

    if (fd >= 0)
        close(fd);
    *ret_pid = lock.l_pid;
    return held;
}

int install_wait_locks(const char *const locks[], int64_t deadline_ms)
{
    for (size_t i = 0; locks[i] != NULL; i++) {
        bool told = false;
        pid_t pid;

        while (is_held(locks[i], &pid)) {
            char path[64], name[64];

            snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
            read_line(path, name, sizeof(name));
            if (monotonic_ms() >= deadline_ms)
                return install_end(
                    INSTALL_BROKE,
                    "process %d (%s) still holds the lock '%s': nothing was installed", (int)pid,
                    name, locks[i]);
            if (!told)
                fprintf(stderr,
                        "touchstone-install: waiting for the lock '%s' of process %d (%s)\n",
                        locks[i], (int)pid, name);
            told = true;
            poll(NULL, 0, LOCK_POLL_MS);
        }
    }
    return 0;
}

int install_step(const struct words *command, const char *const locks[], int64_t deadline_ms)
{
    for (;;) {
        struct report report = {.said = SAID_NOTHING};
        int exit_code, code = install_wait_locks(locks, deadline_ms);

        if (code != 0)
            return code;
        exit_code = install_run(command, &report);
        code = report_conclude(&report, command->items[0], exit_code);
        report_done(&report);
        /* Another process acquired the lock between the check and the start. */
        if (code != REPORT_LOCKED)
            return code;
        if (monotonic_ms() >= deadline_ms)
            return install_end(INSTALL_BROKE, "%s", report.reason);
        poll(NULL, 0, LOCK_POLL_MS);
    }
}
