/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits until the guest has nothing left to do of its boot. Services that are up are not enough:
 * udev still loads modules and the kernel still tests its ciphers, each test asking modprobe for
 * others. In a state saved too early that work is done again after each restore, beside the first
 * case. First it reads the files that every case is guarded against, about 1,500 of an image, whose
 * inodes each restored guest would otherwise read from its disk.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inside/guard.h"
#include "inside/inside.h"

enum { WINDOW_MS = 500, QUIET_WINDOWS = 2, IDLE_PERCENT = 50, SECONDS_MAX = 600 };

/* /proc/stat: ticks of all CPUs since the boot, and how many processes there have been. */
struct work {
    uint64_t idle, total, processes;
};

static bool read_work(struct work *work)
{
    unsigned long long ticks[8] = {0};
    FILE *file = fopen("/proc/stat", "re");
    char line[512];

    *work = (struct work){0};
    if (file == NULL)
        return false;
    while (fgets(line, sizeof(line), file) != NULL) {
        unsigned long long count;

        if (strncmp(line, "cpu ", 4) == 0) /* not "cpu0", which is one CPU */
            sscanf(line + 4, "%llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1],
                   &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]);
        if (sscanf(line, "processes %llu", &count) == 1)
            work->processes = count;
    }
    fclose(file);
    for (int i = 0; i < 8; i++)
        work->total += ticks[i];
    work->idle = ticks[3];
    return work->total > 0 && work->processes > 0;
}

static bool is_quiet(const struct work *before, const struct work *after)
{
    uint64_t total = after->total - before->total;

    return after->processes == before->processes && total > 0 &&
           (after->idle - before->idle) * 100 >= total * IDLE_PERCENT;
}

/* idle SECONDS: waits at most so long. Prints "idle", or "busy" when the time is over. */
int verb_idle(int argc, char **argv)
{
    const struct timespec window = {.tv_nsec = WINDOW_MS * 1000000L};
    struct work before, after;
    uint64_t seconds;
    int64_t end;
    int quiet = 0;

    if (argc != 2 || !parse_number(argv[1], SECONDS_MAX, &seconds))
        return complain(EXIT_USAGE, "usage: idle SECONDS, at most %d", SECONDS_MAX);
    guard_rehearse();
    if (!read_work(&before))
        return complain(EXIT_IO, "cannot read /proc/stat");
    for (end = monotonic_ms() + (int64_t)seconds * 1000;
         quiet < QUIET_WINDOWS && monotonic_ms() < end; before = after) {
        nanosleep(&window, NULL);
        if (!read_work(&after))
            return complain(EXIT_IO, "cannot read /proc/stat");
        quiet = is_quiet(&before, &after) ? quiet + 1 : 0;
    }
    puts(quiet == QUIET_WINDOWS ? "idle" : "busy");
    return 0;
}
