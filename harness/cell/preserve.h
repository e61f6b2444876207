/* SPDX-License-Identifier: Apache-2.0 */
/* Freezes a session's guest, and goes on from a frozen one; home/preserved.h says what one is. */
#ifndef TS_CELL_PRESERVE_H
#define TS_CELL_PRESERVE_H

#include "cell/session.h"
#include "home/preserved.h"

/* Freezes the session's guest as it is, then goes on with it from there. When it is not preserved
 * (there are enough, there is no room) the evidence `frozen` says so and the guest goes on.
 * Negative when there is no guest any more. */
int preserve_guest(struct session *session, const char *case_id, const char *reason,
                   struct error **err);

/* Starts the session's guest from a preserved one, which stays as it is. */
int preserved_restore(struct session *session, const struct preserved *preserved,
                      struct error **err);

#endif
