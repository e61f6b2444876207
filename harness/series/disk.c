/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a series on a results disk, whose guest may have died at any moment. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "series/series.h"

static int read_end(int fd, const char *path, struct buffer *ret_data, struct error **err)
{
    char chunk[1 << 16];
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot examine '%s'", path);
    if (st.st_size < SERIES_BYTES)
        return error_set(err, -ENODATA, "'%s' has no space for samples", path);
    for (off_t at = st.st_size - SERIES_BYTES; at < st.st_size;) {
        ssize_t got = pread(fd, chunk, sizeof(chunk), at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set_errno(err, got < 0 ? -errno : -EIO, "cannot read '%s'", path);
        buffer_add(ret_data, chunk, (size_t)got);
        at += got;
        /* Nothing was ever written there. */
        if (memchr(chunk, '\0', (size_t)got) != NULL)
            return 0;
    }
    return 0;
}

int series_read_disk(const char *path, const char *case_id, struct series *ret_series,
                     struct buffer *ret_text, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_series_ struct series series = {0};
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    code = read_end(fd, path, &data, err);
    if (code == 0)
        code = series_read(data.data, data.length, &series, err);
    if (code < 0)
        return code;
    if (strcmp(series.case_id, case_id) != 0)
        return error_set(err, -ENODATA, "the samples in '%s' are of case '%s'", path,
                         series.case_id);
    buffer_add(ret_text, data.data, series.length);
    *ret_series = series;
    series = (struct series){0};
    return 0;
}
