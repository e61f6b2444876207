/* SPDX-License-Identifier: Apache-2.0 */
#include "guest/media/results_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static int read_all(int fd, const char *path, uint64_t offset, size_t length,
                    struct buffer *ret_data, struct error **err)
{
    char chunk[65536];

    while (length > 0) {
        ssize_t got =
            pread(fd, chunk, length < sizeof(chunk) ? length : sizeof(chunk), (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set_errno(err, got < 0 ? -errno : -EIO, "cannot read results disk '%s'",
                                   path);
        buffer_add(ret_data, chunk, (size_t)got);
        offset += (uint64_t)got;
        length -= (size_t)got;
    }
    return 0;
}

int results_disk_read(const char *path, uint64_t offset, size_t length, struct buffer *ret_data,
                      struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    uint64_t size;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open results disk '%s'", path);
    size = (uint64_t)st.st_size;
    if (offset > size || length > size - offset)
        return error_set(err, -EBADMSG, "results disk '%s': %zu bytes at %llu are beyond its %llu",
                         path, length, (unsigned long long)offset, (unsigned long long)size);
    return read_all(fd, path, offset, length, ret_data, err);
}
