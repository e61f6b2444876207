/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of surfaces: FOLDER/SHA256.surface, and FOLDER/names/NAME, a link to one. A surface is
 * selected by name, by a unique prefix of its digest, or by the path of its file. */
#ifndef TS_ABI_SURFACE_STORE_H
#define TS_ABI_SURFACE_STORE_H

#include "base/digest.h"
#include "base/text.h"

struct error;
struct surface;

/* $TOUCHSTONE_HOME/surfaces. Caller frees. */
int surface_store_folder(char **ret_folder, struct error **err);

/* Names a digest (text_is_name); an existing name is changed to the new digest. */
int surface_store_name(const char *folder, const char *name, const char *digest,
                       struct error **err);

/* -ENOENT lists the known names; -EINVAL: the prefix is ambiguous. */
int surface_store_find(const char *folder, const char *wanted, char **ret_path, struct error **err);

/* Appends all names, sorted. */
int surface_store_list(const char *folder, struct strv *ret_names, struct error **err);

#endif
