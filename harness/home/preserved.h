/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preserved guests: saved at the moment a case failed, so that they can be opened later.
 * HOME/kept/ID/ holds memory, disks and the job request; a single rename makes it visible when it
 * is complete. When the limit is reached, the least recently used one of another run is removed.
 * `touchstone clean` removes them too.
 */
#ifndef TS_HOME_PRESERVED_H
#define TS_HOME_PRESERVED_H

#include "base/vec.h"
#include "model/words.h"

struct error;

#define KEPT_MAX 8                    /* number of preserved guests */
#define KEPT_ROOM (UINT64_C(2) << 30) /* bytes that must be free to preserve another one */

struct preserved {
    char *id, *folder; /* id: RUN.JOB.ATTEMPT; folder: absolute */
    char *run_id, *image, *platform, *suite;
    char *case_id, *reason; /* the case that failed and why */
    enum entry_method entry_method;
    char *state; /* key of the saved state that its disk is an overlay on; NULL: none */
    int64_t created_ms;
    int64_t used_ms; /* wall clock, milliseconds: when it was preserved or last opened */
    uint64_t bytes;
};
void preserved_done(struct preserved *preserved);

/* Writes its description into the folder. */
int preserved_write(const struct preserved *preserved, const char *folder, struct error **err);

struct preserved_list {
    VEC(struct preserved) rows;
};
/* Lists all, sorted by ID; damaged ones are left out. */
int preserved_read_all(const char *home, struct preserved_list *ret_list, struct error **err);
void preserved_list_done(struct preserved_list *list);

/* Finds the one of this cell in a run. The message of -ENOENT says how to preserve one. */
int preserved_find(const char *home, const char *run_id, const char *image, const char *platform,
                   const char *suite, struct preserved *ret_preserved, struct error **err);

/* -EBUSY while a shell has it open. */
int preserved_remove(const struct preserved *preserved, struct error **err);

/* Locks it against removal until the descriptor is closed, and updates its time of last use. */
int preserved_lock(const struct preserved *preserved, int *ret_fd, struct error **err);

struct preserved_use {
    uint64_t bytes;
    unsigned guests;
};

/* Called for each guest to remove. -EBUSY: it is in use and stays. */
typedef int preserved_victim_handler(void *context, const struct preserved *preserved,
                                     struct error **err);

/* Calls the handler for the least recently used guests until the others use at most `bytes` bytes
 * and are at most `guests`. Guests of the run `but_run` (may be NULL) are exempt. *ret_left: what
 * remains. */
int preserved_evict(const char *home, uint64_t bytes, unsigned guests, const char *but_run,
                    preserved_victim_handler *on_victim, void *context,
                    struct preserved_use *ret_left, struct error **err);

/* Removes incomplete ones of killed processes. No process may be preserving a guest meanwhile. */
int preserved_sweep(const char *home, struct error **err);

#endif
