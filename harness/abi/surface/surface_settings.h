/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a system, from its surface. */
#ifndef TS_ABI_SURFACE_SURFACE_SETTINGS_H
#define TS_ABI_SURFACE_SURFACE_SETTINGS_H

#include "abi/settings/settings.h"

struct surface;

/* A group that the surface does not have is unknown, with the reason and what to do. Free with
 * settings_done. */
void surface_read_settings(const struct surface *surface, struct settings *ret_settings);

#endif
