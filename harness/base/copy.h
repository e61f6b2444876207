/* SPDX-License-Identifier: Apache-2.0 */
/* Copies the content of one open file to another on any file systems: by reflink or copy_file_range
 * if the kernel and both file systems support it, else by reading and writing. Holes are preserved
 * if the source's file system reports them. */
#ifndef TS_BASE_COPY_H
#define TS_BASE_COPY_H

#include <stddef.h>
#include <stdint.h>

/* A range of bytes that contains data: [start, end). */
struct copy_extent {
    uint64_t start, end;
};

/* Finds the first data at or after offset `at` in a file of `size` bytes: returns 1 and the extent,
 * 0 if only a hole follows, or a negative errno. Without support by the file system, the rest is
 * one extent. Changes the file offset. */
int copy_next_extent(int fd, uint64_t at, uint64_t size, struct copy_extent *ret_extent);

/* Bytes of data in the whole file, without holes. */
int copy_data_bytes(int fd, uint64_t size, uint64_t *ret_bytes);

/* Writes all data at the current file offset. Returns 0 or a negative errno. */
int copy_write(int fd, const void *data, size_t length);

/* Copies content and size of `from` to `to`, which is empty. -EIO: `from` was truncated meanwhile.
 * Returns 0 or a negative errno. */
int copy_content(int from, int to);

#endif
