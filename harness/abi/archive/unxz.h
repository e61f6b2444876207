/* SPDX-License-Identifier: Apache-2.0 */
/* Decompresses the blocks of an xz file on several threads. libarchive decompresses on one. */
#ifndef TS_ABI_ARCHIVE_UNXZ_H
#define TS_ABI_ARCHIVE_UNXZ_H

#include <stdint.h>
#include <sys/types.h>

#include "abi/archive/blob.h"

struct unxz;

/* NULL if it is not an xz file of several blocks that fit in memory: read it with libarchive, which
 * also reports what is wrong with it. The blob must live as long. */
struct unxz *unxz_open(const struct blob *blob);

/* The next bytes, valid until the next call; 0 at the end, -1 with unxz_error_text. */
ssize_t unxz_next(struct unxz *unxz, const void **ret_data);

/* Bytes of the input that correspond to what was returned. */
uint64_t unxz_packed(const struct unxz *unxz);
const char *unxz_error_text(const struct unxz *unxz);
void unxz_close(struct unxz *unxz);

#endif
