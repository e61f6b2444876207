/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the pax archive written by guest/media/payload.c, including holes, in one pass. */
#include "inside/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <linux/fs.h>

#include "inside/inside.h"
#include "inside/pax.h"
#include "inside/ustar.h"

#define CHUNK (256 * 1024)
#define EXTENTS_MAX (1 << 17)
#define KEPT_FREE_KIB 16384 /* left free, because the guest itself continues to write */

static char chunk[CHUNK];

/* A member as described by its headers. */
struct member {
    char path[PAX_TEXT_SIZE + 256];
    const char *name, *link;
    mode_t mode;
    char type;
    uint64_t size; /* in the archive */
    const struct pax *pax;
};

/* A member's data while it is read; the remainder is padding. */
struct source {
    const struct unpack *unpack;
    uint64_t left, padding;
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

static bool source_read(struct source *source, void *data, size_t length)
{
    if (length > source->left || !read_whole(source->unpack->fd, data, length))
        return false;
    source->left -= length;
    return true;
}

static bool source_skip(struct source *source)
{
    uint64_t skip = source->left + source->padding;

    source->left = source->padding = 0;
    return skip == 0 || lseek(source->unpack->fd, (off_t)skip, SEEK_CUR) >= 0;
}

/* True for a relative name without "..": the payload is the harness's own, but still must not leave
 * its folder. */
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

/* An existing file is removed first: it may be a running program, or a link. */
static int open_new(char *path, mode_t mode)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, mode);

    if (fd < 0 && errno == ENOENT && make_folders_above(path))
        fd = open(path, flags, mode);
    if (fd < 0 && errno == EEXIST && unlink(path) == 0)
        fd = open(path, flags, mode);
    /* Sets the mode of the payload, independent of the umask. */
    if (fd >= 0 && fchmod(fd, mode) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int cannot_write(const char *path)
{
    return complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
}

/* Copies the next bytes of the source to the file. */
static int put_bytes(struct source *source, const char *path, int fd, uint64_t length)
{
    while (length > 0) {
        size_t piece = length < CHUNK ? (size_t)length : CHUNK;

        if (!source_read(source, chunk, piece))
            return bad(source->unpack, "unexpected end of data");
        errno = ENOSPC; /* meaning of a short write */
        if (write(fd, chunk, piece) != (ssize_t)piece)
            return cannot_write(path);
        length -= piece;
    }
    return 0;
}

struct extent {
    uint64_t offset, length;
};

/* The map that precedes the data of a file with holes: numbers, one a line, in whole blocks. */
struct map_reader {
    struct source *source;
    char block[USTAR_BLOCK];
    size_t at; /* USTAR_BLOCK: the block is used up */
};

static bool map_number(struct map_reader *reader, uint64_t *ret_value)
{
    uint64_t value = 0;

    for (int digits = 0; digits < 20; digits++) {
        char c;

        if (reader->at == USTAR_BLOCK) {
            if (!source_read(reader->source, reader->block, USTAR_BLOCK))
                return false;
            reader->at = 0;
        }
        c = reader->block[reader->at++];
        if (c == '\n') {
            *ret_value = value;
            return digits > 0;
        }
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (uint64_t)(c - '0');
    }
    return false;
}

static struct extent *read_map(struct source *source, uint64_t real_size, uint64_t *ret_count)
{
    struct map_reader reader = {.source = source, .at = USTAR_BLOCK};
    struct extent *extents = NULL;
    uint64_t end = 0;

    if (map_number(&reader, ret_count) && *ret_count <= EXTENTS_MAX)
        extents = calloc(*ret_count + 1, sizeof(*extents));
    for (uint64_t i = 0; extents != NULL && i < *ret_count; i++) {
        struct extent *row = &extents[i];

        if (!map_number(&reader, &row->offset) || !map_number(&reader, &row->length) ||
            row->offset < end || row->offset > real_size || row->length > real_size - row->offset) {
            free(extents);
            return NULL;
        }
        end = row->offset + row->length;
    }
    return extents;
}

static int put_sparse(struct source *source, const char *path, int fd, uint64_t real_size)
{
    uint64_t count = 0;
    struct extent *extents = read_map(source, real_size, &count);
    int code = extents == NULL ? bad(source->unpack, "a sparse map is damaged") : 0;

    if (code == 0 && ftruncate(fd, (off_t)real_size) < 0)
        code = cannot_write(path);
    for (uint64_t i = 0; code == 0 && i < count; i++)
        code = lseek(fd, (off_t)extents[i].offset, SEEK_SET) < 0
                   ? cannot_write(path)
                   : put_bytes(source, path, fd, extents[i].length);
    free(extents);
    return code;
}

static int put_file(struct source *source, struct member *member)
{
    int fd = open_new(member->path, member->mode), code;

    if (fd < 0)
        return complain(EXIT_IO, "cannot create '%s': %s", member->path, strerror(errno));
    code = member->pax->sparse ? put_sparse(source, member->path, fd, member->pax->real_size)
                               : put_bytes(source, member->path, fd, source->left);
    if (close(fd) < 0 && code == 0)
        code = cannot_write(member->path);
    return code;
}

static int put_link(struct member *member)
{
    int made = symlink(member->link, member->path);

    if (made < 0 && errno == ENOENT && make_folders_above(member->path))
        made = symlink(member->link, member->path);
    if (made < 0 && errno == EEXIST && unlink(member->path) == 0)
        made = symlink(member->link, member->path);
    return made == 0
               ? 0
               : complain(EXIT_IO, "cannot create link '%s': %s", member->path, strerror(errno));
}

static int put_folder(struct member *member)
{
    if (make_folders_above(member->path) &&
        (mkdir(member->path, member->mode) == 0 || errno == EEXIST))
        return 0;
    return complain(EXIT_IO, "cannot create '%s': %s", member->path, strerror(errno));
}

static bool is_left_out(const struct unpack *unpack, const char *name)
{
    size_t length = unpack->without != NULL ? strlen(unpack->without) : 0;

    return length > 0 && strncmp(name, unpack->without, length) == 0 && name[length] == '/';
}

static int put_member(const struct unpack *unpack, struct member *member)
{
    struct source source = {.unpack = unpack, .left = member->size};
    bool left_out = is_left_out(unpack, member->name);
    int code;

    source.padding = (USTAR_BLOCK - member->size % USTAR_BLOCK) % USTAR_BLOCK;
    /* Reading ahead what is skipped takes longer than everything else. */
    posix_fadvise(unpack->fd, 0, 0, left_out ? POSIX_FADV_RANDOM : POSIX_FADV_NORMAL);
    if (left_out)
        code = 0;
    else if (member->type == '0')
        code = put_file(&source, member);
    else if (member->type == '2')
        code = put_link(member);
    else if (member->type == '5')
        code = put_folder(member);
    else
        code = bad(unpack, "a member is neither a file, a folder nor a symbolic link");
    if (code == 0 && !source_skip(&source))
        code = bad(unpack, "unexpected end of data");
    return code;
}

/* Reads the pax records for the next member. */
static int read_records(const struct unpack *unpack, uint64_t size, struct pax *pax)
{
    static char records[PAX_RECORDS_MAX];
    uint64_t padded = (size + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;

    if (padded > sizeof(records))
        return bad(unpack, "an extended header is too long");
    if (!read_whole(unpack->fd, records, (size_t)padded))
        return bad(unpack, "unexpected end of data");
    return pax_read(records, (size_t)size, pax) ? 0 : bad(unpack, "an extended header is damaged");
}

/* Processes one header: of pax records for the next member, or of a member. */
static int take_header(const struct unpack *unpack, const struct ustar *header, struct pax *pax)
{
    struct member member = {.type = header->typeflag, .pax = pax};
    char name[USTAR_NAME_SIZE], link[sizeof(header->linkname) + 1] = "";
    uint64_t mode;
    int code;

    if (!ustar_sum_holds(header) || !ustar_name(header, name) ||
        !ustar_number(header->size, sizeof(header->size), &member.size) ||
        !ustar_number(header->mode, sizeof(header->mode), &mode))
        return bad(unpack, "a member's header is damaged");
    if (header->typeflag == 'x')
        return read_records(unpack, member.size, pax);
    if (pax->has_size)
        member.size = pax->size;
    memcpy(link, header->linkname, sizeof(header->linkname));
    member.mode = (mode_t)mode & 0777;
    member.name = pax->name[0] != '\0' ? pax->name : name;
    member.link = pax->link[0] != '\0' ? pax->link : link;
    if (!is_inside(member.name))
        return bad(unpack, "a member's name is outside the folder");
    if (snprintf(member.path, sizeof(member.path), "%s/%s", unpack->base, member.name) >=
        (int)sizeof(member.path))
        return bad(unpack, "a member's name is too long");
    code = put_member(unpack, &member);
    memset(pax, 0, sizeof(*pax));
    return code;
}

/* Checked before the first file is written. */
static int check_space(const struct unpack *unpack)
{
    char base[4096];
    struct statvfs fs;
    uint64_t free_kib;

    if (unpack->needs_kib == 0)
        return 0;
    snprintf(base, sizeof(base), "%s/", unpack->base);
    if (!make_folders_above(base) || statvfs(base, &fs) < 0)
        return complain(EXIT_IO, "cannot create '%s': %s", base, strerror(errno));
    free_kib = (uint64_t)fs.f_bavail * (fs.f_frsize / 512) / 2;
    if (free_kib >= unpack->needs_kib + KEPT_FREE_KIB)
        return 0;
    return complain(EXIT_NO_SPACE, "the payload requires %llu MiB, but '%s' has only %llu MiB free",
                    (unsigned long long)unpack->needs_kib >> 10, unpack->base,
                    (unsigned long long)free_kib >> 10);
}

int unpack_all(struct unpack *unpack)
{
    static struct pax pax;
    struct ustar header;
    int code = check_space(unpack);

    if (code != 0)
        return code;
    unpack->fd = open(unpack->payload, O_RDONLY | O_CLOEXEC);
    if (unpack->fd < 0)
        return complain(EXIT_IO, "cannot open payload '%s': %s", unpack->payload, strerror(errno));
    /* The disk may differ from the one when this guest was saved; for a regular file this has no
     * effect. */
    ioctl(unpack->fd, BLKFLSBUF, 0);
    while (code == 0) {
        if (!read_whole(unpack->fd, &header, sizeof(header)))
            code = bad(unpack, "unexpected end of data");
        else if (header.name[0] == '\0')
            break;
        else
            code = take_header(unpack, &header, &pax);
    }
    close(unpack->fd);
    return code;
}
