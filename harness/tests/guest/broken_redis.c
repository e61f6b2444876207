/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a redis-server to break it on purpose. BROKEN_REDIS in its environment selects
 * how. lost-page: after a fork, a page in the child has lost its content, as with kernels that
 * forget that a page freed with MADV_FREE was written again. no-recovery: after clients have been
 * served from full buffers for a while, each iteration of the event loop takes seconds, for ever.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { FULL = 16384, LONG_S = 7, DELAY_S = 8 };

static time_t busy_since, last_full;
static int tired;

static int broken(const char *way)
{
    const char *ways = getenv("BROKEN_REDIS");

    return ways != NULL && strstr(ways, way) != NULL;
}

static void lose(char *start, char *end)
{
    /* One value of the case snapshot, one of the data set. */
    static const char *const values[] = {"second 501:", "content-of-150"};

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        for (char *at = start; (at = memmem(at, (size_t)(end - at), values[i], strlen(values[i])));)
            *at = '\0';
}

static void lose_pages(void)
{
    static char maps[1 << 20];
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t got;

    while (file >= 0 && (got = read(file, maps + used, sizeof(maps) - 1 - used)) > 0)
        used += (size_t)got;
    if (file >= 0)
        close(file);
    maps[used] = '\0';
    for (char *line = strtok(maps, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        unsigned long start, end;

        if (sscanf(line, "%lx-%lx rw-p 00000000 00:00 0", &start, &end) == 2 &&
            strstr(line, "rw-p") != NULL)
            lose((char *)start, (char *)end); /* NOLINT(performance-no-int-to-ptr) */
    }
}

pid_t fork(void)
{
    pid_t (*next)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
    pid_t pid = next();

    if (pid == 0 && broken("lost-page"))
        lose_pages();
    return pid;
}

ssize_t read(int file, void *to, size_t size)
{
    static ssize_t (*next)(int, void *, size_t);
    ssize_t got;

    if (next == NULL)
        next = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    got = next(file, to, size);
    if (got >= FULL) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - last_full > 1)
            busy_since = now.tv_sec;
        last_full = now.tv_sec;
        tired |= now.tv_sec - busy_since >= LONG_S;
    }
    return got;
}

int epoll_wait(int poll, struct epoll_event *events, int most, int timeout)
{
    static int (*next)(int, struct epoll_event *, int, int);

    if (next == NULL)
        next = (int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait");
    if (tired && broken("no-recovery"))
        nanosleep(&(struct timespec){.tv_sec = DELAY_S}, NULL);
    return next(poll, events, most, timeout);
}
