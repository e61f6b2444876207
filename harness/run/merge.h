/* SPDX-License-Identifier: Apache-2.0 */
/* From a worker's end to rows in the store. */
#ifndef TS_RUN_MERGE_H
#define TS_RUN_MERGE_H

struct error;
struct schedule_job;
struct store;
struct worker_end;

/* Takes in the bundle that the job left, or one that says why there is none. end NULL: the worker's
 * end is not known (a controller before this one started it). *ret_outcome, when asked for, is one
 * line for a person; caller frees. */
int merge_job(struct store *store, const struct schedule_job *job, const struct worker_end *end,
              char **ret_outcome, struct error **err);

#endif
