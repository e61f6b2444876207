/* SPDX-License-Identifier: Apache-2.0 */
/* fanotify: every file opened for execution, on every mounted file system. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/witness.h"

#ifndef FAN_OPEN_EXEC
#define FAN_OPEN_EXEC 0x00001000
#endif

static int group = -1;
static bool lost;

/* File systems from which nothing is executed, or that cannot be marked. */
static bool is_kernels(const char *type)
{
    static const char *const types[] = {
        "proc",     "sysfs",   "cgroup",  "cgroup2",     "devpts",     "mqueue",
        "debugfs",  "tracefs", "bpf",     "pstore",      "securityfs", "configfs",
        "efivarfs", "autofs",  "fusectl", "binfmt_misc", "selinuxfs",  "hugetlbfs"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}

/* mountinfo encodes blanks in paths as \040 (proc(5)). */
static void unescape(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; to++) {
        unsigned value;

        if (from[0] == '\\' && sscanf(from + 1, "%3o", &value) == 1) {
            *to = (char)value;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

void opens_mark(void)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char line[4096];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        char path[WITNESS_PATH], type[64];
        const char *rest = strstr(line, " - ");

        if (rest == NULL || sscanf(line, "%*d %*d %*s %*s %1023s", path) != 1 ||
            sscanf(rest, " - %63s", type) != 1 || is_kernels(type))
            continue;
        unescape(path);
        /* Marks the whole file system, through whatever mount or namespace a process accesses it.
         * Marking it again has no effect. */
        fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_EXEC, AT_FDCWD, path);
    }
    if (file != NULL)
        fclose(file);
}

int opens_begin(const char **ret_why)
{
    /* O_LARGEFILE is 0 where large files are the default.
     * NOLINTNEXTLINE(misc-redundant-expression) */
    const unsigned flags = O_RDONLY | O_CLOEXEC | O_LARGEFILE | O_NOATIME;

    group =
        fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE, flags);
    if (group < 0) {
        *ret_why = errno == EPERM ? "not permitted" : "no fanotify";
        return -1;
    }
    if (fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_EXEC, AT_FDCWD, "/") <
        0) {
        *ret_why = "the kernel does not report executions (FAN_OPEN_EXEC, 5.0)";
        close(group);
        group = -1;
        return -1;
    }
    opens_mark();
    return group;
}

bool opens_read(void)
{
    static char events[8192] __attribute__((aligned(__alignof__(struct fanotify_event_metadata))));
    ssize_t got;

    while (group >= 0 && (got = read(group, events, sizeof(events))) > 0) {
        const struct fanotify_event_metadata *event = (const void *)events;

        for (; FAN_EVENT_OK(event, got); event = FAN_EVENT_NEXT(event, got)) {
            int file;

            lost |= (event->mask & FAN_Q_OVERFLOW) != 0;
            if (event->fd < 0)
                continue;
            file = files_find(event->fd);
            close(event->fd);
            if (file != NO_FILE)
                process_opened(event->pid, file);
            else
                lost = true;
        }
    }
    return !lost;
}
