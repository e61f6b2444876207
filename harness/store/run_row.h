/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the row of a run. */
#ifndef TS_STORE_RUN_ROW_H
#define TS_STORE_RUN_ROW_H

#include <stdint.h>

struct error;
struct store;

/* -ENOENT. */
int run_row_find(struct store *store, const char *run_id, int64_t *ret_run, struct error **err);

/* Checks that the index lists all evidence that the run's records refer to. -EUCLEAN. */
int run_row_check_evidence(struct store *store, int64_t run, const char *run_id,
                           struct error **err);

#endif
