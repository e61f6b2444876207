/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ABI_SURFACE_HARVEST_WALK_H
#define TS_ABI_SURFACE_HARVEST_WALK_H

#include "abi/surface/harvest_queue.h"

struct error;

/* Puts what is in the folder, and a FOUND_END, into the queue. fd: the open folder, which is taken
 * over; prefix: begins every path, at most HARVEST_PREFIX_MAX bytes. */
#define HARVEST_PREFIX_MAX 255
int harvest_walk(struct harvest_queue *queue, const char *folder, int fd, const char *prefix,
                 struct error **err);

#endif
