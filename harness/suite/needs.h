/* SPDX-License-Identifier: Apache-2.0 */
/* What a case needs before it is run, held against what was measured. */
#ifndef TS_SUITE_NEEDS_H
#define TS_SUITE_NEEDS_H

#include <stdbool.h>

#include "model/platform.h"
#include "model/result.h"
#include "model/suite.h"

/*
 * True when every need is met. Else the row becomes SKIP with a reason, not started, and:
 * a feature that the guest lacks: `gap` when the real part has it;
 * an earlier case that did not PASS: `gap` when that one was skipped for a gap;
 * another architecture: plain SKIP.
 * features: measured in the guest. so_far: holds the rows of the earlier cases.
 */
bool needs_met(const struct suite_case *suite_case, const struct platform *platform,
               const struct strv *features, struct result *so_far, struct case_result *row);

#endif
