/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into touchstone by the tests of kills: kills the controller or a worker with SIGKILL at
 * a chosen point of its work, without support in the program itself. Environment variables:
 *
 *   KILL_AT=ROLE STEP[;STEP…]   ROLE: controller or worker; STEP: CALL:PATTERN
 *                               CALL: mkdir, open, rename, sync, unlink, read, write; with a
 *                               trailing +, the moment after the call
 *                               PATTERN: fnmatch pattern for the path (rename: the new path), or
 *                               for the text that is read or written
 *   KILL_MARK=FILE              created at the moment of the kill; while it exists nothing else is
 *                               killed
 *   KILL_EDIT=FILE              instead of the kill, appends an empty line to this file
 *
 * All steps must occur in this order; the last one kills. A worker's job runs in a child of the
 * worker: in that case the worker is killed, as by `kill -9`, and its child dies with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preloaded.h"

enum { STEPS = 8, TEXT = 4096 };

static char steps[STEPS][256];
static unsigned count, next;
static bool worker;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* True for `worker job …`, false for `touchstone run`, `resume`, `clean` and `certify`; other
 * processes are not affected. */
static bool find_role(bool *ret_worker)
{
    struct command_line command;

    if (!read_command_line(&command))
        return false;
    *ret_worker = strcmp(command.name, "worker") == 0 && strcmp(command.verb, "job") == 0;
    if (*ret_worker || strcmp(command.verb, "certify") == 0)
        return true;
    if (strcmp(command.name, "touchstone") != 0)
        return false;
    return strcmp(command.verb, "run") == 0 || strcmp(command.verb, "resume") == 0 ||
           strcmp(command.verb, "clean") == 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("KILL_AT");
    const char *role = at != NULL ? strchr(at, ' ') : NULL;
    bool is_worker;

    if (role == NULL || !find_role(&is_worker) ||
        is_worker != (strncmp(at, "worker", strlen("worker")) == 0))
        return;
    worker = is_worker;
    for (const char *step = role + 1; count < STEPS && *step != '\0';) {
        size_t length = strcspn(step, ";");

        snprintf(steps[count++], sizeof(steps[0]), "%.*s", (int)length, step);
        step += length + (step[length] == ';');
    }
}

static void edit(const char *path)
{
    int fd = REAL(open)(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (fd < 0 || REAL(write)(fd, "\n", 1) != 1)
        abort();
    close(fd);
}

static void kill_now(void)
{
    const char *mark = getenv("KILL_MARK"), *edited = getenv("KILL_EDIT");
    int fd = mark != NULL ? REAL(open)(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    int death = 0;

    if (mark != NULL && fd < 0)
        return;
    if (edited != NULL) {
        close(fd);
        edit(edited);
        return;
    }
    /* A child of the worker dies with its parent; it is recognised by the parent death signal that
     * it set. */
    if (worker && prctl(PR_GET_PDEATHSIG, &death) == 0 && death == SIGKILL) {
        char path[64], line[TEXT] = {0};

        snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)getppid());
        fd = REAL(open)(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && REAL(read)(fd, line, sizeof(line) - 1) > 0 &&
            strcmp(line + strlen(line) + 1, "job") == 0) {
            kill(getppid(), SIGKILL);
            for (;;)
                pause();
        }
    }
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void see(const char *call, const char *what)
{
    int kept = errno;
    size_t length = strlen(call);
    bool now = false;

    if (next >= count || what == NULL)
        return;
    pthread_mutex_lock(&lock);
    if (next < count && strncmp(steps[next], call, length) == 0 && steps[next][length] == ':' &&
        fnmatch(steps[next] + length + 1, what, 0) == 0)
        now = ++next == count;
    pthread_mutex_unlock(&lock);
    if (now)
        kill_now();
    errno = kept;
}

static void see_bytes(const char *call, const void *data, ssize_t length)
{
    char text[TEXT];

    if (next >= count || length <= 0)
        return;
    snprintf(text, sizeof(text), "%.*s", (int)(length < TEXT ? length : TEXT - 1),
             (const char *)data);
    see(call, text);
}

static void see_fd(const char *call, int fd)
{
    char link[64], path[TEXT] = {0};

    if (next >= count)
        return;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof(path) - 1) > 0)
        see(call, path);
}

int mkdir(const char *path, mode_t mode)
{
    int code;

    see("mkdir", path);
    code = REAL(mkdir)(path, mode);
    if (code == 0)
        see("mkdir+", path);
    return code;
}

char *mkdtemp(char *path)
{
    char *made = REAL(mkdtemp)(path);

    if (made != NULL)
        see("mkdir+", made);
    return made;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        mode_t mode = 0;                                                                           \
        va_list args;                                                                              \
        int fd;                                                                                    \
                                                                                                   \
        va_start(args, flags);                                                                     \
        if ((flags & (O_CREAT | O_TMPFILE)) != 0)                                                  \
            mode = va_arg(args, mode_t);                                                           \
        va_end(args);                                                                              \
        see("open", path);                                                                         \
        fd = REAL(name)(path, flags, mode);                                                        \
        if (fd >= 0)                                                                               \
            see("open+", path);                                                                    \
        return fd;                                                                                 \
    }
OPEN(open)
OPEN(open64)

int rename(const char *from, const char *to)
{
    int code;

    see("rename", to);
    code = REAL(rename)(from, to);
    if (code == 0)
        see("rename+", to);
    return code;
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    int code;

    see("rename", to);
    code = REAL(renameat2)(from_fd, from, to_fd, to, flags);
    if (code == 0)
        see("rename+", to);
    return code;
}

int fsync(int fd)
{
    int code;

    see_fd("sync", fd);
    code = REAL(fsync)(fd);
    see_fd("sync+", fd);
    return code;
}

int fdatasync(int fd)
{
    int code;

    see_fd("sync", fd);
    code = REAL(fdatasync)(fd);
    see_fd("sync+", fd);
    return code;
}

int unlink(const char *path)
{
    see("unlink", path);
    return REAL(unlink)(path);
}

int remove(const char *path)
{
    see("unlink", path);
    return REAL(remove)(path);
}

ssize_t read(int fd, void *data, size_t size)
{
    ssize_t got = REAL(read)(fd, data, size);

    see_bytes("read+", data, got);
    return got;
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t put;

    see_bytes("write", data, (ssize_t)size);
    put = REAL(write)(fd, data, size);
    see_bytes("write+", data, put);
    return put;
}
