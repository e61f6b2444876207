/* SPDX-License-Identifier: Apache-2.0 */
/* A sub-reaper around one child. */
#include "guest/reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "guest/sweep.h"

static void run_child(int (*job)(void *closure), void *closure, pid_t parent,
                      const sigset_t *signals)
{
    sigprocmask(SIG_SETMASK, signals, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(127);
    exit(job(closure));
}

/* Every child that has ended; true when `main_child` was among them. */
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

/* Until the child ends; its wait status. */
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

int reaper_run(int (*job)(void *closure), void *closure, struct reaper_end *ret_end,
               struct error **err)
{
    struct reaper_end end = {0};
    sigset_t watched, before;
    pid_t parent = getpid(), child;
    int status;

    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        return error_set_errno(err, -errno, "cannot become a sub-reaper");
    sigprocmask(SIG_BLOCK, &watched, &before);
    fflush(NULL);
    child = fork();
    if (child < 0) {
        int code = -errno;

        sigprocmask(SIG_SETMASK, &before, NULL);
        return error_set_errno(err, code, "cannot fork the job");
    }
    if (child == 0)
        run_child(job, closure, parent, &before);
    status = watch_child(child, &watched, &end.interrupted);
    end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (!WIFEXITED(status))
        sweep_dead(NULL, NULL);
    reap(child, &status);
    sigprocmask(SIG_SETMASK, &before, NULL);
    *ret_end = end;
    return 0;
}
