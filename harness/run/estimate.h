/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan will take, from what the same cells took before on this home, else from rules of
 * thumb. */
#ifndef TS_RUN_ESTIMATE_H
#define TS_RUN_ESTIMATE_H

#include <stdint.h>

#include "base/vec.h"

struct error;
struct expansion;
struct plan;
struct store;

struct estimate {
    unsigned parallel;          /* jobs side by side */
    unsigned measured;          /* cells whose time comes from an earlier run */
    VEC(unsigned) cell_seconds; /* of each cell of the plan, in its order; 0 for a refused one */
    unsigned seconds;           /* of the whole run */
    VEC(uint64_t) cell_payload; /* bytes of each cell's payload without packages, in that order */
    uint64_t largest_payload;
    uint64_t disk_bytes; /* needed while it runs, with saved states, copies and payloads */
    uint64_t free_bytes; /* on the file system of TOUCHSTONE_HOME */
};

int estimate_plan(struct store *store, const struct plan *plan, const struct expansion *expansion,
                  struct estimate *ret_estimate, struct error **err);
void estimate_done(struct estimate *estimate);

#endif
