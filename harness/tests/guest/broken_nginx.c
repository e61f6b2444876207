/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into an nginx that is broken on purpose: after a worker was killed, its master cannot
 * start another. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int lost_one;

pid_t waitpid(pid_t which, int *status, int options)
{
    pid_t (*next)(pid_t, int *, int) = (pid_t(*)(pid_t, int *, int))dlsym(RTLD_NEXT, "waitpid");
    pid_t pid = next(which, status, options);

    if (pid > 0 && status != NULL && WIFSIGNALED(*status) && WTERMSIG(*status) == SIGKILL)
        lost_one = 1;
    return pid;
}

pid_t fork(void)
{
    pid_t (*next)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");

    if (lost_one) {
        errno = EAGAIN;
        return -1;
    }
    return next();
}
