/* SPDX-License-Identifier: Apache-2.0 */
/* What a query over runs selects, decided for all rows of a run at once. It selects what
 * select_apply does (judge/select.h), of which each run is a subject. */
#ifndef TS_JUDGE_SELECT_COLUMNS_H
#define TS_JUDGE_SELECT_COLUMNS_H

#include "judge/run_columns.h"
#include "judge/select_facts.h"

/* False: the query is about something that is not in columns. */
bool select_columns_can(const struct query *query);

/* query, with: borrowed until select_columns_free. */
struct select_columns;
struct select_columns *select_columns_new(const struct query *query,
                                          const struct select_with *with);
void select_columns_free(struct select_columns *select);
DEFINE_CLEANUP(struct select_columns *, select_columns_free)

/* Whether the query selects this run. Each run after the one before it: the oldest first. own: the
 * facts of the run itself. run: its cells, without rows if there are none or they cannot be read;
 * it is taken, and left empty. */
bool select_columns_next(struct select_columns *select, const struct facts *own,
                         struct run_columns *run);

#endif
