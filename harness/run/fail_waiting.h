/* SPDX-License-Identifier: Apache-2.0 */
/* Cells whose guest is known not to come up: they are MISS, instead of waiting for it again. */
#ifndef TS_RUN_FAIL_WAITING_H
#define TS_RUN_FAIL_WAITING_H

struct error;
struct schedule;
struct schedule_job;
struct store;

/* After a prepare job was merged. Where its guest itself never came up, every job that waits for it
 * gets a bundle that says so (MISS, blame image, the prepare job's evidence), is merged, and has
 * `not_run` set. A failure of the warm-up (a state that could not be saved, services that were
 * late) fails nothing: a cold boot may still do. */
int fail_waiting(struct store *store, struct schedule *schedule, const struct schedule_job *prepare,
                 struct error **err);

#endif
