/* SPDX-License-Identifier: Apache-2.0 */
/* Starts children by fork and exec, watches them through pidfds, and never waits without a
 * deadline. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"

static int open_null_or(int fd, int flags)
{
    return fd >= 0 ? fd : open("/dev/null", flags | O_CLOEXEC);
}

/* In the child: moves descriptors above their targets, so that no dup2 overwrites a source. */
static int place(int fd, int target)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 10);

    return high < 0 || dup2(high, target) < 0 ? -1 : 0;
}

static void exec_child(const struct process_spec *spec, pid_t parent, int report)
{
    sigset_t none;
    int code;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (spec->own_group)
        setpgid(0, 0);
    if (spec->die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent))
        _exit(127);
    if (place(open_null_or(spec->stdin_fd, O_RDONLY), 0) < 0 ||
        place(open_null_or(spec->stdout_fd, O_WRONLY), 1) < 0 ||
        place(open_null_or(spec->stderr_fd, O_WRONLY), 2) < 0 ||
        (spec->pass_fd >= 0 && place(spec->pass_fd, 3) < 0) ||
        (spec->directory != NULL && chdir(spec->directory) < 0))
        goto out;
    for (size_t i = 0; spec->env != NULL && spec->env[i] != NULL; i++)
        putenv((char *)spec->env[i]);
    execvp(spec->argv[0], (char *const *)spec->argv);
out:
    code = errno;
    if (write(report, &code, sizeof(code)) < 0)
        _exit(126);
    _exit(127);
}

int process_start(const struct process_spec *spec, pid_t *ret_pid, struct error **err)
{
    _cleanup_close_ int report_read = -1, report_write = -1;
    int report[2], code = 0;
    pid_t parent = getpid(), pid;
    ssize_t got;

    if (pipe2(report, O_CLOEXEC) < 0)
        return error_set_errno(err, -errno, "cannot start '%s': pipe", spec->argv[0]);
    report_read = report[0];
    report_write = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
    close(report[1]);
    pid = fork();
    if (pid < 0)
        return error_set_errno(err, -errno, "cannot start '%s': fork", spec->argv[0]);
    if (pid == 0)
        exec_child(spec, parent, report_write);
    close(steal_fd(report_write));
    do
        got = read(report_read, &code, sizeof(code));
    while (got < 0 && errno == EINTR);
    if (got == sizeof(code)) {
        waitpid(pid, NULL, 0);
        return error_set_errno(err, -code, "cannot start '%s'", spec->argv[0]);
    }
    *ret_pid = pid;
    return 0;
}

static void note_exit(int status, struct process_exit *ret_exit)
{
    ret_exit->exited = WIFEXITED(status);
    ret_exit->code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
}

int process_wait(pid_t pid, bool own_group, int64_t deadline_ms, struct process_exit *ret_exit,
                 struct error **err)
{
    _cleanup_close_ int handle = (int)syscall(SYS_pidfd_open, pid, 0);
    struct process_exit end = {0};
    int status;

    if (handle < 0)
        return error_set_errno(err, -errno, "cannot watch process %d", (int)pid);
    for (;;) {
        struct pollfd ready = {.fd = handle, .events = POLLIN};
        int64_t left = clock_remaining_ms(deadline_ms);
        int got = poll(&ready, 1, left > 60000 ? 60000 : (int)left);

        if (got > 0)
            break;
        if (got == 0 && clock_remaining_ms(deadline_ms) == 0) {
            end.timed_out = true;
            kill(own_group ? -pid : pid, SIGKILL);
            break;
        }
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_set_errno(err, -errno, "cannot reap process %d", (int)pid);
    note_exit(status, &end);
    *ret_exit = end;
    return 0;
}

void process_output_done(struct process_output *output)
{
    buffer_done(&output->out);
    buffer_done(&output->err);
}

/* Reads the available data; returns false at end of file. Data beyond the limit is discarded. */
static bool drain(int fd, struct buffer *into, size_t limit, bool *truncated)
{
    char chunk[65536];
    ssize_t got = read(fd, chunk, sizeof(chunk));
    size_t room = limit - into->length, keep;

    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (got == 0)
        return false;
    keep = (size_t)got < room ? (size_t)got : room;
    if (keep > 0)
        buffer_add(into, chunk, keep);
    if (keep < (size_t)got)
        *truncated = true;
    return true;
}

/* Reads until both streams end or the deadline passes. */
static void drain_both(int fds[2], int64_t deadline_ms, size_t limit, struct process_output *output)
{
    struct buffer *into[2] = {&output->out, &output->err};

    while (fds[0] >= 0 || fds[1] >= 0) {
        struct pollfd ready[2] = {{.fd = fds[0], .events = POLLIN},
                                  {.fd = fds[1], .events = POLLIN}};
        int64_t left = clock_remaining_ms(deadline_ms);

        if (left == 0)
            return;
        if (poll(ready, 2, left > 60000 ? 60000 : (int)left) <= 0)
            continue;
        for (int i = 0; i < 2; i++)
            if (fds[i] >= 0 && ready[i].revents != 0 &&
                !drain(fds[i], into[i], limit, &output->truncated)) {
                close(fds[i]);
                fds[i] = -1;
            }
    }
}

int process_run(const struct process_spec *spec, int64_t timeout_ms, size_t limit,
                struct process_output *ret_output, struct error **err)
{
    struct process_output output = {0};
    struct process_spec child = *spec;
    int64_t deadline = clock_now_ms() + timeout_ms;
    int out[2] = {-1, -1}, errs[2] = {-1, -1}, reads[2], code;
    pid_t pid = 0;

    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(errs, O_CLOEXEC) < 0) {
        code = error_set_errno(err, -errno, "cannot start '%s': pipe", spec->argv[0]);
        if (out[0] >= 0) {
            close(out[0]);
            close(out[1]);
        }
        return code;
    }
    child.stdout_fd = out[1];
    child.stderr_fd = errs[1];
    child.own_group = true;
    code = process_start(&child, &pid, err);
    close(out[1]);
    close(errs[1]);
    reads[0] = out[0];
    reads[1] = errs[0];
    if (code == 0) {
        drain_both(reads, deadline, limit, &output);
        code = process_wait(pid, true, deadline, &output.exit, err);
    }
    for (int i = 0; i < 2; i++)
        if (reads[i] >= 0)
            close(reads[i]);
    if (code < 0) {
        process_output_done(&output);
        return code;
    }
    *ret_output = output;
    return 0;
}

int process_check(const char *const *argv, int64_t timeout_ms, char **ret_out, struct error **err)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_buffer_ struct buffer tail = {0};
    size_t skip;
    int code;

    spec.argv = argv;
    code = process_run(&spec, timeout_ms, 16 << 20, &output, err);
    if (code < 0)
        return code;
    if (output.exit.exited && output.exit.code == 0) {
        if (ret_out != NULL)
            *ret_out = buffer_steal(&output.out);
        return 0;
    }
    skip = output.err.length > 2000 ? output.err.length - 2000 : 0;
    buffer_printable(&tail, output.err.data + skip, output.err.length - skip, false);
    return error_set(err, -EIO, "'%s' %s %d%s: %s", argv[0],
                     output.exit.exited ? "ended with exit code" : "was killed by signal",
                     output.exit.code, output.exit.timed_out ? " after its time limit" : "",
                     tail.length > 0 ? tail.data : "it printed nothing");
}

char *process_find(const char *program)
{
    const char *path = getenv("PATH");
    _cleanup_strv_ struct strv folders = {0};

    if (strchr(program, '/') != NULL)
        return access(program, X_OK) == 0 ? text_dup(program) : NULL;
    strv_split(&folders, path != NULL ? path : "/usr/bin:/bin", ":");
    for (size_t i = 0; i < folders.count; i++) {
        _cleanup_free_ char *full = text_format("%s/%s", folders.items[i], program);

        if (access(full, X_OK) == 0)
            return steal_ptr(full);
    }
    return NULL;
}
