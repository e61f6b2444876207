// SPDX-License-Identifier: GPL-2.0
/* Guardian's agent: each open of a regular file waits until its content was compared with the signatures; a file that
 * has one is refused with EPERM and written to the log.
 *
 *   guardian-agent SIGNATURES LOG READY PATH...
 *
 * SIGNATURES has lines "NAME HEXADECIMAL": in plain text, neither it nor the log could be opened. PATH: each file system that contains one is guarded. READY is made when all are. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNATURES = 64, SIGNATURE = 128, LOOKED_AT = 4096 };

static struct signature {
    char name[64];
    unsigned char bytes[SIGNATURE];
    size_t length;
} signatures[SIGNATURES];
static size_t count;

static void die(const char *what)
{
    fprintf(stderr, "guardian-agent: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void read_signatures(const char *path)
{
    FILE *file = fopen(path, "re");
    char text[2 * SIGNATURE + 1];

    if (file == NULL)
        die(path);
    while (count < SIGNATURES && fscanf(file, "%63s %256s", signatures[count].name, text) == 2) {
        struct signature *to = &signatures[count];

        while (to->length < strlen(text) / 2 &&
               sscanf(text + 2 * to->length, "%2hhx", &to->bytes[to->length]) == 1)
            to->length++;
        count += to->length > 0;
    }
    fclose(file);
    if (count == 0) {
        fprintf(stderr, "guardian-agent: %s has no signature\n", path);
        exit(1);
    }
}

/* The name of the signature at the beginning of the file; NULL: none. */
static const char *found_in(int fd)
{
    static char content[LOOKED_AT];
    struct stat st;
    ssize_t got;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return NULL;
    got = pread(fd, content, sizeof(content), 0);
    for (size_t i = 0; got > 0 && i < count; i++)
        if (memmem(content, (size_t)got, signatures[i].bytes, signatures[i].length) != NULL)
            return signatures[i].name;
    return NULL;
}

static void write_log(int log, const struct fanotify_event_metadata *event, const char *signature)
{
    char link[64], path[4096], line[5000];
    ssize_t got;
    int length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", event->fd);
    got = readlink(link, path, sizeof(path) - 1);
    path[got > 0 ? got : 0] = '\0';
    length = snprintf(line, sizeof(line), "blocked %s pid=%d file=%s signature=%s\n",
                      (event->mask & FAN_OPEN_EXEC_PERM) != 0 ? "exec" : "open", (int)event->pid, path,
                      signature);
    if (write(log, line, (size_t)length) != length)
        die("log");
}

static void answer(int guard, int log, const struct fanotify_event_metadata *event)
{
    const char *signature = event->pid == getpid() ? NULL : found_in(event->fd);
    struct fanotify_response response = {event->fd, signature != NULL ? FAN_DENY : FAN_ALLOW};

    if (signature != NULL)
        write_log(log, event, signature);
    if (write(guard, &response, sizeof(response)) != sizeof(response) && errno != ENOENT)
        die("answer");
    close(event->fd);
}

int main(int argc, char **argv)
{
    static char events[64 * 1024] __attribute__((aligned(8)));
    int guard, log, ready;

    if (argc < 5) {
        fprintf(stderr, "usage: guardian-agent SIGNATURES LOG READY PATH...\n");
        return 64;
    }
    read_signatures(argv[1]);
    log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (log < 0)
        die(argv[2]);
    /* Opened before anything is guarded: an open of its own would wait for itself. */
    ready = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (ready < 0)
        die(argv[3]);
    guard = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_UNLIMITED_QUEUE,
                          O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NOATIME);
    if (guard < 0)
        die("fanotify_init");
    for (int i = 4; i < argc; i++)
        if (fanotify_mark(guard, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM, AT_FDCWD,
                          argv[i]) < 0)
            die(argv[i]);
    if (write(ready, "ready\n", 6) != 6)
        die(argv[3]);
    for (;;) {
        ssize_t got = read(guard, events, sizeof(events));
        const struct fanotify_event_metadata *event = (const void *)events;

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            die("fanotify");
        for (; FAN_EVENT_OK(event, got); event = FAN_EVENT_NEXT(event, got))
            if (event->fd >= 0)
                answer(guard, log, event);
    }
}
