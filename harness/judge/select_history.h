/* SPDX-License-Identifier: Apache-2.0 */
/* The runs of a history that a query selects. */
#ifndef TS_JUDGE_SELECT_HISTORY_H
#define TS_JUDGE_SELECT_HISTORY_H

#include "judge/history.h"
#include "judge/select_facts.h"

/* query: parsed for QUERY_HISTORY_CASE if of_case, else for QUERY_HISTORY. The row before a row is
 * that of the run before it, if possible of the same image. Pure. Free with selection_done. */
void select_history(const struct history_rows *rows, bool of_case, const struct query *query,
                    const struct select_with *with, struct selection *ret_selection);

#endif
