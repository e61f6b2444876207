/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a compressed text apart in memory, bounded; and what libarchive says when it cannot. */
#ifndef TS_ABI_ARCHIVE_UNPACK_H
#define TS_ABI_ARCHIVE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct archive;
struct buffer;
struct error;

/* archive_read_new; memory that cannot be had ends the process, as everywhere. */
struct archive *unpack_new(void);

/* Why the last call on the archive failed; libarchive does not always say. Borrowed. */
const char *unpack_said(struct archive *archive);

/* The absolute path of an entry below prefix ("" or "/opt"), without "." and doubled slashes; false
 * when the name climbs out with "..", is empty or is too long. */
bool unpack_path(const char *prefix, const char *name, char path[4096]);

/* gzip, xz, zstd, bzip2 or plain; -EFBIG past limit, -EBADMSG when damaged. */
int unpack_text(const void *data, size_t size, size_t limit, const char *what,
                struct buffer *ret_text, struct error **err);

#endif
