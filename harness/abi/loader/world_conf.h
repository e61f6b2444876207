/* SPDX-License-Identifier: Apache-2.0 */
/* ld.so.conf of an image with a package. Internal to abi/loader. */
#ifndef TS_ABI_LOADER_WORLD_CONF_H
#define TS_ABI_LOADER_WORLD_CONF_H

#include "abi/loader/world.h"

/* Sets conf, conf_changed and conf_unread. */
void world_read_conf(struct world *world);

#endif
