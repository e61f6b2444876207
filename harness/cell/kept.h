/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests that were frozen at the moment a case failed, to be opened again: HOME/kept/ID/ with
 * memory, disks and the order of their job, complete by one rename. Few are kept: a new one is not
 * made beyond the bound, and `touchstone clean` removes them.
 */
#ifndef TS_CELL_KEPT_H
#define TS_CELL_KEPT_H

#include "base/vec.h"
#include "cell/session.h"

#define KEPT_MAX 8                    /* guests */
#define KEPT_ROOM (UINT64_C(2) << 30) /* bytes that must be free for one more */

struct kept {
    char *id, *folder; /* RUN.JOB.ATTEMPT; absolute */
    char *run_id, *image, *platform, *suite;
    char *case_id, *reason; /* what failed */
    enum way way;
    int64_t created_ms;
    uint64_t bytes;
};
void kept_done(struct kept *kept);

struct kept_list {
    VEC(struct kept) rows;
};
/* All, by id; damaged ones are left out. */
int kept_read_all(const char *home, struct kept_list *ret_list, struct error **err);
void kept_list_done(struct kept_list *list);

/* The one of this cell in a run. -ENOENT says how to get one. */
int kept_find(const char *home, const char *run_id, const char *image, const char *platform,
              const char *suite, struct kept *ret_kept, struct error **err);

int kept_remove(const struct kept *kept, struct error **err);

/* Freezes the session's guest as it is, then goes on with it from there. When it is not kept (there
 * are enough, there is no room) the evidence `frozen` says so and the guest goes on. Negative when
 * there is no guest any more. */
int kept_freeze(struct session *session, const char *case_id, const char *reason,
                struct error **err);

/* Starts the session's guest from a kept one, which stays as it is. */
int kept_restore(struct session *session, const struct kept *kept, struct error **err);

#endif
