/* SPDX-License-Identifier: Apache-2.0 */
/* For libraries that tests preload into touchstone and its worker. Include after _GNU_SOURCE. */
#ifndef TS_TESTS_PRELOADED_H
#define TS_TESTS_PRELOADED_H

#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A process's program name and first argument, both inside line. */
struct command_line {
    char line[512];
    const char *name, *verb;
};

/* False: the process has no argument. */
static inline bool read_command_line(struct command_line *ret)
{
    int fd = REAL(open)("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t length;

    memset(ret, 0, sizeof(*ret));
    length = fd >= 0 ? REAL(read)(fd, ret->line, sizeof(ret->line) - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (length <= 0)
        return false;
    ret->name = strrchr(ret->line, '/') != NULL ? strrchr(ret->line, '/') + 1 : ret->line;
    ret->verb = ret->line + strlen(ret->line) + 1;
    return ret->verb < ret->line + length;
}

#endif
