/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about one object and what the loader maps for it, for loading.c. */
#ifndef TS_ABI_CHECK_LOADING_H
#define TS_ABI_CHECK_LOADING_H

#include "abi/check/check.h"

/* The path of what is loaded, and whether it is the package's. */
static inline const char *loading_path(const struct closure *closure, uint32_t loaded)
{
    return closure->loaded.items[loaded].path;
}
static inline bool loading_is_ours(const struct closure *closure, uint32_t loaded)
{
    return closure->loaded.items[loaded].ref.layer == LAYER_PACKAGE;
}

/* plugin: no program of the package is linked to the object. Defined in loading_library.c,
 * loading_version.c and loading_symbol.c. */
void loading_note_library(struct check *check, const struct missing_library *missing, bool plugin);
void loading_note_place(struct check *check, const struct loaded *loaded);
void loading_note_version(struct check *check, const struct missing_version *missing);
void loading_note_symbol(struct check *check, const struct missing_symbol *missing, bool plugin);

#endif
