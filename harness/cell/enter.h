/* SPDX-License-Identifier: Apache-2.0 */
/* Getting into a session's guest by its image's ways, with what that needs on its disks. */
#ifndef TS_CELL_ENTER_H
#define TS_CELL_ENTER_H

#include "cell/session.h"

/* Names firmware, variables and seed in the session's spec, as its image wants them, and reads the
 * login's password. Makes no file yet. */
int enter_plan(struct session *session, struct error **err);

/* Makes the seed disk, and UEFI's variables at `nvram` from this file (NULL: the firmware's own).
 */
int enter_make_disks(struct session *session, const char *nvram_from, struct error **err);

/* Until the guest that boots can be given commands. What was tried is kept as evidence. A guest
 * that resets itself in order before it is ready is booted again, LIMIT_RESETS times. */
int enter_boot(struct session *session, enum way *ret_way, struct error **err);

/* The same for a restored one. */
int enter_restored(struct session *session, enum way way, struct error **err);

#endif
