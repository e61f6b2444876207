/* SPDX-License-Identifier: Apache-2.0 */
/* The cache's files: packages by digest, and the sets that were resolved before. */
#ifndef TS_STAGE_POOL_H
#define TS_STAGE_POOL_H

#include "stage/stage.h"

/* Where a package of this digest and file name lies (or would lie). Caller frees. */
char *pool_path(const char *cache, const char *sha256, const char *file);

/* 0 when the package is there, of this size (0: any) and digest; -ENOENT when it is not; one that
 * is damaged is removed, with a warning, and -ENOENT too. */
int pool_check(const char *cache, const char *sha256, const char *file, uint64_t size,
               struct error **err);

/* Moves a file in. -EBADMSG when its digest or size (0: any) is another; then it is removed. */
int pool_take(const char *cache, const char *path, const char *sha256, const char *file,
              uint64_t size, struct error **err);

/* Adds a package to a set whose earlier ones stand before it. */
void staged_add(struct staged *staged, const char *cache, const char *file, const char *name,
                const char *version, const char *arch, const char *sha256, uint64_t size);

/* Fills sha256 and bytes of a set that is complete. */
void staged_seal(struct staged *staged);

/* The set of that key, every package checked. -ENOENT: none, or not all of its packages. */
int set_read(const char *cache, const char *key, struct staged **ret_staged, struct error **err);
int set_write(const char *cache, const char *key, const struct staged *staged, struct error **err);

#endif
