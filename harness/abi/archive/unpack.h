/* SPDX-License-Identifier: Apache-2.0 */
/* Decompression in memory with a size limit, and libarchive's error messages. */
#ifndef TS_ABI_ARCHIVE_UNPACK_H
#define TS_ABI_ARCHIVE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct archive;
struct buffer;
struct error;

/* archive_read_new that never returns NULL: the process ends if memory runs out, as everywhere. */
struct archive *unpack_new(void);

/* Why the last call on the archive failed; never NULL, although libarchive does not always give a
 * reason. Borrowed. */
const char *unpack_error_text(struct archive *archive);

/* Makes the absolute path of an entry under prefix ("" or "/opt"), without "." and duplicate
 * slashes. Returns false if the name leaves it with "..", is empty or too long. */
bool unpack_path(const char *prefix, const char *name, char path[4096]);

/* Accepts gzip, xz, zstd, bzip2 or uncompressed text; -EFBIG beyond limit, -EBADMSG if damaged. */
int unpack_text(const void *data, size_t size, size_t limit, const char *what,
                struct buffer *ret_text, struct error **err);

#endif
