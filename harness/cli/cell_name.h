/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves a cell name IMAGE/PLATFORM/SUITE, which may be abbreviated. */
#ifndef TS_CLI_CELL_NAME_H
#define TS_CLI_CELL_NAME_H

#include <stddef.h>

#include "base/text.h"
#include "model/record.h"

struct error;

/*
 * Finds the cell that matches: up to three words separated by slashes are names of its image,
 * platform and suite, in this order, or prefixes or substrings of them; a name may be omitted. Full
 * names take precedence over prefixes, prefixes over substrings. -ENOENT: none; -EINVAL: ambiguous,
 * with the candidates.
 */
int cell_name_find(const struct cell_records *cells, const char *run_id, const char *text,
                   size_t *ret_place, struct error **err);

/* Cells that differ by their images alone: the series of builds of one system. */
struct cell_series {
    struct strv images;           /* owned */
    const char *platform, *suite; /* borrowed from the cells */
};

/* The same for the cells of all runs; without the name of an image, those of all images.
 * -ENOENT, -EINVAL. Free ret_series->images. */
int cell_name_find_series(const struct cell_records *cells, const char *text,
                          struct cell_series *ret_series, struct error **err);

#endif
