/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes and what stays below a home. Saved states, preserved guests and staged packages can be
 * made again; a run cannot, and goes wholly: its rows, its folder, its preserved guests, and the
 * evidence that no other run refers to. The caller holds the home's lock.
 */
#ifndef TS_RUN_RETAIN_H
#define TS_RUN_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "home/budget.h"

struct error;
struct store;

struct retain_order {
    bool kept, states, packages; /* all of them */
    bool budgets;       /* what is beyond the budgets: states, preserved guests, ended runs */
    struct strv runs;   /* ids of these */
    unsigned keep_runs; /* ended runs but so many, the newest; 0: not asked for */
    bool dry_run;
};

/* Told of each thing that goes (or would), with the bytes that it takes. */
typedef void retain_teller(void *context, const char *what, uint64_t bytes);

/* What is in use stays: a state or preserved guest from which a guest runs is only an error
 * (-EBUSY) when it was asked for. The latest run and those that can be resumed go only by name. */
int retain_apply(struct store *store, const char *home, const struct retain_order *order,
                 retain_teller *tell, void *context, struct error **err);

/* Bytes that each kind takes now. */
int retain_measure(struct store *store, const char *home, struct budgets *ret_use,
                   struct error **err);

/* A run's folder under this name is one that is being removed: the removal is completed. */
#define RETAIN_REMOVED ".removed"
int retain_complete_removal(struct store *store, const char *folder, const char *run_id,
                            struct error **err);

#endif
