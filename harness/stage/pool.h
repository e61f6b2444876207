/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the cache: packages by digest, and resolved sets. */
#ifndef TS_STAGE_POOL_H
#define TS_STAGE_POOL_H

#include "stage/stage.h"

/* The path of a package with this digest and file name, whether or not it exists. Caller frees. */
char *pool_path(const char *cache, const char *sha256, const char *file);

/* Returns 0 if the package exists with this size (0: any) and digest; -ENOENT if not. A damaged one
 * is removed with a warning, and gives -ENOENT too. */
int pool_check(const char *cache, const char *sha256, const char *file, uint64_t size,
               struct error **err);

/* Moves a file into the pool. -EBADMSG: its digest or size (0: any) differs; it is removed then. */
int pool_take(const char *cache, const char *path, const char *sha256, const char *file,
              uint64_t size, struct error **err);

/* Appends a package to a set. */
void staged_add(struct staged *staged, const char *cache, const char *file, const char *name,
                const char *version, const char *arch, const char *sha256, uint64_t size);

/* Sets sha256 and bytes of a complete set. */
void staged_seal(struct staged *staged);

/* Reads the set of that key and verifies every package. -ENOENT: it does not exist, or packages are
 * missing. */
int set_read(const char *cache, const char *key, struct staged **ret_staged, struct error **err);
int set_write(const char *cache, const char *key, const struct staged *staged, struct error **err);

#endif
