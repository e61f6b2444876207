/* SPDX-License-Identifier: Apache-2.0 */
/* The argument of --waivers. */
#ifndef TS_CLI_WAIVERS_H
#define TS_CLI_WAIVERS_H

#include "judge/matrix.h"
#include "model/waiver.h"

struct error;
struct store;

/* Loads the waivers of a file, applies them, and warns of those that have expired and those that
 * let nothing pass. path NULL: there are none. Free with waivers_done. */
int waivers_apply(struct store *store, const char *path, struct matrix *matrix,
                  struct waivers *ret_waivers, struct error **err);

#endif
