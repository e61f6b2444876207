/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a worker's job from start to end. */
#ifndef TS_CELL_JOB_RUN_H
#define TS_CELL_JOB_RUN_H

struct error;

/* Reads the job request, does the job and writes the bundle. Progress events go to event_fd (< 0:
 * none). Returns 0 if a bundle was written, whatever its outcome; negative if even that failed.
 * *ret_code: exit code of the job's process, or 128 plus the signal that killed it. */
int job_run(const char *job_file, int event_fd, int *ret_code, struct error **err);

#endif
