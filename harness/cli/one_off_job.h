/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the job request for a guest that belongs to no run: for `touchstone shell`, or to read an
 * image's surface. */
#ifndef TS_CLI_ONE_OFF_JOB_H
#define TS_CLI_ONE_OFF_JOB_H

#include "job/job.h"

/* Folder for the files of this process's guest while it runs. Caller frees. */
char *one_off_job_bundle(const char *home);

/* Fills an empty job request. platform NULL: the first one, by name, that the image can run on. */
int one_off_job_make(const char *home, const char *image, const char *platform, struct job *job,
                     struct error **err);

#endif
