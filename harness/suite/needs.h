/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the needs of a case with what was measured before it is run. */
#ifndef TS_SUITE_NEEDS_H
#define TS_SUITE_NEEDS_H

#include <stdbool.h>

#include "model/platform.h"
#include "model/result.h"
#include "model/suite.h"

/*
 * True if every need is met. Otherwise the row becomes SKIP with a reason and is not started: a
 * feature that the guest lacks sets `gap` if the physical CPU has it; an earlier case that did not
 * PASS sets `gap` if that one was skipped because of a gap; another architecture gives a plain
 * SKIP. features: measured in the guest. so_far: contains the rows of the earlier cases.
 */
bool needs_met(const struct suite_case *suite_case, const struct platform *platform,
               const struct strv *features, struct result *so_far, struct case_result *row);

#endif
