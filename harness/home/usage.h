/* SPDX-License-Identifier: Apache-2.0 */
/* Disk space used by each kind of data in the home. All files are counted, so the total equals that
 * of du. */
#ifndef TS_HOME_USAGE_H
#define TS_HOME_USAGE_H

#include <stdint.h>

#include "base/vec.h"

struct error;

struct usage_row {
    const char *kind, *title;
    int budget; /* the kind's enum budget_kind; -1: no budget, nothing is evicted automatically */
    uint64_t bytes;
};

struct usage {
    VEC(struct usage_row) rows;
    uint64_t total; /* including the home's own folder */
};

/* Returns a row for each kind, including those that use nothing. Free with usage_done. */
int usage_measure(const char *home, struct usage *ret_usage, struct error **err);
void usage_done(struct usage *usage);

#endif
