/* SPDX-License-Identifier: Apache-2.0 */
/* Removal of runs; internal to run/retain. */
#ifndef TS_RUN_RETAIN_RUN_H
#define TS_RUN_RETAIN_RUN_H

#include "run/retain.h"

struct retain_work {
    struct store *store;
    const char *home;
    const struct retain_request *request;
    retain_teller *tell;
    void *context;
};

/* Evidence is removed later by store_sweep_evidence. -EBUSY: a preserved guest of the run is
 * open. */
int retain_take_run(struct retain_work *work, const char *run_id, struct error **err);

/* Remove ended runs except this many newest ones; remove the oldest ended runs until the others use
 * at most `bytes` bytes. The latest run is never removed. */
int retain_newest_runs(struct retain_work *work, unsigned keep, struct error **err);
int retain_runs_within(struct retain_work *work, uint64_t bytes, struct error **err);

#endif
