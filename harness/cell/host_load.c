/* SPDX-License-Identifier: Apache-2.0 */
#include "cell/host_load.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "base/vec.h"

enum { WATCH_S = 3, FILE_LIMIT = 1 << 20, DISKS = 64, STATES = 16 };

struct process {
    pid_t pid, parent;
    uint64_t ticks, pages;
    char name[20];
    bool own;
};
VEC_TYPE(processes, struct process);

static bool read_file(struct buffer *ret_text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool read_file(struct buffer *ret_text, const char *format, ...)
{
    va_list args;
    _cleanup_free_ char *path = NULL;

    va_start(args, format);
    path = text_vformat(format, args);
    va_end(args);
    return path_read(path, FILE_LIMIT, ret_text, NULL) == 0 && ret_text->length > 0;
}

static bool names(pid_t pid, const char *own)
{
    _cleanup_buffer_ struct buffer words = {0};

    return read_file(&words, "/proc/%d/cmdline", (int)pid) &&
           memmem(words.data, words.length, own, strlen(own)) != NULL;
}

static bool read_process(const char *pid, struct process *ret)
{
    _cleanup_buffer_ struct buffer text = {0};
    unsigned long long user, system, pages;
    const char *name, *state;

    if (!read_file(&text, "/proc/%s/stat", pid))
        return false;
    name = strchr(text.data, '(');
    state = strrchr(text.data, ')');
    if (name == NULL || state == NULL ||
        sscanf(state,
               ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %*u "
               "%*u %llu",
               &ret->parent, &user, &system, &pages) != 4)
        return false;
    ret->pid = (pid_t)strtol(pid, NULL, 10);
    ret->ticks = user + system;
    ret->pages = pages;
    snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(state - name - 1), name + 1);
    return true;
}

static bool read_processes(struct processes *ret)
{
    _cleanup_closedir_ DIR *list = opendir("/proc");
    const struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL) {
        struct process row = {0};

        if (isdigit((unsigned char)entry->d_name[0]) && read_process(entry->d_name, &row))
            *vec_add(ret) = row;
    }
    return ret->count > 0;
}

static struct process *find(const struct processes *all, pid_t pid)
{
    vec_foreach (row, all)
        if (row->pid == pid)
            return row;
    return NULL;
}

/* Marks this process and those that name the job's folder, with all that descend from them; then
 * the ancestors of this process, alone. */
static void mark_own(struct processes *all, const char *own)
{
    struct process *up = find(all, getpid());
    bool more = true;

    vec_foreach (row, all)
        row->own = row->pid == getpid() || names(row->pid, own);
    while (more) {
        more = false;
        vec_foreach (row, all) {
            const struct process *parent = row->own ? NULL : find(all, row->parent);

            if (parent != NULL && parent->own)
                row->own = more = true;
        }
    }
    for (; up != NULL; up = find(all, up->parent))
        up->own = true;
}

static void hold(double now, const char *name, double *largest, char *ret_name, size_t size)
{
    if (now <= *largest)
        return;
    *largest = now;
    snprintf(ret_name, size, "%s", name);
}

static void compare(const struct processes *before, const struct processes *after, double seconds,
                    struct criteria_load *ret_load)
{
    double memory = (double)sysconf(_SC_PHYS_PAGES), hz = (double)sysconf(_SC_CLK_TCK);

    vec_foreach (row, after) {
        const struct process *then = find(before, row->pid);
        double ticks = (double)(row->ticks - (then != NULL ? then->ticks : 0));

        if (row->own)
            continue;
        hold(100 * ticks / hz / seconds, row->name, &ret_load->process_cpu,
             ret_load->process_cpu_name, sizeof(ret_load->process_cpu_name));
        hold(100 * (double)row->pages / memory, row->name, &ret_load->process_memory,
             ret_load->process_memory_name, sizeof(ret_load->process_memory_name));
    }
}

struct disk {
    char name[32];
    uint64_t busy_ms;
};

static size_t read_disks(struct disk disks[DISKS])
{
    _cleanup_buffer_ struct buffer text = {0};
    size_t count = 0;

    if (!read_file(&text, "/proc/diskstats"))
        return 0;
    for (const char *line = text.data; line != NULL && count < DISKS;) {
        unsigned long long busy;

        if (sscanf(line, "%*u %*u %31s %*u %*u %*u %*u %*u %*u %*u %*u %*u %llu", disks[count].name,
                   &busy) == 2)
            disks[count++].busy_ms = busy;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return count;
}

static void count_connections(const char *path, size_t counts[STATES])
{
    _cleanup_buffer_ struct buffer text = {0};

    if (!read_file(&text, "%s", path))
        return;
    for (const char *line = text.data; line != NULL;) {
        unsigned state;

        if (sscanf(line, " %*d: %*s %*s %x", &state) == 1 && state < STATES)
            counts[state]++;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
}

/* include/net/tcp_states.h */
static const char *const states[STATES] = {
    "-",         "ESTABLISHED", "SYN_SENT",     "SYN_RECV",   "FIN_WAIT1",
    "FIN_WAIT2", "TIME_WAIT",   "CLOSE",        "CLOSE_WAIT", "LAST_ACK",
    "LISTEN",    "CLOSING",     "NEW_SYN_RECV", "-",          "-",
    "-"};

bool host_load_measure(const char *own, struct criteria_load *ret_load)
{
    struct processes before = {0}, after = {0};
    struct disk disks[2][DISKS];
    size_t counts[STATES] = {0}, count;
    int64_t start = clock_now_ms(), took;
    const struct timespec wait = {.tv_sec = WATCH_S};
    bool good = read_processes(&before);

    *ret_load = (struct criteria_load){0};
    count = read_disks(disks[0]);
    /* Nothing is awaited: this is the time that is watched. */
    nanosleep(&wait, NULL);
    took = clock_now_ms() - start;
    good &= read_processes(&after);
    mark_own(&after, own);
    compare(&before, &after, (double)took / 1000, ret_load);
    if (read_disks(disks[1]) == count)
        for (size_t i = 0; i < count; i++)
            hold(100 * (double)(disks[1][i].busy_ms - disks[0][i].busy_ms) / (double)took,
                 disks[1][i].name, &ret_load->disk, ret_load->disk_name,
                 sizeof(ret_load->disk_name));
    count_connections("/proc/net/tcp", counts);
    count_connections("/proc/net/tcp6", counts);
    for (size_t i = 1; i < STATES; i++)
        if (counts[i] > ret_load->connections) {
            ret_load->connections = counts[i];
            snprintf(ret_load->state, sizeof(ret_load->state), "%s", states[i]);
        }
    vec_done(&before);
    vec_done(&after);
    return good;
}
