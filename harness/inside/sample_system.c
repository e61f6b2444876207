/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel counts of the whole system. Its files are opened once: under emulation, opening
 * costs more than reading. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "inside/sample.h"

static struct source {
    const char *path;
    int fd; /* 0: not opened yet; -1: the kernel has no such file */
} sources[] = {{"/proc/stat", 0},       {"/proc/meminfo", 0},      {"/proc/diskstats", 0},
               {"/proc/net/dev", 0},    {"/proc/pressure/cpu", 0}, {"/proc/pressure/memory", 0},
               {"/proc/pressure/io", 0}};
enum { STAT, MEMINFO, DISKSTATS, NETDEV, PRESSURE };
static const char *const pressures[] = {"cpu", "memory", "io"};

/* The content of the file, up to 64 KiB; NULL: it cannot be read. */
static const char *content(size_t which)
{
    static char text[65537];
    struct source *source = &sources[which];
    ssize_t got;

    if (source->fd == 0)
        source->fd = open(source->path, O_RDONLY | O_CLOEXEC);
    got = source->fd > 0 ? pread(source->fd, text, sizeof(text) - 1, 0) : -1;
    if (got <= 0)
        return NULL;
    text[got] = '\0';
    return text;
}

static void add_device(struct sample_devices *devices, const char *name)
{
    devices->cut |= devices->count == SAMPLE_DEVICES;
    if (devices->count < SAMPLE_DEVICES && strlen(name) < SAMPLE_NAME &&
        strpbrk(name, ",.\n") == NULL)
        strcpy(devices->names[devices->count++], name);
}

static bool is_disk(const char *name, dev_t without)
{
    static const char *const others[] = {"loop", "ram", "zram", "sr", "fd", "nbd"};
    char path[300], text[64];
    unsigned major, minor;

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return false;
    snprintf(path, sizeof(path), "/sys/block/%s/dev", name);
    return name[0] != '.' &&
           (!read_line(path, text, sizeof(text)) || sscanf(text, "%u:%u", &major, &minor) != 2 ||
            makedev(major, minor) != without);
}

/* In the order of the names, so that two boots give the same columns. */
static void list(const char *folder, dev_t without, struct sample_devices *devices)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;

        if (without != (dev_t)-1 ? is_disk(name, without) : name[0] != '.')
            add_device(devices, name);
        free(names[i]);
    }
    free(names);
}

void sample_system_begin(struct sample_system *system, dev_t without)
{
    *system = (struct sample_system){0};
    list("/sys/block", without, &system->disks);
    list("/sys/class/net", (dev_t)-1, &system->networks);
    for (size_t i = 0; i < system->networks.count; i++) {
        char path[300], text[32];

        snprintf(path, sizeof(path), "/sys/class/net/%s/speed", system->networks.names[i]);
        system->speeds[i] = read_line(path, text, sizeof(text)) ? strtol(text, NULL, 10) : 0;
    }
}

void sample_system_names(const struct sample_system *system, struct sample_line *line)
{
    sample_line_text(line, ",cpu.total,cpu.idle,cpu.iowait,cpu.steal,mem.total,mem.used,"
                           "mem.available,pressure.cpu,pressure.memory,pressure.io");
    for (size_t i = 0; i < system->disks.count; i++)
        sample_line_text(line, ",disk.%s.busy,disk.%s.read,disk.%s.written", system->disks.names[i],
                         system->disks.names[i], system->disks.names[i]);
    for (size_t i = 0; i < system->networks.count; i++)
        sample_line_text(line, ",net.%s.received,net.%s.sent,net.%s.speed",
                         system->networks.names[i], system->networks.names[i],
                         system->networks.names[i]);
}

/* Ticks. */
static void add_cpu(struct sample_line *line)
{
    unsigned long long ticks[8] = {0}, total = 0;
    const char *text = content(STAT);
    bool known = text != NULL &&
                 sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1],
                        &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]) >= 7;

    for (size_t i = 0; i < 8; i++)
        total += ticks[i];
    sample_line_number(line, known, total);
    sample_line_number(line, known, ticks[3]);
    sample_line_number(line, known, ticks[4]);
    sample_line_number(line, known, ticks[7]);
}

static bool find_memory(const char *text, const char *name, unsigned long long *ret_kib)
{
    const char *at = text != NULL ? strstr(text, name) : NULL;

    return at != NULL && (at == text || at[-1] == '\n') &&
           sscanf(at + strlen(name), " %llu", ret_kib) == 1;
}

/* KiB. Used is what sar calls so: neither free nor caches that the kernel can give up. */
static void add_memory(struct sample_line *line)
{
    unsigned long long total = 0, free = 0, buffers = 0, cached = 0, slab = 0, available = 0;
    const char *text = content(MEMINFO);
    bool known = find_memory(text, "MemTotal:", &total) && find_memory(text, "MemFree:", &free) &&
                 find_memory(text, "Buffers:", &buffers) && find_memory(text, "Cached:", &cached) &&
                 find_memory(text, "Slab:", &slab);
    bool has_available = find_memory(text, "MemAvailable:", &available);
    unsigned long long unused = free + buffers + cached + slab;

    sample_line_number(line, known, total);
    sample_line_number(line, known, unused < total ? total - unused : 0);
    sample_line_number(line, has_available, available);
}

/* Microseconds in which some task waited. */
static void add_pressure(struct sample_line *line)
{
    for (size_t i = 0; i < sizeof(pressures) / sizeof(pressures[0]); i++) {
        const char *text = content(PRESSURE + i);
        const char *total = text != NULL ? strstr(text, "total=") : NULL;

        sample_line_number(line, total != NULL,
                           total != NULL ? strtoull(total + strlen("total="), NULL, 10) : 0);
    }
}

/* The line of a device: after its name, which stands alone. */
static const char *find_device(const char *text, const char *name, char after)
{
    size_t length = strlen(name);

    for (const char *at = text; at != NULL && (at = strstr(at, name)) != NULL; at += length)
        if (at > text && (at[-1] == ' ' || at[-1] == '\n') && at[length] == after)
            return at + length + 1;
    return NULL;
}

/* Milliseconds, and sectors of 512 bytes. */
static void add_disks(const struct sample_devices *disks, struct sample_line *line)
{
    const char *text = content(DISKSTATS);

    for (size_t i = 0; i < disks->count; i++) {
        unsigned long long read = 0, written = 0, busy = 0;
        const char *at = find_device(text, disks->names[i], ' ');
        bool known = at != NULL && sscanf(at, "%*u %*u %llu %*u %*u %*u %llu %*u %*u %llu", &read,
                                          &written, &busy) == 3;

        sample_line_number(line, known, busy);
        sample_line_number(line, known, read);
        sample_line_number(line, known, written);
    }
}

/* Bytes. */
static void add_networks(const struct sample_system *system, struct sample_line *line)
{
    const struct sample_devices *networks = &system->networks;
    const char *text = content(NETDEV);

    for (size_t i = 0; i < networks->count; i++) {
        unsigned long long received = 0, sent = 0;
        const char *at = find_device(text, networks->names[i], ':');
        bool known = at != NULL &&
                     sscanf(at, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", &received, &sent) == 2;

        sample_line_number(line, known, received);
        sample_line_number(line, known, sent);
        sample_line_number(line, system->speeds[i] > 0, (unsigned long long)system->speeds[i]);
    }
}

void sample_system_values(const struct sample_system *system, struct sample_line *line)
{
    add_cpu(line);
    add_memory(line);
    add_pressure(line);
    add_disks(&system->disks, line);
    add_networks(system, line);
}
