/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests that were frozen at the moment a case failed, to be opened again: HOME/kept/ID/ with
 * memory, disks and the order of their job, complete by one rename. Few are preserved: beyond the
 * bound the least recently used of other runs goes, and `touchstone clean` removes them.
 */
#ifndef TS_HOME_PRESERVED_H
#define TS_HOME_PRESERVED_H

#include "base/vec.h"
#include "model/words.h"

struct error;

#define KEPT_MAX 8                    /* guests */
#define KEPT_ROOM (UINT64_C(2) << 30) /* bytes that must be free for one more */

struct preserved {
    char *id, *folder; /* RUN.JOB.ATTEMPT; absolute */
    char *run_id, *image, *platform, *suite;
    char *case_id, *reason; /* what failed */
    enum way way;
    char *state; /* key of the saved state that its disk stands on; NULL: none */
    int64_t created_ms;
    int64_t used_ms; /* wall clock; when it was preserved or last opened */
    uint64_t bytes;
};
void preserved_done(struct preserved *preserved);

/* Says in its folder what it is. */
int preserved_write(const struct preserved *preserved, const char *folder, struct error **err);

struct preserved_list {
    VEC(struct preserved) rows;
};
/* All, by id; damaged ones are left out. */
int preserved_read_all(const char *home, struct preserved_list *ret_list, struct error **err);
void preserved_list_done(struct preserved_list *list);

/* The one of this cell in a run. -ENOENT says how to get one. */
int preserved_find(const char *home, const char *run_id, const char *image, const char *platform,
                   const char *suite, struct preserved *ret_preserved, struct error **err);

/* -EBUSY while it is open in a shell. */
int preserved_remove(const struct preserved *preserved, struct error **err);

/* It is not removed while the descriptor is open, and is noted as used now. */
int preserved_hold(const struct preserved *preserved, int *ret_fd, struct error **err);

struct preserved_use {
    uint64_t bytes;
    unsigned guests;
};

/* What happens to one that has to go. -EBUSY from it means that it stays. */
typedef int preserved_victim_handler(void *context, const struct preserved *preserved,
                                     struct error **err);

/* Names those that have to go, the least recently used first, until all take at most so many bytes
 * and are at most so many; not those of `but_run` (may be NULL). What is left goes to *ret_left. */
int preserved_evict(const char *home, uint64_t bytes, unsigned guests, const char *but_run,
                    preserved_victim_handler *on_victim, void *context,
                    struct preserved_use *ret_left, struct error **err);

/* Removes what was being frozen when its process died. Nobody may be freezing. */
int preserved_sweep(const char *home, struct error **err);

#endif
