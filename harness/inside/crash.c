/* SPDX-License-Identifier: Apache-2.0 */
/* While a case runs, the kernel pipes the core of every process that crashes to this program
 * (core_pattern), including those that changed their user ID (suid_dumpable). The handlers' output
 * is read at the end, and both settings are restored unless the case changed them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/crash.h"
#include "inside/witness.h"

#define KERNEL_LINES 8

static struct setting {
    const char *path;
    char before[256], ours[256];
    bool set;
} settings[] = {
    {.path = "/proc/sys/kernel/core_pattern"},
    {.path = "/proc/sys/kernel/core_pipe_limit", .ours = "4"},
    {.path = "/proc/sys/fs/suid_dumpable", .ours = "2"},
};
enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static char folder[4096];
static int kernel_log = -1;
static char *core;
static size_t core_size;
static bool core_whole;

static bool read_setting(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, size - 1) : -1;

    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return got >= 0;
}

static bool write_setting(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return written;
}

static void clear_folder(void)
{
    DIR *open_folder = opendir(folder);
    const struct dirent *entry;

    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(open_folder), entry->d_name, 0);
    if (open_folder != NULL)
        closedir(open_folder);
    rmdir(folder);
}

void crash_begin(const char *base)
{
    char program[256] = "";
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    snprintf(folder, sizeof(folder), "%.4000s/crashes", base);
    clear_folder();
    /* The kernel's limit is 127 bytes. */
    if (length <= 0 || mkdir(folder, 0700) < 0 ||
        snprintf(settings[0].ours, sizeof(settings[0].ours), "|%s crash %s %%P %%s", program,
                 folder) > 127) {
        witness_fact("crashes\tnone\tcannot store them");
        return;
    }
    kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (kernel_log >= 0)
        lseek(kernel_log, 0, SEEK_END);
    for (int i = 0; i < SETTINGS; i++)
        settings[i].set =
            read_setting(settings[i].path, settings[i].before, sizeof(settings[i].before)) &&
            write_setting(settings[i].path, settings[i].ours);
    if (!settings[0].set)
        witness_fact("crashes\tnone\tcore_pattern cannot be set");
}

static void put_back(void)
{
    for (int i = SETTINGS - 1; i >= 0; i--) {
        char now[256];

        if (!settings[i].set || !read_setting(settings[i].path, now, sizeof(now)))
            continue;
        if (strcmp(now, settings[i].ours) == 0)
            write_setting(settings[i].path, settings[i].before);
        else
            witness_fact("changed\t%s\t%s", settings[i].path, witness_field(now));
    }
}

/* Lines of the kernel log about processes that crashed. */
static void report_kernel_lines(void)
{
    static const char *const signs[] = {"traps: ", "segfault at", "unhandled", "undefined instr"};
    char record[4096];
    ssize_t got;
    int told = 0;

    while (kernel_log >= 0 && told < KERNEL_LINES) {
        char *text;

        got = read(kernel_log, record, sizeof(record) - 1);
        if (got < 0 && errno == EPIPE)
            continue;
        if (got <= 0)
            break;
        record[got] = '\0';
        text = strchr(record, ';');
        if (text == NULL)
            continue;
        text[strcspn(text, "\n")] = '\0';
        for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
            if (strstr(text, signs[i]) != NULL) {
                witness_fact("kernel\t%.400s", witness_field(text + 1));
                told++;
                break;
            }
    }
}

static char *read_whole(int at, const char *name, size_t limit, size_t *ret_size)
{
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char *data = fd >= 0 ? malloc(limit + 1) : NULL;
    size_t size = 0;
    ssize_t got;

    while (data != NULL && size < limit && (got = read(fd, data + size, limit - size)) > 0)
        size += (size_t)got;
    if (fd >= 0)
        close(fd);
    if (data != NULL)
        data[size] = '\0';
    *ret_size = size;
    return data;
}

/* "sent SIGNAL PROGRAM PROCESS": only signals sent by the case's own process are recorded. */
static void report_sent(const char *line)
{
    const char *sender = strrchr(line, '\t');

    if (sender != NULL && ends_leader() > 0 && atol(sender + 1) == ends_leader())
        witness_fact("%s", line);
}

static void report_one(int at, const char *name)
{
    size_t size = 0;
    char *text = read_whole(at, name, CRASH_FACT_MAX, &size);

    for (char *rest = text, *line; text != NULL && (line = strsep(&rest, "\n")) != NULL;)
        if (strncmp(line, "crash\t", 6) == 0 || strncmp(line, "file\t", 5) == 0)
            witness_fact("%s", line);
        else if (strncmp(line, "sent\t", 5) == 0)
            report_sent(line);
    free(text);
}

void crash_end(void)
{
    DIR *open_folder = opendir(folder);
    const struct dirent *entry;
    int told = 0;

    put_back();
    while (open_folder != NULL && told < CRASHES_MAX && (entry = readdir(open_folder)) != NULL)
        if (strncmp(entry->d_name, "crash.", 6) == 0) {
            report_one(dirfd(open_folder), entry->d_name);
            told++;
        }
    if (open_folder != NULL) {
        struct stat status;

        core = read_whole(dirfd(open_folder), "core", CRASH_CORE_MAX, &core_size);
        core_whole = fstatat(dirfd(open_folder), "whole", &status, 0) == 0;
        closedir(open_folder);
    }
    report_kernel_lines();
    clear_folder();
}

const char *crash_core(size_t *ret_size, bool *ret_whole)
{
    *ret_size = core != NULL ? core_size : 0;
    *ret_whole = core_whole;
    return core;
}
