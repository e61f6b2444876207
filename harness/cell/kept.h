/* SPDX-License-Identifier: Apache-2.0 */
/* Freezes a session's guest, and goes on from a frozen one; home/kept.h says what one is. */
#ifndef TS_CELL_KEPT_H
#define TS_CELL_KEPT_H

#include "cell/session.h"
#include "home/kept.h"

/* Freezes the session's guest as it is, then goes on with it from there. When it is not kept (there
 * are enough, there is no room) the evidence `frozen` says so and the guest goes on. Negative when
 * there is no guest any more. */
int kept_freeze(struct session *session, const char *case_id, const char *reason,
                struct error **err);

/* Starts the session's guest from a kept one, which stays as it is. */
int kept_restore(struct session *session, const struct kept *kept, struct error **err);

#endif
