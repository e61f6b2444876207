/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a compressed text apart in memory, bounded. */
#ifndef TS_ABI_UNPACK_H
#define TS_ABI_UNPACK_H

#include <stddef.h>

struct buffer;
struct error;

/* gzip, xz, zstd, bzip2 or plain; -EFBIG past limit, -EBADMSG when damaged. */
int unpack_text(const void *data, size_t size, size_t limit, const char *what,
                struct buffer *ret_text, struct error **err);

#endif
