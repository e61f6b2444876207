/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of one open file to another, whatever file systems they are on: by reflink or
 * copy_file_range where the kernel and both file systems can, else by reading and writing. Holes
 * stay holes where the source's file system tells where they are.
 */
#ifndef TS_BASE_COPY_H
#define TS_BASE_COPY_H

#include <stddef.h>
#include <stdint.h>

/* A run of bytes that holds data: [start, end). */
struct copy_extent {
    uint64_t start, end;
};

/* The first data at or after `at` of a file of `size` bytes: 1 and the extent, 0 when only a hole
 * is left, or a negative errno. Where the file system does not tell, all that is left is data. The
 * file's offset moves. */
int copy_next_extent(int fd, uint64_t at, uint64_t size, struct copy_extent *ret_extent);

/* Bytes of data in the whole file, holes not counted. */
int copy_data_bytes(int fd, uint64_t size, uint64_t *ret_bytes);

/* Writes all of it at the file's offset. 0 or a negative errno. */
int copy_write(int fd, const void *data, size_t length);

/* `to` is empty and gets the content and size of `from`. -EIO: it became shorter meanwhile. 0 or a
 * negative errno. */
int copy_content(int from, int to);

#endif
