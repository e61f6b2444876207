/* SPDX-License-Identifier: Apache-2.0 */
/* Copies by the fastest method that both file systems support. */
#include "base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

#define CHUNK ((size_t)1 << 18)
#define RANGE_MAX (UINT64_C(1) << 30)

int copy_next_extent(int fd, uint64_t at, uint64_t size, struct copy_extent *ret_extent)
{
    off_t start, end;

    if (at >= size)
        return 0;
    *ret_extent = (struct copy_extent){at, size};
    start = lseek(fd, (off_t)at, SEEK_DATA);
    if (start < 0 && errno == ENXIO)
        return 0;
    if (start < 0 && (errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS))
        return 1;
    if (start < 0)
        return -errno;
    if ((uint64_t)start >= size)
        return 0;
    end = lseek(fd, start, SEEK_HOLE);
    ret_extent->start = (uint64_t)start;
    if (end > start && (uint64_t)end < size)
        ret_extent->end = (uint64_t)end;
    return 1;
}

int copy_data_bytes(int fd, uint64_t size, uint64_t *ret_bytes)
{
    struct copy_extent extent = {0};
    uint64_t bytes = 0;
    int code;

    while ((code = copy_next_extent(fd, extent.end, size, &extent)) > 0)
        bytes += extent.end - extent.start;
    if (code == 0)
        *ret_bytes = bytes;
    return code;
}

int copy_write(int fd, const void *data, size_t length)
{
    const char *from = data;

    while (length > 0) {
        ssize_t put = write(fd, from, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        from += put;
        length -= (size_t)put;
    }
    return 0;
}

/* True for error codes that mean that this pair of file systems, or this kernel, does not support
 * the operation. ETXTBSY and EBADF come from layered file systems, EPERM from sandboxes that filter
 * the call. */
static bool cannot(int code)
{
    return code == -EXDEV || code == -EINVAL || code == -ENOSYS || code == -EOPNOTSUPP ||
           code == -EPERM || code == -ENOTTY || code == -ETXTBSY || code == -EBADF;
}

/* Copies as much of the extent as possible and advances its start. */
static int copy_by_kernel(int from, int to, struct copy_extent *extent)
{
    while (extent->start < extent->end) {
        uint64_t left = extent->end - extent->start;
        off_t in = (off_t)extent->start, out = in;
        ssize_t got = copy_file_range(from, &in, to, &out, left < RANGE_MAX ? left : RANGE_MAX, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0) /* some file systems return 0 although there is more: fall back to reading */
            return -EINVAL;
        extent->start += (uint64_t)got;
    }
    return 0;
}

static int copy_by_hand(int from, int to, const struct copy_extent *extent)
{
    _cleanup_free_ char *chunk = text_calloc(1, CHUNK);
    uint64_t at = extent->start;

    if (lseek(to, (off_t)at, SEEK_SET) < 0)
        return -errno;
    while (at < extent->end) {
        uint64_t left = extent->end - at;
        ssize_t got = pread(from, chunk, left < CHUNK ? left : CHUNK, (off_t)at);
        int code;

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EIO;
        code = copy_write(to, chunk, (size_t)got);
        if (code < 0)
            return code;
        at += (uint64_t)got;
    }
    return 0;
}

int copy_content(int from, int to)
{
    struct copy_extent extent = {0};
    bool by_kernel = true;
    struct stat st;
    int code;

    if (fstat(from, &st) < 0)
        return -errno;
    if (ioctl(to, FICLONE, from) == 0)
        return 0;
    /* Set the size first, so that a file too large for this file system fails early. */
    if (ftruncate(to, st.st_size) < 0)
        return -errno;
    while ((code = copy_next_extent(from, extent.end, (uint64_t)st.st_size, &extent)) > 0) {
        struct copy_extent left = extent;

        code = by_kernel ? copy_by_kernel(from, to, &left) : -EINVAL;
        if (code < 0 && cannot(code)) {
            by_kernel = false;
            code = copy_by_hand(from, to, &left);
        }
        if (code < 0)
            return code;
    }
    return code;
}
