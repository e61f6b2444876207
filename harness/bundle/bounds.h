/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bounds of model/bounds.h, applied while a worker collects, so that what was judged is never
 * lost to what was said beside it.
 */
#ifndef TS_BUNDLE_BOUNDS_H
#define TS_BUNDLE_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/bounds.h"

struct case_result;
struct result;

/* Whether a case (NULL: the job) may leave one more observation; what it takes is counted. */
bool bounds_take_observation(struct result *result, const char *case_id, const char *key,
                             const char *value, const char *unit);

/* Cuts the reason and the points of a case that was judged to what there is room for: points that
 * did not pass come first, in later cases too. Its status stays. */
void bounds_hold_case(struct result *result, struct case_result *row);

/* Says as observations of the job (cut.observations, cut.points, cut.parts, cut.evidence: how many)
 * what the bounds cut off. */
void bounds_tell(struct result *result);

#endif
