/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests that were frozen at the moment a case failed, to be opened again: HOME/kept/ID/ with
 * memory, disks and the order of their job, complete by one rename. Few are kept: beyond the bound
 * the least recently used of other runs goes, and `touchstone clean` removes them.
 */
#ifndef TS_HOME_KEPT_H
#define TS_HOME_KEPT_H

#include "base/vec.h"
#include "model/words.h"

struct error;

#define KEPT_MAX 8                    /* guests */
#define KEPT_ROOM (UINT64_C(2) << 30) /* bytes that must be free for one more */

struct kept {
    char *id, *folder; /* RUN.JOB.ATTEMPT; absolute */
    char *run_id, *image, *platform, *suite;
    char *case_id, *reason; /* what failed */
    enum way way;
    char *state; /* key of the saved state that its disk stands on; NULL: none */
    int64_t created_ms;
    int64_t used_ms; /* wall clock; when it was kept or last opened */
    uint64_t bytes;
};
void kept_done(struct kept *kept);

/* Says in its folder what it is. */
int kept_write(const struct kept *kept, const char *folder, struct error **err);

struct kept_list {
    VEC(struct kept) rows;
};
/* All, by id; damaged ones are left out. */
int kept_read_all(const char *home, struct kept_list *ret_list, struct error **err);
void kept_list_done(struct kept_list *list);

/* The one of this cell in a run. -ENOENT says how to get one. */
int kept_find(const char *home, const char *run_id, const char *image, const char *platform,
              const char *suite, struct kept *ret_kept, struct error **err);

/* -EBUSY while it is open in a shell. */
int kept_remove(const struct kept *kept, struct error **err);

/* It is not removed while the descriptor is open, and is noted as used now. */
int kept_hold(const struct kept *kept, int *ret_fd, struct error **err);

struct kept_use {
    uint64_t bytes;
    unsigned guests;
};

/* What happens to one that has to go. -EBUSY from it means that it stays. */
typedef int kept_victim_handler(void *context, const struct kept *kept, struct error **err);

/* Names those that have to go, the least recently used first, until all take at most so many bytes
 * and are at most so many; not those of `but_run` (may be NULL). What is left goes to *ret_left. */
int kept_evict(const char *home, uint64_t bytes, unsigned guests, const char *but_run,
               kept_victim_handler *on_victim, void *context, struct kept_use *ret_left,
               struct error **err);

/* Removes what was being frozen when its process died. Nobody may be freezing. */
int kept_sweep(const char *home, struct error **err);

#endif
