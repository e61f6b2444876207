/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves a cell name IMAGE/PLATFORM/SUITE, which may be abbreviated. */
#ifndef TS_CLI_CELL_NAME_H
#define TS_CLI_CELL_NAME_H

#include <stddef.h>

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

#endif
