/* SPDX-License-Identifier: Apache-2.0 */
/* A sub-reaper around one child. */
#include "guest/reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "guest/host/sweep.h"

enum { GUARD_LOOKS = 8 }; /* half a second apart */

static void run_child(int (*job)(void *closure), void *closure, pid_t parent,
                      const sigset_t *signals)
{
    sigprocmask(SIG_SETMASK, signals, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(127);
    exit(job(closure));
}

/* Reaps all children that have ended; returns true if `main_child` was among them. */
static bool reap(pid_t main_child, int *main_status)
{
    bool found = false;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == main_child) {
            *main_status = status;
            found = true;
        }
    return found;
}

/* Waits until the child ends; returns its wait status. */
static int watch_child(pid_t child, const sigset_t *watched, int *ret_interrupted)
{
    int status = 0;

    while (!reap(child, &status)) {
        int signal = sigwaitinfo(watched, NULL);

        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
            *ret_interrupted = signal;
            kill(child, SIGKILL);
        }
    }
    return status;
}

/* Returns whether the processes at the other end of the socket reported a regular end; otherwise
 * they are dead. */
static bool ended_in_order(int fd)
{
    char byte;
    ssize_t got;

    do
        got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got > 0;
}

/* The guard: a process that survives a SIGKILL of the job and its parent, only to destroy the
 * guest. It has its own session, so that it is not killed with their process group, and holds none
 * of their resources. QEMU may be just starting when they die, so it checks several times. */
static void guard(int fd)
{
    static const struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};

    setsid();
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_NAME, "touchstone-end");
    dup2(fd, STDIN_FILENO);
    close_range(STDIN_FILENO + 1, ~0U, 0);
    open("/dev/null", O_RDWR);
    open("/dev/null", O_RDWR);
    if (ended_in_order(STDIN_FILENO))
        _exit(0);
    for (int i = 0; i < GUARD_LOOKS; i++) {
        sweep_dead(NULL, NULL);
        nanosleep(&pause, NULL);
    }
    _exit(0);
}

/* Reaper and job hold the returned end of the socket: when both are dead it is closed, and their
 * locks are released. */
static int start_guard(pid_t *ret_pid, int *ret_fd, struct error **err)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set_errno(err, -errno, "cannot make a socket for the guest's guard");
    fflush(NULL);
    pid = fork();
    if (pid < 0) {
        int code = -errno;

        close(ends[0]);
        close(ends[1]);
        return error_set_errno(err, code, "cannot fork the guest's guard");
    }
    if (pid == 0) {
        close(ends[1]);
        guard(ends[0]);
    }
    close(ends[0]);
    *ret_pid = pid;
    *ret_fd = ends[1];
    return 0;
}

/* A regular end: nothing is left to destroy. */
static void end_guard(pid_t pid, int fd)
{
    send(fd, "", 1,
         MSG_NOSIGNAL); /* an error means that the guard is dead, which does not matter */
    close(fd);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

int reaper_run(int (*job)(void *closure), void *closure, struct reaper_end *ret_end,
               struct error **err)
{
    struct reaper_end end = {0};
    sigset_t watched, before;
    pid_t parent = getpid(), child, guardian = 0;
    int status, code, guard_fd = -1;

    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        return error_set_errno(err, -errno, "cannot become a sub-reaper");
    code = start_guard(&guardian, &guard_fd, err);
    if (code < 0)
        return code;
    sigprocmask(SIG_BLOCK, &watched, &before);
    fflush(NULL);
    child = fork();
    if (child < 0) {
        code = -errno;
        end_guard(guardian, guard_fd);
        sigprocmask(SIG_SETMASK, &before, NULL);
        return error_set_errno(err, code, "cannot fork the job");
    }
    if (child == 0)
        run_child(job, closure, parent, &before);
    status = watch_child(child, &watched, &end.interrupted);
    end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (!WIFEXITED(status))
        sweep_dead(NULL, NULL);
    end_guard(guardian, guard_fd);
    reap(child, &status);
    sigprocmask(SIG_SETMASK, &before, NULL);
    *ret_end = end;
    return 0;
}
