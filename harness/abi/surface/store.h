/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where surfaces are kept: FOLDER/SHA256.surface, and FOLDER/names/NAME, a link to one. A surface
 * is asked for by name, by a unique beginning of its digest, or by the path of its file.
 */
#ifndef TS_ABI_SURFACE_STORE_H
#define TS_ABI_SURFACE_STORE_H

#include "base/digest.h"
#include "base/text.h"

struct error;
struct surface;

/* $TOUCHSTONE_HOME/surfaces. Caller frees. */
int surface_store_folder(char **ret_folder, struct error **err);

/* Gives a digest a name (text_is_name); a name that is there moves to the new digest. */
int surface_store_name(const char *folder, const char *name, const char *digest,
                       struct error **err);

/* -ENOENT lists the names there are; -EINVAL when a beginning fits several. */
int surface_store_find(const char *folder, const char *wanted, char **ret_path, struct error **err);

/* Names there are, sorted, appended. */
int surface_store_list(const char *folder, struct strv *ret_names, struct error **err);

#endif
