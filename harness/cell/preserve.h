/* SPDX-License-Identifier: Apache-2.0 */
/* Preserves a session's guest and restores preserved guests; see home/preserved.h. */
#ifndef TS_CELL_PRESERVE_H
#define TS_CELL_PRESERVE_H

#include "cell/session.h"
#include "home/preserved.h"

/* Preserves the session's guest in its current state, then continues to run it. If it cannot be
 * preserved (the limit is reached, or not enough space) the evidence `frozen` says so and the guest
 * continues. Negative: the guest is gone. */
int preserve_guest(struct session *session, const char *case_id, const char *reason,
                   struct error **err);

/* Starts the session's guest from a preserved one, which is not modified. */
int preserved_restore(struct session *session, const struct preserved *preserved,
                      struct error **err);

#endif
