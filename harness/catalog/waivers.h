/* SPDX-License-Identifier: Apache-2.0 */
/* Files of waivers, which are kept in the user's own repository. */
#ifndef TS_CATALOG_WAIVERS_H
#define TS_CATALOG_WAIVERS_H

#include "model/waiver.h"

struct error;

/* Loads a file; today is the wall clock's. -ENOENT; -EBADMSG. Free with waivers_done. */
int catalog_load_waivers(const char *path, struct waivers *ret_waivers, struct error **err);

/* Appends a waiver to a file, which is created if it does not exist. -EEXIST: it has one for the
 * same failure that has not expired. */
int catalog_add_waiver(const char *path, const struct waiver *waiver, struct error **err);

#endif
