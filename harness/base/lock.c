/* SPDX-License-Identifier: Apache-2.0 */
/* flock with a deadline. To wait, flock(1) is run on our own open file description: a lock belongs
 * to that, not to the process that acquired it. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/process.h"

static int wait_for(int fd, int64_t deadline_ms, bool *ret_got, struct error **err)
{
    _cleanup_free_ char *seconds =
        text_format("%.3f", (double)clock_remaining_ms(deadline_ms) / 1000);
    const char *argv[] = {"flock", "--exclusive", "--wait", seconds, "3", NULL};
    struct process_spec spec = PROCESS_SPEC_INIT;
    struct process_exit end;
    pid_t pid;
    int code;

    spec.argv = argv;
    spec.pass_fd = fd;
    spec.die_with_parent = true;
    code = process_start(&spec, &pid, err);
    if (code == 0)
        code = process_wait(pid, false, deadline_ms + 1000, &end, err);
    if (code == 0)
        *ret_got = end.exited && end.code == 0;
    return code;
}

int lock_take(const char *path, const char *what, int64_t deadline_ms, int *ret_fd,
              struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool got;
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open the lock '%s'", path);
    got = flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (!got && errno != EWOULDBLOCK)
        return error_set_errno(err, -errno, "cannot lock '%s'", path);
    if (!got && deadline_ms > 0) {
        code = wait_for(fd, deadline_ms, &got, err);
        if (code < 0)
            return code;
    }
    if (!got)
        return error_set(
            err, deadline_ms > 0 ? -ETIMEDOUT : -EAGAIN,
            "%s is in use by another process, which has locked '%s': wait until it ends", what,
            path);
    *ret_fd = steal_fd(fd);
    return 0;
}
