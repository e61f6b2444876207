/* SPDX-License-Identifier: Apache-2.0 */
/* The bundles that the controller leaves: for a worker that could not, and for one that need not
 * run. */
#ifndef TS_RUN_LOST_H
#define TS_RUN_LOST_H

#include <stdbool.h>

#include "model/words.h"

struct error;
struct result;
struct schedule_job;

/* How it came that a job left no bundle. */
struct lost_end {
    char *why;
    bool interrupted; /* the run was stopped, and the job with it */
    enum blame blame; /* of the case that ran: harness, or who sent what crashed the worker */
};

/* Writes the bundle of the job's order: outcome MISS, with `why`, the worker's log, the guest's
 * console and XML as evidence. Cases that had ended stay as the job's journal has them; without a
 * journal every case is MISS. */
int lost_write_bundle(const struct schedule_job *job, const struct lost_end *end,
                      struct error **err);

/* Whether the journal of an unfinished bundle holds a case that ended. */
bool lost_has_finished(const char *bundle);

/* The same for a job that is not run, since the one it waited for tells how it would end: `why`,
 * with that result's outcome and blame on the job and each case, and its evidence. */
int lost_write_waiting(const struct schedule_job *job, const char *why, const struct result *before,
                       const char *before_bundle, struct error **err);

#endif
