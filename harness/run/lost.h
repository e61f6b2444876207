/* SPDX-License-Identifier: Apache-2.0 */
/* The bundles that the controller leaves: for a worker that could not, and for one that need not
 * run. */
#ifndef TS_RUN_LOST_H
#define TS_RUN_LOST_H

struct error;
struct result;
struct schedule_job;

/* Writes the bundle of the job's order: outcome MISS, blame harness, every case MISS, with `why`
 * and the worker's log as evidence. */
int lost_write_bundle(const struct schedule_job *job, const char *why, struct error **err);

/* The same for a job that is not run, since the one it waited for tells how it would end: `why`,
 * with that result's outcome and blame on the job and each case, and its evidence. */
int lost_write_settled(const struct schedule_job *job, const char *why, const struct result *before,
                       const char *before_bundle, struct error **err);

#endif
