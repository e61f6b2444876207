/* SPDX-License-Identifier: Apache-2.0 */
/* From a manifest's cells to jobs: one a cell, and before them one prepare job a saved state. */
#ifndef TS_RUN_JOBS_H
#define TS_RUN_JOBS_H

#include "model/plan.h"

struct error;
struct manifest;
struct schedule;

/* The job's id, unique in the run: "cell.IMAGE.PLATFORM.SUITE". Caller frees. */
char *jobs_cell_id(const struct plan_cell *cell);

/* Adds the job of one cell, and the prepare job it waits for unless that is there already or the
 * plan is cold. attempt: of the cell, from 1. */
int jobs_add_cell(const struct manifest *manifest, const struct plan_cell *cell, unsigned attempt,
                  struct schedule *schedule, struct error **err);

#endif
