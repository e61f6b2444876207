/* SPDX-License-Identifier: Apache-2.0 */
/* A process that only exists, from `begin` on: meanwhile the kernel does not allow the program's
 * file to be written to, and /proc/PID/exe refers to that file even if a case replaces its name. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "inside/guard.h"

pid_t keeper_start(void)
{
    pid_t pid = cgroup_fork("keeper");
    int null;

    if (pid != 0)
        return pid;
    setsid();
    spare_from_oom();
    prctl(PR_SET_NAME, "ts-keeper");
    /* Only a shutdown ends it. */
    signal(SIGHUP, SIG_IGN);
    null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    close_range(3, ~0U, 0);
    if (chdir("/") < 0)
        _exit(1);
    for (;;)
        pause();
}
