/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of a world. Internal to abi/loader; callers use world.h. */
#ifndef TS_ABI_LOADER_WORLD_PATH_H
#define TS_ABI_LOADER_WORLD_PATH_H

#include "abi/loader/world.h"

#define WORLD_HWCAPS "/glibc-hwcaps/"

/* Where the image has /lib as a link to usr/lib, an rpm or a deb that writes /lib/x means
 * /usr/lib/x: finds such folders. The lib/ of a folder or an archive is not installed there. */
void world_find_merged(struct world *world);

/* The row of a path whose folder has no links, in the package or else in the image; NULL if neither
 * has it. */
const struct surface_path *world_path_row(const struct world *world, const char *path,
                                          size_t length, enum layer *ret_layer);

/* The folder without links, "." and ".."; owned by the world. Cached, because there are few search
 * folders and many queries. */
const char *world_canonical_folder(struct world *world, const char *folder);

#endif
