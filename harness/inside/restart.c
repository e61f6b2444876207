/* SPDX-License-Identifier: Apache-2.0 */
/* How a case requests a restart of its guest: the request is a file beside the case's observations,
 * which the runner reads, and the case ends with it. Nothing is synced here: the case is meant to
 * find out what a power cut destroys. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/inside.h"

static const char *const kinds[] = {"reboot", "power-cut"};

bool is_mark(const char *text)
{
    size_t length = strlen(text);

    return length >= 1 && length <= MARK_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               length;
}

static const char *find_kind(const char *text)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i], text) == 0)
            return kinds[i];
    return NULL;
}

void restart_take(const char *path, pid_t leader, struct case_run *run)
{
    char line[128], *mark, *group = NULL;
    const char *kind = NULL;

    run->restart = "none";
    strcpy(run->next_mark, "-");
    if (run->timed_out || !read_line(path, line, sizeof(line)))
        return;
    unlink(path);
    mark = strchr(line, ' ');
    if (mark != NULL) {
        *mark++ = '\0';
        kind = find_kind(line);
    }
    if (mark != NULL && (group = strchr(mark, ' ')) != NULL)
        *group++ = '\0';
    if (kind == NULL || !is_mark(mark))
        return;
    if (run->signal != SIGKILL || group == NULL || atol(group) != (long)leader) {
        fact(run, "restart-refused", kind, mark, NULL);
        return;
    }
    run->restart = kind;
    snprintf(run->next_mark, sizeof(run->next_mark), "%s", mark);
}

int verb_restart(int argc, char **argv)
{
    const char *path = getenv("TOUCHSTONE_RESTART");
    const char *kind = argc == 3 ? find_kind(argv[1]) : NULL;
    int fd;

    if (kind == NULL || !is_mark(argv[2]))
        return complain(EXIT_USAGE,
                        "requires one MARK of 1 to %d letters, digits, '.', '_', '-', which tells "
                        "the case where to continue",
                        MARK_MAX);
    if (path == NULL || path[0] == '\0')
        return complain(EXIT_USAGE, "TOUCHSTONE_RESTART is not set: only a case that the harness "
                                    "runs can have its guest started again");
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 || dprintf(fd, "%s %s %ld\n", kind, argv[2], (long)getpgrp()) < 0)
        return complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
    close(fd);
    kill(0, SIGKILL);
    return EXIT_IO;
}
