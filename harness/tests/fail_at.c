/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into touchstone by the tests of host faults: makes one call of the controller or of a
 * worker fail as on a full or failing disk, or on a host without memory. Environment variables:
 *
 *   FAIL_AT=ROLE CALL NUMBER ERRNO   ROLE: controller, worker, any; CALL: write, sync, open (for
 *                                    writing), rename, mkdir, unlink, read, mmap, malloc, fork;
 *                                    NUMBER: counts the process's calls of that kind, from 1;
 *                                    ERRNO: a number. "write" with ERRNO 0 writes only half.
 *   FAIL_ON=PART                     count only reads, writes and syncs of a file or UNIX socket
 *                                    whose path contains this
 *   FAIL_MARK=FILE                   created when the call fails; while it exists no other call
 *                                    fails
 *   FAIL_COUNT=FILE                  no call fails; each process appends "ROLE CALL COUNT" to the
 *                                    file when it exits
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "preloaded.h"

enum call { WRITE, SYNC, OPEN_W, RENAME, MKDIR, UNLINK, READ, MMAP, MALLOC, FORK, CALLS };
static const char *const names[CALLS] = {"write",  "sync", "open", "rename", "mkdir",
                                         "unlink", "read", "mmap", "malloc", "fork"};
static _Atomic unsigned long seen[CALLS];
static enum call chosen = CALLS;
static unsigned long number;
static int fault;
static bool ours;
static char role[16];
static const char *only;

/* Recognises `touchstone run|resume|report|…` and `worker job` (including its helpers); other
 * processes are not affected. */
static bool find_role(void)
{
    struct command_line command;

    if (!read_command_line(&command) ||
        (strcmp(command.name, "touchstone") != 0 && strcmp(command.name, "worker") != 0))
        return false;
    strcpy(role, strcmp(command.verb, "job") == 0 ? "worker" : "controller");
    return true;
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAIL_AT");
    char who[16], call[16];

    if (!find_role())
        return;
    if (at != NULL && sscanf(at, "%15s %15s %lu %d", who, call, &number, &fault) == 4 &&
        (strcmp(who, "any") == 0 || strcmp(who, role) == 0))
        for (unsigned i = 0; i < CALLS; i++)
            if (strcmp(call, names[i]) == 0)
                chosen = i;
    only = getenv("FAIL_ON");
    ours = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAIL_COUNT");
    int fd = ours && path != NULL ? (int)REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;

    for (unsigned i = 0; fd >= 0 && i < CALLS; i++) {
        char line[96];
        int length = snprintf(line, sizeof(line), "%s %s %lu\n", role, names[i], seen[i]);

        if (REAL(write)(fd, line, (size_t)length) < 0)
            break;
    }
}

/* For the file, or for the socket (ours or the other end's). */
static bool is_on(int fd, const char *part)
{
    char link[64], path[4096] = {0};
    struct sockaddr_un near = {0}, far = {0};
    socklen_t near_size = sizeof(near) - 1, far_size = sizeof(far) - 1;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof(path) - 1) < 0)
        return false;
    if (strncmp(path, "socket:", 7) != 0)
        return strstr(path, part) != NULL;
    return (getsockname(fd, (struct sockaddr *)&near, &near_size) == 0 &&
            near.sun_family == AF_UNIX && strstr(near.sun_path, part) != NULL) ||
           (getpeername(fd, (struct sockaddr *)&far, &far_size) == 0 && far.sun_family == AF_UNIX &&
            strstr(far.sun_path, part) != NULL);
}

/* Returns whether this call must fail; it is then recorded, so that only one fails in a run. file:
 * -1 if the call has none. */
static bool fails_on(enum call call, int file)
{
    const char *mark;
    int fd;

    if (ours && only != NULL && (call != chosen || file < 0 || !is_on(file, only)))
        return false;
    if (!ours || ++seen[call] != number || call != chosen)
        return false;
    mark = getenv("FAIL_MARK");
    fd = mark != NULL ? (int)REAL(open)(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    if (mark != NULL && fd < 0)
        return false;
    if (fd >= 0)
        close(fd);
    errno = fault;
    return true;
}

static bool fails(enum call call)
{
    return fails_on(call, -1);
}

ssize_t write(int fd, const void *data, size_t size)
{
    if (fails_on(WRITE, fd)) {
        if (fault != 0)
            return -1;
        size = size > 1 ? size / 2 : size;
    }
    return REAL(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    if (fails_on(WRITE, fd)) {
        if (fault != 0)
            return -1;
        size = size > 1 ? size / 2 : size;
    }
    return REAL(pwrite64)(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return pwrite64(fd, data, size, at);
}

ssize_t read(int fd, void *data, size_t size)
{
    return fails_on(READ, fd) ? -1 : REAL(read)(fd, data, size);
}

int fsync(int fd)
{
    return fails_on(SYNC, fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    return fails_on(SYNC, fd) ? -1 : REAL(fdatasync)(fd);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        mode_t mode = 0;                                                                           \
        va_list args;                                                                              \
                                                                                                   \
        va_start(args, flags);                                                                     \
        if ((flags & (O_CREAT | O_TMPFILE)) != 0)                                                  \
            mode = va_arg(args, mode_t);                                                           \
        va_end(args);                                                                              \
        if ((flags & O_ACCMODE) != O_RDONLY && fails(OPEN_W))                                      \
            return -1;                                                                             \
        return REAL(name)(path, flags, mode);                                                      \
    }
OPEN(open)
OPEN(open64)

int rename(const char *from, const char *to)
{
    return fails(RENAME) ? -1 : REAL(rename)(from, to);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    return fails(RENAME) ? -1 : REAL(renameat2)(from_fd, from, to_fd, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
    return fails(MKDIR) ? -1 : REAL(mkdir)(path, mode);
}

int unlink(const char *path)
{
    return fails(UNLINK) ? -1 : REAL(unlink)(path);
}

void *mmap(void *place, size_t length, int protection, int flags, int fd, off_t at)
{
    return fails(MMAP) ? MAP_FAILED : REAL(mmap)(place, length, protection, flags, fd, at);
}

pid_t fork(void)
{
    return fails(FORK) ? -1 : REAL(fork)();
}

/* Uses glibc's internal names, because dlsym allocates memory; fails() must not be called
 * recursively. */
static bool counts_malloc(void)
{
    return chosen == MALLOC || getenv("FAIL_COUNT") != NULL;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return ours && counts_malloc() && fails(MALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return ours && counts_malloc() && fails(MALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return ours && counts_malloc() && fails(MALLOC) ? NULL : __libc_realloc(old, size);
}
