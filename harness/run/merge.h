/* SPDX-License-Identifier: Apache-2.0 */
/* Merges the outcome of a worker into the store. */
#ifndef TS_RUN_MERGE_H
#define TS_RUN_MERGE_H

struct error;
struct schedule_job;
struct store;
struct worker_end;

/* Merges the bundle of the job, or one that says why there is none. end NULL: it is unknown how the
 * worker ended, because an earlier controller started it. *ret_outcome (may be NULL): one line for
 * display; caller frees. */
int merge_job(struct store *store, const struct schedule_job *job, const struct worker_end *end,
              char **ret_outcome, struct error **err);

#endif
