/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the tables of version 3, which schema_v4.sql set aside. */
#ifndef TS_STORE_MIGRATE_H
#define TS_STORE_MIGRATE_H

#include <stdint.h>

struct error;
struct result;
struct store;

/* An attempt by its row, not yet held against its digest. -EUCLEAN. End with result_free. */
int migrate_read_attempt(struct store *store, int64_t attempt, struct result **ret_result,
                         struct error **err);

#endif
