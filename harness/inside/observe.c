/* SPDX-License-Identifier: Apache-2.0 */
/* Appends one observation to the case's own file, which is not an output stream, so that output of
 * a product cannot be mistaken for an observation. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "inside/inside.h"

#define REFUSAL_MAX 4096

/* Counts lines in the file, whose size is limited. */
static size_t count_lines(int fd)
{
    char block[8192];
    size_t lines = 0;
    off_t at = 0;
    ssize_t got;

    while (at < OBSERVATIONS_LIMIT && (got = pread(fd, block, sizeof(block), at)) > 0) {
        for (ssize_t i = 0; i < got; i++)
            lines += block[i] == '\n';
        at += got;
    }
    return lines;
}

/* Appends a line; a rejection may exceed the limits, once. */
static int append(const char *path, const char *line, size_t length, bool refusal)
{
    /* The runner created the file and reports if it is missing. */
    int fd = open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    off_t size;
    size_t lines;

    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return complain(EXIT_IO, "observe: cannot open '%s': %s", path, strerror(errno));
    size = lseek(fd, 0, SEEK_END);
    lines = count_lines(fd); /* including the header line */
    if (size < 0 ||
        (uint64_t)size + length >
            OBSERVATIONS_LIMIT + strlen(OBSERVATIONS_HEAD) + (refusal ? REFUSAL_MAX : 0) ||
        lines >= OBSERVATIONS_COUNT + 1 + (refusal ? 1U : 0U)) {
        close(fd);
        return EXIT_USAGE;
    }
    if (write(fd, line, length) != (ssize_t)length)
        return complain(EXIT_IO, "observe: cannot write '%s': %s", path, strerror(errno));
    close(fd);
    return 0;
}

/* Reports a rejection, and records it for the host: a case that continues must not pass without
 * what it meant to measure. */
static int refuse(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(const char *path, const char *format, ...)
{
    char text[REFUSAL_MAX / 4], line[REFUSAL_MAX] = "\t";
    size_t length = 1;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    length += escape_field(line + length, text, strlen(text));
    line[length++] = '\n';
    append(path, line, length, true);
    return complain(EXIT_USAGE, "observe: %s", text);
}

int verb_observe(int argc, char **argv)
{
    static char line[OBSERVATION_KEY_MAX + 2 * (OBSERVATION_VALUE_MAX + OBSERVATION_UNIT_MAX) + 8];
    const char *path = getenv("TOUCHSTONE_OBSERVATIONS");
    const char *unit = argc > 3 ? argv[3] : "";
    size_t key, length;
    int code;

    if (path == NULL || path[0] == '\0')
        return complain(EXIT_USAGE, "observe: TOUCHSTONE_OBSERVATIONS is not set: only a case "
                                    "that the harness runs can observe");
    if (argc < 3 || argc > 4)
        return refuse(path, "%d arguments, expected KEY VALUE [UNIT]", argc - 1);
    key = strlen(argv[1]);
    if (key == 0 || key > OBSERVATION_KEY_MAX ||
        strspn(argv[1], "abcdefghijklmnopqrstuvwxyz0123456789_.-") != key)
        return refuse(path, "invalid key '%.200s': use [a-z0-9_.-]{1,%d}", argv[1],
                      OBSERVATION_KEY_MAX);
    if (argv[2][0] == '\0')
        return refuse(path,
                      "the value of '%s' is empty: the command that should have printed it failed",
                      argv[1]);
    if (strlen(argv[2]) > OBSERVATION_VALUE_MAX)
        return refuse(path, "the value of '%s' is longer than %d bytes", argv[1],
                      OBSERVATION_VALUE_MAX);
    if (strlen(unit) > OBSERVATION_UNIT_MAX)
        return refuse(path, "the unit of '%s' is longer than %d bytes", argv[1],
                      OBSERVATION_UNIT_MAX);
    memcpy(line, argv[1], key);
    length = key;
    line[length++] = '\t';
    length += escape_field(line + length, argv[2], strlen(argv[2]));
    line[length++] = '\t';
    length += escape_field(line + length, unit, strlen(unit));
    line[length++] = '\n';
    code = append(path, line, length, false);
    return code == EXIT_USAGE
               ? refuse(path,
                        "no space for '%s': a case stores at most %d observations and %d bytes",
                        argv[1], OBSERVATIONS_COUNT, OBSERVATIONS_LIMIT)
               : code;
}
