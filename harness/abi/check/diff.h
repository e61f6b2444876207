/* SPDX-License-Identifier: Apache-2.0 */
/* What a move from one image to another removes, for each library. */
#ifndef TS_ABI_CHECK_DIFF_H
#define TS_ABI_CHECK_DIFF_H

#include "abi/surface/surface.h"
#include "base/vec.h"

struct error;

enum diff_kind {
    DIFF_LIBRARY_LOST,
    DIFF_LIBRARY_ADDED,
    DIFF_VERSION_LOST,
    DIFF_VERSION_ADDED,
    DIFF_SYMBOL_LOST,
    DIFF_SYMBOL_ADDED,
    DIFF_SIZE_CHANGED, /* size of a variable */
    DIFF_TYPE_REVIEW,  /* reported by abidiff: changed, needs review */
    DIFF_TYPE_CHANGED, /* reported by abidiff: incompatible */
    DIFF_KIND_COUNT
};
const char *diff_kind_name(enum diff_kind kind); /* library-lost, … */

struct diff_row {
    enum diff_kind kind;
    const char *library;          /* points into a surface */
    const char *symbol, *version; /* may be NULL; point into a surface */
    uint32_t before, after;       /* sizes */
};

struct diff {
    VEC(struct diff_row) rows; /* grouped by library, in the order of the first surface */
};

/* library NULL: all that have a SONAME. */
void diff_surfaces(const struct surface *a, const struct surface *b, const char *library,
                   struct diff *ret_diff);
void diff_done(struct diff *diff);

/* Adds what abidiff reports for two files of a library, limited to limit_ms and 4 GiB. -ENODATA: a
 * file has no debug information; -ENOENT: abidiff is not installed; -ETIMEDOUT, -EIO: a limit was
 * exceeded. */
int diff_types(const char *file_a, const char *file_b, const char *library, int64_t limit_ms,
               struct diff *diff, struct error **err);

/* The object that the loader finds for this name, or NULL. */
const struct surface_object *diff_library_object(const struct surface *surface,
                                                 const char *library);

#endif
