/* SPDX-License-Identifier: Apache-2.0 */
/* Enters a session's guest by its image's entry methods, and makes the disks that these need. */
#ifndef TS_CELL_ENTER_H
#define TS_CELL_ENTER_H

#include "cell/session.h"

/* Sets firmware, UEFI variables and seed in the session's spec, as its image requires, and reads
 * the login password. Creates no file yet. */
int enter_plan(struct session *session, struct error **err);

/* Creates the seed disk, and the UEFI variables as a copy of `nvram_from` (NULL: the firmware's
 * template). */
int enter_make_disks(struct session *session, const char *nvram_from, struct error **err);

/* Waits until commands can be run in the booting guest. The attempts are stored as evidence. A
 * guest that announces a reset before it is ready is booted again, up to LIMIT_RESETS times. */
int enter_boot(struct session *session, enum entry_method *ret_method, struct error **err);

/* The same for a restored guest. */
int enter_restored(struct session *session, enum entry_method entry_method, struct error **err);

#endif
