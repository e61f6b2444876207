/* SPDX-License-Identifier: Apache-2.0 */
/* All runs of a store, each with the number of cells that have each verdict. */
#ifndef TS_JUDGE_RUNS_H
#define TS_JUDGE_RUNS_H

#include "store/runs.h"

/* Loads the list, newest first. A run whose stored counts are not current is judged like
 * matrix_load does, and its counts are stored, so its evidence is checked when it is counted, not
 * each time it is listed. A run that cannot be read has `damage` and no counts. Free with
 * listed_runs_done. */
int runs_load(struct store *store, struct listed_runs *ret_runs, struct error **err);

#endif
