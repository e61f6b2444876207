/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the index says what the records say. */
#ifndef TS_STORE_CHECK_H
#define TS_STORE_CHECK_H

struct error;
struct store;

/* Compares every row of the index of one run with that of a store into which its records were
 * copied. -EUCLEAN. */
int check_run_index(struct store *store, struct store *model, const char *run_id,
                    struct error **err);

/* Rows that belong to no run, and verdicts that do not have their digest. -EUCLEAN. */
int check_whole_index(struct store *store, struct error **err);

#endif
