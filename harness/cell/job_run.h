/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's whole life. */
#ifndef TS_CELL_JOB_RUN_H
#define TS_CELL_JOB_RUN_H

struct error;

/* Reads the order, does the job, leaves the bundle. Progress goes to event_fd (< 0: nowhere).
 * Returns 0 when a bundle was left, whatever it says; negative when even that was not possible.
 * *ret_code: how the job's process ended, its exit code or 128 and the signal. */
int job_run(const char *job_file, int event_fd, int *ret_code, struct error **err);

#endif
