/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that can be read at any place: a file, a part of one, or memory. And a spool, which makes
 * such bytes of a stream: small ones in memory, large ones in a file without a name.
 */
#ifndef TS_ABI_ARCHIVE_BLOB_H
#define TS_ABI_ARCHIVE_BLOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/text.h"

struct archive;
struct error;

struct blob {
    const void *data; /* NULL: fd. Borrowed */
    int fd;           /* borrowed */
    uint64_t start, size;
};

/* Fewer bytes than asked for at the end only; negative errno. */
ssize_t blob_read(const struct blob *blob, uint64_t at, void *to, size_t size);

/* The part from `at` on; nothing where that lies behind the end. */
struct blob blob_from(const struct blob *blob, uint64_t at);

/* Where the archive stands in its blob; it must live as long as the archive. */
struct blob_cursor {
    struct blob blob;
    uint64_t at;
    char chunk[65536];
};

/* archive_read_open over a blob; libarchive's own result. */
int blob_open_archive(struct archive *archive, const struct blob *blob, struct blob_cursor *cursor);

struct spool {
    struct buffer held;
    int fd; /* < 0: all of it is held */
    uint64_t size;
};

#define SPOOL_INIT                                                                                 \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* The next bytes. -ENOSPC and others where the file cannot be written. */
int spool_add(struct spool *spool, const void *data, size_t size, struct error **err);

/* Moves what is held into the file, for whoever needs one. */
int spool_to_file(struct spool *spool, struct error **err);
struct blob spool_blob(const struct spool *spool);
void spool_done(struct spool *spool);

#endif
