/* SPDX-License-Identifier: Apache-2.0 */
/* From a manifest's cells to jobs: one a cell, and before them one prepare job a saved state. */
#ifndef TS_RUN_JOBS_H
#define TS_RUN_JOBS_H

#include "model/plan.h"

struct error;
struct manifest;
struct schedule;

/* Adds one more attempt of one cell's job ("cell.IMAGE.PLATFORM.SUITE"), and the prepare job it
 * waits for unless that is there already or the plan is cold. */
int jobs_add_cell(const struct manifest *manifest, const struct plan_cell *cell,
                  struct schedule *schedule, struct error **err);

#endif
