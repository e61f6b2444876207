/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `begin`: takes the payload off its disk and says who this guest is. A shell, a mkdir and
 * a tar would do the first half in four times the time under emulation.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "inside/inside.h"
#include "inside/ustar.h"

#define CHUNK (256 * 1024)

struct unpack {
    const char *payload, *base, *without;
    int fd;
};

static int bad(const struct unpack *unpack, const char *what)
{
    return complain(EXIT_IO, "payload '%s': %s", unpack->payload, what);
}

static bool read_whole(int fd, void *data, size_t length)
{
    char *to = data;

    while (length > 0) {
        ssize_t got = read(fd, to, length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        length -= (size_t)got;
    }
    return true;
}

/* A relative name without "..": the payload is the harness's own, and still stays in its folder. */
static bool is_inside(const char *name)
{
    size_t length = strlen(name);

    return name[0] != '/' && name[0] != '\0' && strcmp(name, "..") != 0 &&
           strncmp(name, "../", 3) != 0 && strstr(name, "/../") == NULL &&
           (length < 3 || strcmp(name + length - 3, "/..") != 0);
}

static bool make_folders_above(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        int made;

        *slash = '\0';
        made = mkdir(path, 0755);
        *slash = '/';
        if (made < 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static int open_new(char *path, mode_t mode)
{
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, mode);

    if (fd < 0 && errno == ENOENT && make_folders_above(path))
        fd = open(path, flags, mode);
    /* The mode as it is in the payload, whatever the umask here. */
    if (fd >= 0 && fchmod(fd, mode) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int put_file(const struct unpack *unpack, char *path, mode_t mode, uint64_t size)
{
    static char chunk[CHUNK];
    uint64_t padded = (size + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;
    int fd = open_new(path, mode), code = 0;

    if (fd < 0)
        return complain(EXIT_IO, "cannot make '%s': %s", path, strerror(errno));
    while (padded > 0 && code == 0) {
        size_t piece = padded < CHUNK ? (size_t)padded : CHUNK;
        size_t wanted = size < piece ? (size_t)size : piece;

        errno = ENOSPC; /* what a short write means */
        if (!read_whole(unpack->fd, chunk, piece))
            code = bad(unpack, "it ends early");
        else if (write(fd, chunk, wanted) != (ssize_t)wanted)
            code = complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
        padded -= piece;
        size -= wanted;
    }
    if (close(fd) < 0 && code == 0)
        code = complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
    return code;
}

static bool is_left_out(const struct unpack *unpack, const char *name)
{
    size_t length = unpack->without != NULL ? strlen(unpack->without) : 0;

    return length > 0 && strncmp(name, unpack->without, length) == 0 && name[length] == '/';
}

static int put_member(const struct unpack *unpack, const struct ustar *header)
{
    char name[USTAR_NAME_SIZE], path[4096];
    uint64_t size, mode;

    if (!ustar_name(header, name) || !ustar_number(header->size, sizeof(header->size), &size) ||
        !ustar_number(header->mode, sizeof(header->mode), &mode) || !ustar_sum_holds(header) ||
        !is_inside(name))
        return bad(unpack, "a member's header is damaged");
    if (snprintf(path, sizeof(path), "%s/%s", unpack->base, name) >= (int)sizeof(path))
        return bad(unpack, "a member's name is too long");
    if (is_left_out(unpack, name)) {
        off_t skip = (off_t)((size + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK);

        return lseek(unpack->fd, skip, SEEK_CUR) >= 0 ? 0 : bad(unpack, "it ends early");
    }
    if (header->typeflag == '0')
        return put_file(unpack, path, (mode_t)mode & 0777, size);
    if (header->typeflag != '5')
        return bad(unpack, "a member is neither a file nor a folder");
    if (make_folders_above(path) && (mkdir(path, (mode_t)mode & 0777) == 0 || errno == EEXIST))
        return 0;
    return complain(EXIT_IO, "cannot make '%s': %s", path, strerror(errno));
}

static int unpack_all(struct unpack *unpack)
{
    struct ustar header;
    int code = 0;

    unpack->fd = open(unpack->payload, O_RDONLY | O_CLOEXEC);
    if (unpack->fd < 0)
        return complain(EXIT_IO, "cannot open payload '%s': %s", unpack->payload, strerror(errno));
    /* The disk may be another than when this guest was saved; a plain file has nothing to flush. */
    ioctl(unpack->fd, BLKFLSBUF, 0);
    while (code == 0) {
        if (!read_whole(unpack->fd, &header, sizeof(header)))
            code = bad(unpack, "it ends early");
        else if (header.name[0] == '\0')
            break;
        else
            code = put_member(unpack, &header);
    }
    close(unpack->fd);
    return code;
}

int verb_begin(int argc, char **argv)
{
    enum { PAYLOAD, BASE, WITHOUT, CLOCK };
    static const struct option options[] = {
        {"payload", 1, NULL, PAYLOAD},    {"base", 1, NULL, BASE}, {"without", 1, NULL, WITHOUT},
        {"set-clock-ms", 1, NULL, CLOCK}, {NULL, 0, NULL, 0},
    };
    struct unpack unpack = {.base = DEFAULT_BASE};
    const char *clock = NULL;
    const char **texts[] = {&unpack.payload, &unpack.base, &unpack.without, &clock};
    int option, code;

    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (option == '?')
            return EXIT_USAGE;
        *texts[option] = optarg;
    }
    if (unpack.payload == NULL || optind != argc)
        return complain(EXIT_USAGE, "begin wants --payload DEV and options only");
    code = unpack_all(&unpack);
    /* In a guest; elsewhere nothing is to stay behind. */
    return code != 0
               ? code
               : identity_print(clock, strcmp(unpack.base, DEFAULT_BASE) == 0 ? keeper_start() : 0);
}
