/* SPDX-License-Identifier: Apache-2.0 */
/* Retention: what is removed from a home. Saved states, preserved guests and staged packages can be
 * made again. A run cannot; it is removed completely: its rows, its folder, its preserved guests,
 * and the evidence that no other run refers to. The caller holds the home's lock. */
#ifndef TS_RUN_RETAIN_H
#define TS_RUN_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "home/budget.h"

struct error;
struct store;

struct retain_request {
    bool preserved, states, packages; /* remove all of these */
    bool budgets; /* remove what exceeds the budgets: saved states, preserved guests, ended runs */
    struct strv runs;   /* IDs of runs to remove */
    unsigned keep_runs; /* remove ended runs except this many newest ones; 0: none */
    bool dry_run;
};

/* Called for each object that is (or would be) removed, with its size in bytes. */
typedef void retain_teller(void *context, const char *what, uint64_t bytes);

/* Objects in use are not removed: that is an error (-EBUSY) only for those that were requested by
 * name. The latest run and resumable runs are removed only by name. */
int retain_apply(struct store *store, const char *home, const struct retain_request *request,
                 retain_teller *tell, void *context, struct error **err);

/* Measures the bytes that each kind uses. */
int retain_measure(struct store *store, const char *home, struct budgets *ret_use,
                   struct error **err);

/* Suffix of a run's folder that is being removed; crash recovery finishes the removal. */
#define RETAIN_REMOVED ".removed"
int retain_complete_removal(struct store *store, const char *folder, const char *run_id,
                            struct error **err);

#endif
