/* SPDX-License-Identifier: Apache-2.0 */
/* A damaged store: which of its runs are whole, and copying what can be read into a new one. */
#ifndef TS_STORE_SALVAGE_H
#define TS_STORE_SALVAGE_H

#include "base/vec.h"
#include "store/store.h"

/* What became of one run, or how it is. */
struct salvaged_run {
    char *id;
    size_t attempts, lost; /* attempts that were read; that could not be */
    char *reason;          /* the first trouble; NULL: whole */
};
VEC_TYPE(salvaged_runs, struct salvaged_run);
void salvaged_runs_done(struct salvaged_runs *runs);

/* A store as it is on disk: nothing is made or migrated, so that a damaged one opens too. */
int store_open_as_is(const char *home, struct store **ret_store, struct error **err);

/* Reads every run: what the store lists, and what has a folder below HOME/runs. Damage is in the
 * rows, sorted by id; an error means that not even that can be told. */
int store_examine_runs(struct store *store, struct salvaged_runs *ret_runs, struct error **err);

/*
 * Copies what can be read of the store of a home into a new store.db in folder, which must have
 * none: runs whose plan is whole, and of their attempts those that still have the digest they were
 * merged with; of a cell that has lost one, none, so that its verdict does not rest on the others.
 * The store itself is only read. Evidence stays where it is. -EEXIST.
 */
int store_salvage(const char *home, const char *folder, struct salvaged_runs *ret_runs,
                  struct error **err);

/* The part of store_salvage for one run: copies its records into another store and makes the index
 * of them there; nothing of it on failure. Adds to the run's attempts and lost ones. In
 * salvage_copy.c. */
int salvage_copy_run(struct store *from, struct store *to, struct salvaged_run *run,
                     struct error **err);

/* The same for a store of schema 1 to 3, into one of schema 3: copies rows without looking at what
 * they say. In salvage_old.c. */
int salvage_copy_old_run(struct store *from, struct store *to, struct salvaged_run *run,
                         struct error **err);

#endif
