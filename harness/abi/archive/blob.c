/* SPDX-License-Identifier: Apache-2.0 */
/* Random access to bytes. */
#include "abi/archive/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

int spool_map(const struct spool *spool, const void **ret_data, struct error **err)
{
    void *map;

    if (spool->fd < 0) {
        *ret_data = spool_blob(spool).data;
        return 0;
    }
    map = mmap(NULL, spool->size, PROT_READ, MAP_SHARED, spool->fd, 0);
    if (map == MAP_FAILED)
        return error_set_errno(err, -errno, "cannot map a temporary file (TMPDIR)");
    *ret_data = map;
    return 0;
}

void spool_unmap(const struct spool *spool, const void *data)
{
    if (spool->fd >= 0 && data != NULL)
        munmap((void *)data, spool->size);
}

void spool_done(struct spool *spool)
{
    buffer_done(&spool->held);
    if (spool->fd >= 0)
        close(spool->fd);
    spool->fd = -1;
}
