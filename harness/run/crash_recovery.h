/* SPDX-License-Identifier: Apache-2.0 */
/* Crash recovery of $TOUCHSTONE_HOME, before anything else works in it. */
#ifndef TS_RUN_CRASH_RECOVERY_H
#define TS_RUN_CRASH_RECOVERY_H

#include "base/text.h"

struct error;
struct store;

/* With the home's lock held: ends guests whose worker is dead, removes what was half made (saved
 * states, preserved guests, copies of evidence), completes the removal of runs that was under way,
 * adds runs that were planned and not yet remembered, and removes those that were not even planned,
 * whose ids are returned. */
int crash_recover_home(struct store *store, const char *home, struct strv *ret_unbegun,
                       struct error **err);

#endif
