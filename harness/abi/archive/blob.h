/* SPDX-License-Identifier: Apache-2.0 */
/* Random access to bytes in a file, a part of a file, or memory. A spool collects a stream into
 * such bytes: small ones in memory, large ones in an unnamed temporary file. */
#ifndef TS_ABI_ARCHIVE_BLOB_H
#define TS_ABI_ARCHIVE_BLOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/text.h"

struct error;

struct blob {
    const void *data; /* NULL: read from fd. Borrowed */
    int fd;           /* borrowed */
    uint64_t start, size;
};

/* Returns fewer bytes than requested only at the end; negative errno. */
ssize_t blob_read(const struct blob *blob, uint64_t at, void *to, size_t size);

/* The part from offset `at`; empty if that is beyond the end. */
struct blob blob_from(const struct blob *blob, uint64_t at);

struct spool {
    struct buffer held;
    int fd; /* < 0: everything is in memory */
    uint64_t size;
};

#define SPOOL_INIT                                                                                 \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* Appends bytes. -ENOSPC and others if the file cannot be written. */
int spool_add(struct spool *spool, const void *data, size_t size, struct error **err);

/* Moves the content to a file, for callers that need one. */
int spool_to_file(struct spool *spool, struct error **err);
struct blob spool_blob(const struct spool *spool);

/* The content in memory, or as a mapping of the file, whose pages may be dropped
 * (MADV_DONTNEED). spool_unmap before spool_done. */
int spool_map(const struct spool *spool, const void **ret_data, struct error **err);
void spool_unmap(const struct spool *spool, const void *data);
void spool_done(struct spool *spool);

#endif
