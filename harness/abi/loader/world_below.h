/* SPDX-License-Identifier: Apache-2.0 */
/* The subfolders for a CPU that the loader searches before each folder. Internal to loader/. */
#ifndef TS_ABI_LOADER_WORLD_BELOW_H
#define TS_ABI_LOADER_WORLD_BELOW_H

#include "abi/loader/world.h"

/* Sets world->below; hwcaps, machine, glibc's version and the layers must be set. */
void world_list_below(struct world *world);

/* Cuts such a subfolder from the end of the folder's path. */
void world_cut_below(const struct world *world, char *folder);

#endif
