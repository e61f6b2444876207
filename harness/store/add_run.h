/* SPDX-License-Identifier: Apache-2.0 */
/* Adds a new run to the store: its row and its own records, without the index. */
#ifndef TS_STORE_ADD_RUN_H
#define TS_STORE_ADD_RUN_H

#include <stdint.h>

struct error;
struct planned_suites;
struct run_record;
struct store;

/* To be called in a transaction. -EEXIST. */
int add_run_rows(struct store *store, const struct run_record *run,
                 const struct planned_suites *suites, int64_t *ret_row, struct error **err);

#endif
