/* SPDX-License-Identifier: Apache-2.0 */
/* The product of a cell, as the run recorded it. */
#ifndef TS_CLI_SBOM_CELL_H
#define TS_CLI_SBOM_CELL_H

#include <stdint.h>

#include "base/text.h"

struct error;

/* Where the parts of a cell's product are now. */
struct sbom_cell {
    struct strv files; /* of the product, each with the digest that the run recorded */
    char *suite;
    char *os_id;       /* that was measured in the guest; NULL: it was not */
    char *origin;      /* the cell, its run and its record, in words */
    int64_t created_s; /* of the run */
};
void sbom_cell_done(struct sbom_cell *cell);

/* Finds the cell in the run (NULL: the newest), and its product: packages in the cache, or among
 * `handed` (files; may be empty), and the suite's files in the copy of the run. -ENOENT: no such
 * cell, or a part is not here any more with the digest that was recorded: nothing is listed then.
 */
int sbom_cell_find(const char *run, const char *cell, const struct strv *handed,
                   struct sbom_cell *ret_cell, struct error **err);

#endif
