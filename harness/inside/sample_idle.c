/* SPDX-License-Identifier: Apache-2.0 */
/* What uses the guest before something is measured in it: the process with the most CPU time, the
 * one with the most memory, the busiest disk, and connections by their state. Whether that is idle
 * is decided on the host. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inside/sample.h"

enum { PROCESSES_MAX = 8192, STATES = 16, NAME_MAX_BYTES = 16 };

struct process {
    pid_t pid;
    unsigned long long ticks;
};
static struct process before[PROCESSES_MAX];

/* The largest share of something, in hundredths of a percent, and who has it. */
struct share {
    unsigned long long hundredths;
    char name[SAMPLE_NAME];
};

static void hold_share(struct share *share, unsigned long long part, unsigned long long whole,
                       const char *name)
{
    unsigned long long now = whole > 0 ? part * 10000 / whole : 0;

    if (now < share->hundredths || (now == 0 && share->name[0] != '\0'))
        return;
    share->hundredths = now;
    snprintf(share->name, sizeof(share->name), "%s", name);
    for (char *at = share->name; *at != '\0'; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at > '~' || *at == ',')
            *at = '?';
}

struct process_now {
    pid_t pid;
    char name[NAME_MAX_BYTES + 1];
    unsigned long long ticks, pages;
};

static bool read_process(const char *pid, struct process_now *ret)
{
    unsigned long long user = 0, system = 0;
    char path[300], line[1024], *name, *state;

    snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    if (!read_line(path, line, sizeof(line)))
        return false;
    name = strchr(line, '(');
    state = strrchr(line, ')');
    if (name == NULL || state == NULL || state < name ||
        sscanf(state,
               ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d "
               "%*u %*u %llu",
               &user, &system, &ret->pages) != 3)
        return false;
    *state = '\0';
    snprintf(ret->name, sizeof(ret->name), "%.16s", name + 1);
    ret->pid = atoi(pid);
    ret->ticks = user + system;
    return true;
}

static void each_process(void (*take)(const struct process_now *now, void *closure), void *closure)
{
    DIR *list = opendir("/proc");
    const struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL) {
        struct process_now now;

        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && atoi(entry->d_name) != getpid() &&
            read_process(entry->d_name, &now))
            take(&now, closure);
    }
    if (list != NULL)
        closedir(list);
}

struct check {
    size_t count; /* of `before` */
    unsigned long long ticks, memory_kib;
    struct share cpu, memory;
};

static void remember(const struct process_now *now, void *closure)
{
    struct check *check = closure;

    if (check->count < PROCESSES_MAX)
        before[check->count++] = (struct process){now->pid, now->ticks};
}

static void compare(const struct process_now *now, void *closure)
{
    unsigned long long page_kib = (unsigned long long)sysconf(_SC_PAGESIZE) / 1024, then = 0;
    struct check *check = closure;

    for (size_t i = 0; i < check->count; i++)
        if (before[i].pid == now->pid)
            then = before[i].ticks;
    hold_share(&check->cpu, now->ticks > then ? now->ticks - then : 0, check->ticks, now->name);
    hold_share(&check->memory, now->pages * page_kib, check->memory_kib, now->name);
}

/* Milliseconds in which each disk was busy, in the order of the list. */
static void read_busy(const struct sample_devices *disks, unsigned long long busy[])
{
    FILE *file = fopen("/proc/diskstats", "re");
    char line[512];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        unsigned long long value;
        char name[64];

        if (sscanf(line, "%*u %*u %63s %*u %*u %*u %*u %*u %*u %*u %*u %*u %llu", name, &value) !=
            2)
            continue;
        for (size_t i = 0; i < disks->count; i++)
            if (strcmp(disks->names[i], name) == 0)
                busy[i] = value;
    }
    if (file != NULL)
        fclose(file);
}

static void count_connections(const char *path, unsigned long long counts[STATES])
{
    FILE *file = fopen(path, "re");
    char line[512];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        unsigned state;

        if (sscanf(line, " %*d: %*s %*s %x", &state) == 1 && state < STATES)
            counts[state]++;
    }
    if (file != NULL)
        fclose(file);
}

/* include/net/tcp_states.h */
static void add_connections(struct sample_line *line)
{
    static const char *const names[STATES] = {
        "-",         "ESTABLISHED", "SYN_SENT",     "SYN_RECV",   "FIN_WAIT1",
        "FIN_WAIT2", "TIME_WAIT",   "CLOSE",        "CLOSE_WAIT", "LAST_ACK",
        "LISTEN",    "CLOSING",     "NEW_SYN_RECV", "-",          "-",
        "-"};
    unsigned long long counts[STATES] = {0};
    size_t most = 0;

    count_connections("/proc/net/tcp", counts);
    count_connections("/proc/net/tcp6", counts);
    for (size_t i = 1; i < STATES; i++)
        if (counts[i] > counts[most])
            most = i;
    sample_line_text(line, ",%llu,%s", counts[most], names[most]);
}

static unsigned long long total_memory(void)
{
    char line[128];
    unsigned long long kib = 0;

    if (!read_line("/proc/meminfo", line, sizeof(line)) ||
        sscanf(line, "MemTotal: %llu", &kib) != 1)
        return 0;
    return kib;
}

void sample_idle_check(unsigned seconds, struct sample_line *line)
{
    const struct timespec wait = {.tv_sec = seconds};
    unsigned long long busy[2][SAMPLE_DEVICES] = {{0}};
    int64_t start = monotonic_ms(), took;
    struct check check = {.memory_kib = total_memory()};
    struct share disk = {0};
    struct sample_system system;

    sample_system_begin(&system, 0);
    read_busy(&system.disks, busy[0]);
    each_process(remember, &check);
    nanosleep(&wait, NULL);
    took = monotonic_ms() - start;
    check.ticks = (unsigned long long)(took * sysconf(_SC_CLK_TCK) / 1000);
    read_busy(&system.disks, busy[1]);
    each_process(compare, &check);
    for (size_t i = 0; i < system.disks.count; i++)
        hold_share(&disk, busy[1][i] - busy[0][i], (unsigned long long)took, system.disks.names[i]);
    sample_line_text(line, ",%llu,%s,%llu,%s,%llu,%s", check.cpu.hundredths, check.cpu.name,
                     check.memory.hundredths, check.memory.name, disk.hundredths, disk.name);
    add_connections(line);
}
