/* SPDX-License-Identifier: Apache-2.0 */
/* Appends one observation to the case's own file, which is no output stream, so that nothing a
 * product prints can be taken for one. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "inside/inside.h"

/* Lines in the file, up to its limit; it is small by construction. */
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

static int append(const char *path, const char *line, size_t length)
{
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    off_t size;

    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return complain(EXIT_IO, "observe: cannot open '%s': %s", path, strerror(errno));
    size = lseek(fd, 0, SEEK_END);
    if (size < 0 || (uint64_t)size + length > OBSERVATIONS_LIMIT ||
        count_lines(fd) >= OBSERVATIONS_COUNT)
        return complain(EXIT_IO, "observe: a case keeps at most %d observations and %d bytes",
                        OBSERVATIONS_COUNT, OBSERVATIONS_LIMIT);
    if (write(fd, line, length) != (ssize_t)length)
        return complain(EXIT_IO, "observe: cannot write '%s': %s", path, strerror(errno));
    close(fd);
    return 0;
}

int verb_observe(int argc, char **argv)
{
    static char line[OBSERVATION_KEY_MAX + 2 * (OBSERVATION_VALUE_MAX + OBSERVATION_UNIT_MAX) + 8];
    const char *path = getenv("TOUCHSTONE_OBSERVATIONS");
    const char *unit = argc > 3 ? argv[3] : "";
    size_t key, length;

    if (argc < 3 || argc > 4)
        return complain(EXIT_USAGE, "observe wants KEY VALUE [UNIT]");
    if (path == NULL || path[0] == '\0')
        return complain(EXIT_USAGE, "observe: TOUCHSTONE_OBSERVATIONS is not set: only a case "
                                    "that the harness runs can observe");
    key = strlen(argv[1]);
    if (key == 0 || key > OBSERVATION_KEY_MAX ||
        strspn(argv[1], "abcdefghijklmnopqrstuvwxyz0123456789_.-") != key)
        return complain(EXIT_USAGE, "observe: key '%.200s' is not [a-z0-9_.-]{1,%d}", argv[1],
                        OBSERVATION_KEY_MAX);
    if (strlen(argv[2]) > OBSERVATION_VALUE_MAX)
        return complain(EXIT_USAGE, "observe: the value of '%s' is longer than %d bytes", argv[1],
                        OBSERVATION_VALUE_MAX);
    if (strlen(unit) > OBSERVATION_UNIT_MAX)
        return complain(EXIT_USAGE, "observe: the unit of '%s' is longer than %d bytes", argv[1],
                        OBSERVATION_UNIT_MAX);
    memcpy(line, argv[1], key);
    length = key;
    line[length++] = '\t';
    length += escape_field(line + length, argv[2], strlen(argv[2]));
    line[length++] = '\t';
    length += escape_field(line + length, unit, strlen(unit));
    line[length++] = '\n';
    return append(path, line, length);
}
