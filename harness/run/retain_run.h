/* SPDX-License-Identifier: Apache-2.0 */
/* The part of run/retain that removes runs. Only that includes this. */
#ifndef TS_RUN_RETAIN_RUN_H
#define TS_RUN_RETAIN_RUN_H

#include "run/retain.h"

struct retain_work {
    struct store *store;
    const char *home;
    const struct retain_order *order;
    retain_teller *tell;
    void *context;
};

/* The evidence itself goes with store_sweep_evidence. -EBUSY while a preserved guest of it is open.
 */
int retain_take_run(struct retain_work *work, const char *run_id, struct error **err);

/* All ended runs but so many of the newest; the oldest ended runs until all take at most `bytes`.
 * Never the latest run. */
int retain_newest_runs(struct retain_work *work, unsigned keep, struct error **err);
int retain_runs_within(struct retain_work *work, uint64_t bytes, struct error **err);

#endif
