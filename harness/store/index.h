/* SPDX-License-Identifier: Apache-2.0 */
/* The index over the records. Only these functions write it, when a record is added and when the
 * whole index is rebuilt. All require an open transaction. */
#ifndef TS_STORE_INDEX_H
#define TS_STORE_INDEX_H

#include <stdint.h>

struct error;
struct plan;
struct result;
struct store;

/* To be incremented when index.sql, or what is written to its tables, changes. */
enum { INDEX_VERSION = 7 };

/* Adds the row of a run, and those of its cells, in the plan's order. about: its label and build.
 */
int index_add_cells(struct store *store, int64_t run, const struct plan *plan,
                    const struct plan *about, struct error **err);

/* Adds the rows of an attempt, whose record with this digest was added last, and updates its cell.
 * -EBADMSG: it belongs to no cell of the run. */
int index_add_attempt(struct store *store, int64_t run, const struct result *result,
                      const char *sha256, struct error **err);

/* Builds the rows of one run from its records. Lost records are left out, so that reading the run
 * reports the damage. */
int index_run(struct store *store, int64_t run, struct error **err);

/* Drops the index and rebuilds it from the records; verdicts are not rebuilt. */
int index_rebuild(struct store *store, struct error **err);

/* Rebuilds the index if it is missing or has another version; uses its own transaction. */
int index_ensure(struct store *store, struct error **err);

#endif
