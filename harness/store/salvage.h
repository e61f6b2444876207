/* SPDX-License-Identifier: Apache-2.0 */
/* Examines a damaged store run by run, and copies what is readable into a new one. */
#ifndef TS_STORE_SALVAGE_H
#define TS_STORE_SALVAGE_H

#include "base/vec.h"
#include "store/store.h"

/* The state of one run, or what was copied of it. */
struct salvaged_run {
    char *id;
    size_t attempts, lost; /* number of attempts that were read; number that could not be read */
    char *reason;          /* the first error; NULL: the run is intact */
};
VEC_TYPE(salvaged_runs, struct salvaged_run);
void salvaged_runs_done(struct salvaged_runs *runs);

/* Opens a store without creating, migrating or repairing it, so that a damaged one can be
 * opened. */
int store_open_as_is(const char *home, struct store **ret_store, struct error **err);

/* Reads every run that the store lists or that has a folder in HOME/runs. Damage is reported in the
 * rows, sorted by ID; an error means that the store cannot be examined at all. */
int store_examine_runs(struct store *store, struct salvaged_runs *ret_runs, struct error **err);

/*
 * Copies what is readable of a home's store into a new store.db in folder, which must not have one.
 * Copied are runs whose plan is intact, with the attempts that still match their digests; a cell
 * that lost an attempt is copied without any, so that its verdict does not rest on the others. The
 * store is only read. Evidence is not copied. -EEXIST.
 */
int store_salvage(const char *home, const char *folder, struct salvaged_runs *ret_runs,
                  struct error **err);

/* The part of store_salvage for one run: copies its records into another store and builds their
 * index there; copies nothing on failure. Adds to the run's numbers of attempts. Defined in
 * salvage_copy.c. */
int salvage_copy_run(struct store *from, struct store *to, struct salvaged_run *run,
                     struct error **err);

/* The same for a store of schema 1 to 3, into one of schema 3: copies rows without interpreting
 * them. Defined in salvage_old.c. */
int salvage_copy_old_run(struct store *from, struct store *to, struct salvaged_run *run,
                         struct error **err);

#endif
