/* SPDX-License-Identifier: Apache-2.0 */
/* Estimates time and space of a plan from earlier runs of the same cells in this home, else from
 * rules of thumb. */
#ifndef TS_RUN_ESTIMATE_H
#define TS_RUN_ESTIMATE_H

#include <stdint.h>

#include "base/vec.h"

struct error;
struct expansion;
struct plan;
struct store;

struct estimate {
    unsigned parallel;          /* number of parallel jobs */
    unsigned measured;          /* number of cells whose time is known from an earlier run */
    VEC(unsigned) cell_seconds; /* for each cell of the plan, in its order; 0 for a refused one */
    unsigned seconds;           /* for the whole run */
    VEC(uint64_t)
    cell_payload; /* bytes of each cell's payload without packages, in the same order */
    uint64_t largest_payload;
    uint64_t disk_bytes; /* needed during the run for saved states, copies and payloads */
    uint64_t free_bytes; /* free on the file system of $TOUCHSTONE_HOME */
};

int estimate_plan(struct store *store, const struct plan *plan, const struct expansion *expansion,
                  struct estimate *ret_estimate, struct error **err);
void estimate_done(struct estimate *estimate);

#endif
