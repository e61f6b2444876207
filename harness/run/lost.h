/* SPDX-License-Identifier: Apache-2.0 */
/* The bundle that the controller leaves for a worker that could not. */
#ifndef TS_RUN_LOST_H
#define TS_RUN_LOST_H

struct error;
struct schedule_job;

/* Writes the bundle of the job's order: outcome MISS, blame harness, every case MISS, with `why`
 * and the worker's log as evidence. */
int lost_write_bundle(const struct schedule_job *job, const char *why, struct error **err);

#endif
