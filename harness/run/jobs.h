/* SPDX-License-Identifier: Apache-2.0 */
/* From a manifest's cells to jobs: one a cell, and before them one prepare job a saved state. */
#ifndef TS_RUN_JOBS_H
#define TS_RUN_JOBS_H

#include "model/plan.h"

#include <stddef.h>

struct error;
struct manifest;
struct schedule;

/* Adds one more attempt of one cell's job, and the prepare job it waits for unless that is there
 * already or the plan is cold. job_id: the one that its attempts so far have; NULL: none yet.
 * installed: the attempts whose saved installation it may start from. */
int jobs_add_cell(const struct manifest *manifest, const struct plan_cell *cell, const char *job_id,
                  const struct strv *installed, struct schedule *schedule, struct error **err);

/*
 * "KIND.NAME.NAME…": other names make another id. A dot in a name is written twice, and since each
 * name begins with a letter or digit, an odd number of dots ends with the one between two names.
 * What would be too long for a file's name ends with a digest instead. Caller frees.
 */
char *jobs_make_id(const char *kind, const char *const *names, size_t count);

#endif
