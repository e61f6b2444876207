/* SPDX-License-Identifier: Apache-2.0 */
/* Writes payloads with libarchive. */
#include "guest/media/payload.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/copy.h"
#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "base/tree.h"
#include "guest/media/media.h"

#define CHUNK ((size_t)1 << 20)
#define BLOCK 4096 /* block size of the guest's file system */
/* Largest size of headers, hole map and padding of a file. */
#define HEADERS_MAX (UINT64_C(4) << 20)
#define EXTENTS_MAX 65536 /* extents of one file; with more, its holes are written as data */

struct payload {
    char *path, *chunk;
    int fd;
    struct archive *tar;
    uint64_t written; /* bytes of the archive so far */
    uint64_t unpacked;
    bool finished, abandoned;
};

/* libarchive's write callback. The end of an abandoned payload is discarded here, because
 * archive_write_fail, which is intended for that, leaks memory. */
static la_ssize_t write_payload(struct archive *tar, void *closure, const void *data, size_t length)
{
    struct payload *payload = closure;
    int code;

    if (payload->abandoned)
        return (la_ssize_t)length;
    code = copy_write(payload->fd, data, length);
    if (code < 0) {
        archive_set_error(tar, -code, "%s", english_error(-code));
        return -1;
    }
    payload->written += length;
    return (la_ssize_t)length;
}

/* -EFBIG and -EINVAL describe the content: if a file system or limit of the host rejects the disk,
 * another code is used. */
static int host_code(int code)
{
    return code == -EFBIG || code == -EINVAL ? -EIO : code;
}

static int tar_failed(const struct payload *payload, const char *name, struct error **err)
{
    int code = archive_errno(payload->tar);
    const char *why = archive_error_string(payload->tar);

    return error_set(err, code > 0 ? host_code(-code) : -EIO,
                     "cannot write '%s' to payload '%s': %s", name, payload->path,
                     why != NULL ? why : "unknown error");
}

int payload_new(const char *path, struct payload **ret_payload, struct error **err)
{
    static const int how = O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    _cleanup_(payload_free_cleanup) struct payload *payload = text_calloc(1, sizeof(*payload));

    payload->path = text_dup(path);
    payload->chunk = text_calloc(1, CHUNK);
    payload->fd = open(path, how, 0644);
    if (payload->fd < 0)
        return error_set_errno(err, -errno, "cannot make disk '%s'", path);
    payload->tar = archive_write_new();
    if (payload->tar == NULL)
        text_out_of_memory();
    archive_write_set_format_pax_restricted(payload->tar);
    /* Names are bytes on both sides, independent of the locale. */
    archive_write_set_options(payload->tar, "hdrcharset=BINARY");
    archive_write_add_filter_none(payload->tar);
    archive_write_set_bytes_per_block(payload->tar, 1 << 18);
    archive_write_set_bytes_in_last_block(payload->tar, 512);
    if (archive_write_open(payload->tar, payload, NULL, write_payload, NULL) != ARCHIVE_OK)
        return tar_failed(payload, "the archive", err);
    *ret_payload = steal_ptr(payload);
    return 0;
}

static int check_room(const struct payload *payload, const char *name, uint64_t data,
                      struct error **err)
{
    if (data < MEDIA_PAYLOAD_SIZE && payload->written + data + HEADERS_MAX <= MEDIA_PAYLOAD_SIZE)
        return 0;
    return error_set(err, -EFBIG,
                     "payload '%s': with '%s' it exceeds %llu GiB: remove something from the "
                     "suite's files or packages",
                     payload->path, name, (unsigned long long)(MEDIA_PAYLOAD_SIZE >> 30));
}

static struct archive_entry *new_entry(const char *name, mode_t type, unsigned mode)
{
    struct archive_entry *entry = archive_entry_new();

    if (entry == NULL)
        text_out_of_memory();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, mode & 07777);
    archive_entry_set_size(entry, 0);
    return entry;
}

/* Finishes the header. A warning means that a name is not text in this locale: it is written
 * unchanged. */
static int put_header(struct payload *payload, const char *name, struct archive_entry *entry,
                      uint64_t data, struct error **err)
{
    int code = archive_write_header(payload->tar, entry);

    archive_entry_free(entry);
    payload->unpacked += BLOCK + (data + BLOCK - 1) / BLOCK * BLOCK;
    return code == ARCHIVE_OK || code == ARCHIVE_WARN ? 0 : tar_failed(payload, name, err);
}

static int put_data(struct payload *payload, const char *name, const void *data, size_t length,
                    struct error **err)
{
    if (archive_write_data(payload->tar, data, length) != (la_ssize_t)length)
        return tar_failed(payload, name, err);
    return 0;
}

int payload_add_memory(struct payload *payload, const char *name, const void *data, size_t length,
                       unsigned mode, struct error **err)
{
    struct archive_entry *entry;
    int code = check_room(payload, name, length, err);

    if (code < 0)
        return code;
    entry = new_entry(name, AE_IFREG, mode);
    archive_entry_set_size(entry, (int64_t)length);
    code = put_header(payload, name, entry, length, err);
    return code < 0 || length == 0 ? code : put_data(payload, name, data, length, err);
}

/* libarchive skips the bytes of holes but requires that they be passed. */
static int put_hole(struct payload *payload, const char *name, uint64_t length, struct error **err)
{
    static const char zeros[CHUNK];
    int code = 0;

    for (uint64_t left = length; code == 0 && left > 0;) {
        size_t piece = left < CHUNK ? (size_t)left : CHUNK;

        code = put_data(payload, name, zeros, piece, err);
        left -= piece;
    }
    return code;
}

/* Copies exactly these bytes: it is an error if the file's size changes meanwhile. */
static int put_extent(struct payload *payload, const char *name, int fd, const char *path,
                      const struct copy_extent *extent, struct error **err)
{
    int code = 0;

    for (uint64_t at = extent->start; code == 0 && at < extent->end;) {
        uint64_t left = extent->end - at;
        ssize_t got = pread(fd, payload->chunk, left < CHUNK ? left : CHUNK, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, -errno, "cannot read '%s'", path);
        if (got == 0)
            return error_set(err, -EIO, "'%s' was truncated while it was read", path);
        code = put_data(payload, name, payload->chunk, (size_t)got, err);
        at += (uint64_t)got;
    }
    return code;
}

struct extents {
    VEC(struct copy_extent) rows;
    uint64_t data;
};

/* A file without holes has one extent, an empty one none. */
static int find_extents(int fd, uint64_t size, struct extents *ret_extents)
{
    struct copy_extent extent = {0};
    int code;

    while ((code = copy_next_extent(fd, extent.end, size, &extent)) > 0) {
        if (ret_extents->rows.count == EXTENTS_MAX) {
            ret_extents->rows.count = 1;
            ret_extents->rows.items[0] = (struct copy_extent){0, size};
            ret_extents->data = size;
            return 0;
        }
        *vec_add(&ret_extents->rows) = extent;
        ret_extents->data += extent.end - extent.start;
    }
    return code;
}

static int put_file(struct payload *payload, const char *name, int fd, const char *path,
                    uint64_t size, const struct extents *extents, unsigned mode, struct error **err)
{
    struct archive_entry *entry = new_entry(name, AE_IFREG, mode);
    uint64_t at = 0;
    int code;

    archive_entry_set_size(entry, (int64_t)size);
    if (extents->data < size) {
        vec_foreach (extent, &extents->rows)
            archive_entry_sparse_add_entry(entry, (int64_t)extent->start,
                                           (int64_t)(extent->end - extent->start));
        if (extents->rows.count == 0) /* only a hole */
            archive_entry_sparse_add_entry(entry, (int64_t)size, 0);
    }
    code = put_header(payload, name, entry, extents->data, err);
    vec_foreach (extent, &extents->rows) {
        if (code == 0)
            code = put_hole(payload, name, extent->start - at, err);
        if (code == 0)
            code = put_extent(payload, name, fd, path, extent, err);
        at = extent->end;
    }
    return code == 0 ? put_hole(payload, name, size - at, err) : code;
}

int payload_add_file(struct payload *payload, const char *name, const char *path, unsigned mode,
                     struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct extents extents = {0};
    struct stat st;
    int code;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open '%s' for the payload", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file: only those go into a payload",
                         path);
    code = find_extents(fd, (uint64_t)st.st_size, &extents);
    if (code < 0)
        error_set_errno(err, code, "cannot read '%s'", path);
    if (code == 0)
        code = check_room(payload, name, extents.data, err);
    if (code == 0)
        code = put_file(payload, name, fd, path, (uint64_t)st.st_size, &extents, mode, err);
    vec_done(&extents.rows);
    return code;
}

int payload_add_link(struct payload *payload, const char *name, const char *target,
                     struct error **err)
{
    struct archive_entry *entry = new_entry(name, AE_IFLNK, 0777);

    archive_entry_set_symlink(entry, target);
    return put_header(payload, name, entry, 0, err);
}

struct suite_walk {
    struct payload *payload;
    const char *name;
    enum arch arch;
};

static int add_entry(void *context, const struct tree_entry *entry, struct error **err)
{
    const struct suite_walk *walk = context;
    _cleanup_free_ char *name = text_format("%s/%s", walk->name, entry->name);

    if (!suite_file_is_for(entry->name, walk->arch))
        return 0;
    if (entry->kind == TREE_FILE)
        return payload_add_file(walk->payload, name, entry->path, entry->mode & 0755, err);
    if (entry->kind == TREE_LINK)
        return payload_add_link(walk->payload, name, entry->target, err);
    return put_header(walk->payload, name, new_entry(name, AE_IFDIR, 0755), 0, err);
}

int payload_add_suite(struct payload *payload, const char *name, const char *folder, enum arch arch,
                      struct error **err)
{
    struct suite_walk walk = {.payload = payload, .name = name, .arch = arch};
    int code = put_header(payload, name, new_entry(name, AE_IFDIR, 0755), 0, err);

    return code == 0 ? tree_walk(folder, false, add_entry, &walk, err) : code;
}

uint64_t payload_unpacked_bytes(const struct payload *payload)
{
    return payload->unpacked;
}

int payload_finish(struct payload *payload, struct error **err)
{
    if (archive_write_close(payload->tar) != ARCHIVE_OK)
        return tar_failed(payload, "the archive's end", err);
    if (ftruncate(payload->fd, (off_t)MEDIA_PAYLOAD_SIZE) < 0) {
        int code = host_code(-errno);

        return error_set(err, code, "cannot give payload '%s' its size: %s", payload->path,
                         english_error(errno));
    }
    payload->finished = true;
    return 0;
}

void payload_free(struct payload *payload)
{
    if (payload == NULL)
        return;
    payload->abandoned = !payload->finished;
    if (payload->tar != NULL)
        archive_write_free(payload->tar);
    if (!payload->finished && payload->fd >= 0)
        unlink(payload->path);
    cleanup_close(&payload->fd);
    free(payload->chunk);
    free(payload->path);
    free(payload);
}
