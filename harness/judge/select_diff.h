/* SPDX-License-Identifier: Apache-2.0 */
/* The changes from one run to another that a query selects. */
#ifndef TS_JUDGE_SELECT_DIFF_H
#define TS_JUDGE_SELECT_DIFF_H

#include "judge/diff.h"
#include "judge/select_facts.h"

/* query: parsed for QUERY_DIFF. Each change is a subject: of a case, of a cell's verdict, of its
 * scope, of an observation, of a finding. Sets diff->selection, and `hidden` of what is not
 * selected; everything else in the diff stays that of the whole. */
void select_diff(const struct query *query, const struct select_with *with, struct run_diff *diff);

#endif
