/* SPDX-License-Identifier: Apache-2.0 */
/* The index over the records: made by these functions alone, when a record is added and when all of
 * it is made again. Only inside a transaction. */
#ifndef TS_STORE_INDEX_H
#define TS_STORE_INDEX_H

#include <stdint.h>

struct error;
struct plan;
struct result;
struct store;

/* To be raised when index.sql, or what is put into it, changes. */
enum { INDEX_VERSION = 1 };

/* The rows of a run's cells, in the plan's order. */
int index_add_cells(struct store *store, int64_t run, const struct plan *plan, struct error **err);

/* The rows of an attempt, whose record was added last with this digest, and what its cell comes to
 * with it. -EBADMSG: it is of no cell of the run. */
int index_add_attempt(struct store *store, int64_t run, const struct result *result,
                      const char *sha256, struct error **err);

/* Makes the rows of one run from its records; what was lost of them stays out, so that whoever
 * reads the run is told. */
int index_run(struct store *store, int64_t run, struct error **err);

/* Drops the index and makes it again from the records, verdicts excepted. */
int index_rebuild(struct store *store, struct error **err);

/* Does so when there is none, or one of another version; in a transaction of its own. */
int index_ensure(struct store *store, struct error **err);

#endif
