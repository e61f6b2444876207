/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that the index matches the records. */
#ifndef TS_STORE_CHECK_H
#define TS_STORE_CHECK_H

struct error;
struct store;

/* Compares every row in the index of one run with the index of a store into which its records were
 * copied. -EUCLEAN. */
int check_run_index(struct store *store, struct store *model, const char *run_id,
                    struct error **err);

/* Checks for rows that belong to no run and verdicts with a wrong digest. -EUCLEAN. */
int check_whole_index(struct store *store, struct error **err);

#endif
