/* SPDX-License-Identifier: Apache-2.0 */
/* Applies the bounds of model/bounds.h while a worker collects data, so that results of cases are
 * never lost to excessive output. */
#ifndef TS_BUNDLE_BOUNDS_H
#define TS_BUNDLE_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/bounds.h"

struct case_result;
struct result;

/* True if a case (NULL: the job) may add another observation; its size is counted. */
bool bounds_take_observation(struct result *result, const char *case_id, const char *key,
                             const char *value, const char *unit);

/* Truncates the reason and the points of a judged case to the remaining space. Points that did not
 * pass take precedence, also those of later cases. The status does not change. */
void bounds_hold_case(struct result *result, struct case_result *row);

/* Adds observations to the job for what the bounds removed (cut.observations, cut.points,
 * cut.parts, cut.evidence: their numbers). */
void bounds_describe(struct result *result);

#endif
