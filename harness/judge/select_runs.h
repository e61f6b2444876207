/* SPDX-License-Identifier: Apache-2.0 */
/* The runs of a list that a query selects. */
#ifndef TS_JUDGE_SELECT_RUNS_H
#define TS_JUDGE_SELECT_RUNS_H

#include "judge/select_facts.h"
#include "store/runs.h"

/* query: parsed for QUERY_RUNS. Each cell of a run is a row; so is each case of a cell, if the
 * query is about cases. Records are read only if the query is about reasons, or if what a run said
 * is not stored yet; a run that cannot be read gets `damage`. The run before another is the next
 * one of the list. Free with selection_done. */
void select_runs(struct store *store, const struct query *query, const struct select_with *with,
                 struct listed_runs *runs, struct selection *ret_selection);

#endif
