/* SPDX-License-Identifier: Apache-2.0 */
/* The cell that a person means by IMAGE/PLATFORM/SUITE or a shortening of it. */
#ifndef TS_CLI_CELL_NAME_H
#define TS_CLI_CELL_NAME_H

#include <stddef.h>

#include "model/record.h"

struct error;

/*
 * Finds the one cell: the words between slashes, at most three and in this order, are names of its
 * image, platform and suite, or beginnings or parts of them; a name may be left out. Whole names
 * win over beginnings, beginnings over parts. -ENOENT or, with the candidates, -EINVAL.
 */
int cell_name_find(const struct cell_records *cells, const char *run_id, const char *text,
                   size_t *ret_place, struct error **err);

#endif
