/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a cell's latest result is one that the rules may be applied to at all. */
#ifndef TS_JUDGE_FIT_H
#define TS_JUDGE_FIT_H

#include <stdbool.h>

#include "model/record.h"
#include "model/result.h"

struct buffer;

/* False, with why and whose it is, for: no result, another cell's, a guest that is not what the
 * plan says, a grade that its accelerator cannot give, cases that are not the plan's. latest may be
 * NULL. */
bool fit_to_judge(const struct cell_record *cell, const struct result *latest,
                  enum blame *ret_blame, struct buffer *ret_why);

#endif
