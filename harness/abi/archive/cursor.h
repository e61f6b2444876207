/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the bytes of a blob with libarchive. */
#ifndef TS_ABI_ARCHIVE_CURSOR_H
#define TS_ABI_ARCHIVE_CURSOR_H

#include <stdint.h>

#include "abi/archive/blob.h"

struct archive;
struct unxz;

/* The archive's position in its blob; must live as long as the archive. */
struct blob_cursor {
    struct blob blob;
    uint64_t at;
    struct unxz *unxz; /* set before it is opened: decompresses the blob; NULL: libarchive does */
    char chunk[65536];
};

/* archive_read_open on a blob; returns libarchive's result. */
int blob_open_archive(struct archive *archive, const struct blob *blob, struct blob_cursor *cursor);

#endif
