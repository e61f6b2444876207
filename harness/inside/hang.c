/* SPDX-License-Identifier: Apache-2.0 */
/* What the processes were doing when the time limit of a case was reached: first its descendants,
 * then others, among them possibly a service that it was waiting for. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inside/inside.h"
#include "inside/witness.h"

enum { HANGS = 64, PARENTS = 4096 };

struct look {
    pid_t pid, parent;
    char state;
    unsigned long long ticks, start;
};

/* Parses /proc/PID/stat; the name in parentheses may contain any characters. */
static bool look_at(pid_t pid, struct look *look)
{
    char path[64], line[1024];
    const char *rest;
    unsigned long long user, kernel, start;
    int parent;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (!read_line(path, line, sizeof(line)) || (rest = strrchr(line, ')')) == NULL ||
        sscanf(rest,
               ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %llu",
               &look->state, &parent, &user, &kernel, &start) != 5)
        return false;
    look->pid = pid;
    look->parent = parent;
    look->ticks = user + kernel;
    look->start = start;
    return true;
}

static int find_depth(const struct look *all, int count, pid_t leader, const struct look *look)
{
    pid_t pid = look->pid;

    for (int depth = 0; depth < 64 && pid > 1; depth++) {
        int i = 0;

        if (pid == leader)
            return depth;
        while (i < count && all[i].pid != pid)
            i++;
        if (i == count)
            return -1;
        pid = all[i].parent;
    }
    return -1;
}

static unsigned long long to_ms(unsigned long long ticks)
{
    return ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK);
}

/* Returns false if it is a kernel thread or does not exist any more. */
static bool tell(const struct look *look, int depth)
{
    char path[64], exe[WITNESS_PATH] = "-", channel[128];
    struct stat status = {.st_size = 0};
    ssize_t length;
    int known = process_file(look->pid);
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    snprintf(path, sizeof(path), "/proc/%d/exe", (int)look->pid);
    length = readlink(path, exe, sizeof(exe) - 1);
    if (length <= 0)
        return false;
    exe[length] = '\0';
    stat(path, &status);
    snprintf(path, sizeof(path), "/proc/%d/wchan", (int)look->pid);
    if (!read_line(path, channel, sizeof(channel)) || channel[0] == '\0')
        strcpy(channel, "-");
    /* A script may have been executed: exe is only its interpreter. */
    if (known != NO_FILE)
        files_at(known)->mentioned = true;
    else
        files_describe(exe, (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec,
                       (uint64_t)status.st_size, 0, NULL, 0, 0);
    witness_fact(
        "hung\t%d\t%d\t%d\t%c\t%llu\t%lld\t%s\t%s", (int)look->pid, (int)look->parent, depth,
        look->state, to_ms(look->ticks),
        (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 - (long long)to_ms(look->start),
        witness_field(channel), witness_field(known != NO_FILE ? files_at(known)->path : exe));
    return true;
}

void hang_report(pid_t leader)
{
    static struct look all[PARENTS];
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    int count = 0, told = 0;

    witness_read();
    while (folder != NULL && count < PARENTS && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            look_at((pid_t)atol(entry->d_name), &all[count]))
            count++;
    if (folder != NULL)
        closedir(folder);
    for (int others = 0; others < 2; others++)
        for (int i = 0; i < count && told < HANGS; i++) {
            int depth = find_depth(all, count, leader, &all[i]);

            if ((depth < 0) != (others == 1) || all[i].pid == getpid())
                continue;
            told += tell(&all[i], depth);
        }
}
