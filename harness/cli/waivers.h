/* SPDX-License-Identifier: Apache-2.0 */
/* The argument of --waivers. */
#ifndef TS_CLI_WAIVERS_H
#define TS_CLI_WAIVERS_H

#include "model/waiver.h"

struct error;

/* Loads the waivers of a file. path NULL: there are none. Free with waivers_done. */
int waivers_load(const char *path, struct waivers *ret_waivers, struct error **err);

/* Warns of those that have expired, and of those that let nothing pass in a run. */
void waivers_warn(const char *path, const struct waivers *waivers);

#endif
