/* SPDX-License-Identifier: Apache-2.0 */
/* The order for a guest that no run planned: a person's shell, or the reading of an image. */
#ifndef TS_CLI_FRESH_JOB_H
#define TS_CLI_FRESH_JOB_H

#include "order/job.h"

/* Where this process's own guest keeps its files while it runs. Caller frees. */
char *fresh_job_bundle(const char *home);

/* Fills an empty job; platform NULL: the first one, by name, that the image can run on. */
int fresh_job_make(const char *home, const char *image, const char *platform, struct job *job,
                   struct error **err);

#endif
