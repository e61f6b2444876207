/* SPDX-License-Identifier: Apache-2.0 */
/* What the cells and cases of a run in the store said. */
#ifndef TS_JUDGE_LOAD_COLUMNS_H
#define TS_JUDGE_LOAD_COLUMNS_H

#include "judge/run_columns.h"
#include "store/runs.h"

struct error;
struct store;

/* Takes what is stored, if it is to be believed (store/runs.h). Else the run is judged as
 * matrix_load does and its records are read, and what they say is stored if the run has ended, no
 * evidence of it is missing and the store can be written. If not, only what the names that a query
 * uses need is read. On failure, what was read until then is returned. Free with
 * run_columns_done. */
int load_columns(struct store *store, const struct listed_run *run, uint64_t uses,
                 struct run_columns *ret_columns, struct error **err);

#endif
