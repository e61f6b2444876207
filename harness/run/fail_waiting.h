/* SPDX-License-Identifier: Apache-2.0 */
/* Fails the cells whose guest is known not to start (MISS) instead of trying it again for each. */
#ifndef TS_RUN_FAIL_WAITING_H
#define TS_RUN_FAIL_WAITING_H

struct error;
struct schedule;
struct schedule_job;
struct store;

/*
 * To be called after a prepare job was merged. If the guest itself never started, every job that
 * waits for it gets a bundle that says so (MISS, blame image, with the prepare job's evidence),
 * which is merged, and `not_run` is set. A failure to save the state, or services that were late,
 * fails no cell: booting may still work.
 */
int fail_waiting(struct store *store, struct schedule *schedule, const struct schedule_job *prepare,
                 struct error **err);

#endif
