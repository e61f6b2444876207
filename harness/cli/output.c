/* SPDX-License-Identifier: Apache-2.0 */
/* Checks standard output at exit, like gnulib's closeout. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/translate.h"
#include "cli/cli.h"
#include "cli/pager.h"

static int first_reason; /* errno of the first failed write, if known */

void output_write(const char *text, size_t length)
{
    if (length > 0 && fwrite(text, 1, length, stdout) != length && first_reason == 0)
        first_reason = errno;
}

void output_write_json(void *nothing, const char *text, size_t length)
{
    (void)nothing;
    output_write(text, length);
}

/* The reader closed the pipe early, like `head`: end with the same signal, without a message. */
static void end_by_sigpipe(void)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, SIGPIPE);
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(128 + SIGPIPE);
}

static bool reader_is_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

static void check_output(void)
{
    bool failed = ferror(stdout) != 0, pending = __fpending(stdout) > 0, gone = reader_is_gone();
    int reason = first_reason;

    if (fclose(stdout) != 0) {
        reason = reason > 0 ? reason : errno;
        /* It is not an error if a closed descriptor was not written to. */
        failed = failed || pending || reason != EBADF;
    }
    pager_wait();
    if (!failed)
        return;
    if (reason == EPIPE || gone)
        end_by_sigpipe();
    log_error("cannot write to standard output%s%s: what was printed is not complete",
              reason > 0 ? ": " : "", reason > 0 ? english_error(reason) : "");
    _exit(EXIT_IO);
}

/* Opens a closed descriptor such that using it fails as expected: reading gives end of file,
 * writing an error. */
static void open_standard(int fd, int how)
{
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", how) != fd)
        _exit(EXIT_IO);
}

void output_init(void)
{
    open_standard(STDIN_FILENO, O_RDONLY);
    open_standard(STDOUT_FILENO, O_RDONLY);
    open_standard(STDERR_FILENO, O_WRONLY);
    signal(SIGXFSZ, SIG_IGN);
    if (atexit(check_output) != 0)
        _exit(EXIT_IO);
}
