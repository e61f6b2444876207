/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether the rules can be applied to a cell's latest result at all. */
#ifndef TS_JUDGE_FIT_H
#define TS_JUDGE_FIT_H

#include <stdbool.h>

#include "model/record.h"
#include "model/result.h"

struct buffer;

/* Returns false, with the reason and the responsible party, for: no result, a result of another
 * cell, a guest that does not match the plan, a grade that its accelerator cannot provide, cases
 * that differ from the plan's. latest may be NULL. */
bool fit_to_judge(const struct cell_record *cell, const struct result *latest,
                  enum blame *ret_blame, struct buffer *ret_why);

#endif
