/* SPDX-License-Identifier: Apache-2.0 */
/* Random access to bytes, also for libarchive. */
#include "abi/archive/blob.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define HELD_MAX (2 << 20) /* bytes of a spool stored in memory */

ssize_t blob_read(const struct blob *blob, uint64_t at, void *to, size_t size)
{
    size_t done = 0;

    if (at >= blob->size)
        return 0;
    if (size > blob->size - at)
        size = (size_t)(blob->size - at);
    if (blob->data != NULL) {
        memcpy(to, (const char *)blob->data + blob->start + at, size);
        return (ssize_t)size;
    }
    while (done < size) {
        ssize_t got =
            pread(blob->fd, (char *)to + done, size - done, (off_t)(blob->start + at + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

struct blob blob_from(const struct blob *blob, uint64_t at)
{
    struct blob part = *blob;

    if (at > blob->size)
        at = blob->size;
    part.start += at;
    part.size -= at;
    return part;
}

static la_ssize_t read_next(struct archive *archive, void *context, const void **ret)
{
    struct blob_cursor *cursor = context;
    ssize_t got = blob_read(&cursor->blob, cursor->at, cursor->chunk, sizeof(cursor->chunk));

    if (got < 0)
        archive_set_error(archive, (int)-got, "%s", strerror((int)-got));
    else
        cursor->at += (uint64_t)got;
    *ret = cursor->chunk;
    return got < 0 ? -1 : got;
}

static la_int64_t skip(struct archive *archive, void *context, la_int64_t request)
{
    struct blob_cursor *cursor = context;
    uint64_t left = cursor->blob.size > cursor->at ? cursor->blob.size - cursor->at : 0;

    (void)archive;
    if (request <= 0)
        return 0;
    if ((uint64_t)request < left)
        left = (uint64_t)request;
    cursor->at += left;
    return (la_int64_t)left;
}

static la_int64_t seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct blob_cursor *cursor = context;
    la_int64_t size = (la_int64_t)cursor->blob.size;
    la_int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (la_int64_t)cursor->at : size;

    (void)archive;
    if (offset < -base || offset > INT64_MAX - base)
        return ARCHIVE_FATAL;
    cursor->at = (uint64_t)(base + offset);
    return base + offset;
}

int blob_open_archive(struct archive *archive, const struct blob *blob, struct blob_cursor *cursor)
{
    cursor->blob = *blob;
    cursor->at = 0;
    archive_read_set_read_callback(archive, read_next);
    archive_read_set_skip_callback(archive, skip);
    archive_read_set_seek_callback(archive, seek);
    archive_read_set_callback_data(archive, cursor);
    return archive_read_open1(archive);
}

static int open_private(struct error **err)
{
    const char *folder = getenv("TMPDIR");
    int fd;

    if (folder == NULL || *folder == '\0')
        folder = "/var/tmp";
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EOPNOTSUPP) {
        _cleanup_free_ char *name = text_format("%s/touchstone-XXXXXX", folder);

        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            unlink(name);
    }
    return fd >= 0 ? fd
                   : error_set_errno(err, -errno, "cannot create a temporary file in '%s' (TMPDIR)",
                                     folder);
}

static int write_all(int fd, const char *data, size_t size, struct error **err)
{
    while (size > 0) {
        ssize_t put = write(fd, data, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_set_errno(err, -errno, "cannot write a temporary file (TMPDIR)");
        data += put;
        size -= (size_t)put;
    }
    return 0;
}

int spool_to_file(struct spool *spool, struct error **err)
{
    int code;

    if (spool->fd >= 0)
        return 0;
    code = open_private(err);
    if (code < 0)
        return code;
    spool->fd = code;
    code = write_all(spool->fd, spool->held.data, spool->held.length, err);
    buffer_done(&spool->held);
    return code;
}

int spool_add(struct spool *spool, const void *data, size_t size, struct error **err)
{
    int code;

    if (spool->fd < 0 && spool->size + size <= HELD_MAX) {
        buffer_add(&spool->held, data, size);
        spool->size += size;
        return 0;
    }
    code = spool_to_file(spool, err);
    if (code == 0)
        code = write_all(spool->fd, data, size, err);
    if (code == 0)
        spool->size += size;
    return code;
}

struct blob spool_blob(const struct spool *spool)
{
    if (spool->fd >= 0)
        return (struct blob){.fd = spool->fd, .size = spool->size};
    return (struct blob){
        .data = spool->held.data != NULL ? spool->held.data : "", .fd = -1, .size = spool->size};
}

void spool_done(struct spool *spool)
{
    buffer_done(&spool->held);
    if (spool->fd >= 0)
        close(spool->fd);
    spool->fd = -1;
}
