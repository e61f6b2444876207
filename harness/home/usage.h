/* SPDX-License-Identifier: Apache-2.0 */
/* How much space each kind of data below the home uses: all of it, so that the sum is what du says.
 */
#ifndef TS_HOME_USAGE_H
#define TS_HOME_USAGE_H

#include <stdint.h>

#include "base/vec.h"

struct error;

struct usage_row {
    const char *kind, *title;
    int budget; /* its enum budget_kind, or -1: no budget, and nothing of it goes by itself */
    uint64_t bytes;
};

struct usage {
    VEC(struct usage_row) rows;
    uint64_t total; /* with the home's own folder */
};

/* A row for each kind, also where it uses nothing. End with usage_done. */
int usage_measure(const char *home, struct usage *ret_usage, struct error **err);
void usage_done(struct usage *usage);

#endif
