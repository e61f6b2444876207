/* SPDX-License-Identifier: Apache-2.0 */
/* Makes jobs from a manifest's cells: one for each cell, preceded by one prepare job for each saved
 * state. */
#ifndef TS_RUN_JOBS_H
#define TS_RUN_JOBS_H

#include "model/plan.h"

#include <stddef.h>

struct error;
struct manifest;
struct schedule;

/* Adds an attempt of one cell's job, and the prepare job it waits for unless that exists already or
 * the plan is cold. job_id: ID of the cell's earlier attempts; NULL: none. installed: attempts
 * whose saved installation it may start from. series: paths of what attempts sampled that were cut
 * short. */
int jobs_add_cell(const struct manifest *manifest, const struct plan_cell *cell, const char *job_id,
                  const struct strv *installed, const struct strv *series,
                  struct schedule *schedule, struct error **err);

/* Returns "KIND.NAME.NAME…", which is unique for the names: a dot in a name is doubled, and because
 * names begin with a letter or digit, an odd number of dots ends with a separator. An ID too long
 * for a file name ends with a digest instead. Caller frees. */
char *jobs_make_id(const char *kind, const char *const *names, size_t count);

#endif
