/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the tables of schema version 3, which schema_v4.sql renames. */
#ifndef TS_STORE_MIGRATE_H
#define TS_STORE_MIGRATE_H

#include <stdint.h>

struct error;
struct result;
struct store;

/* Reads an attempt by its row, without verifying its digest. -EUCLEAN. Free with result_free. */
int migrate_read_attempt(struct store *store, int64_t attempt, struct result **ret_result,
                         struct error **err);

#endif
