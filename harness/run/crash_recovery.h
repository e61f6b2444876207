/* SPDX-License-Identifier: Apache-2.0 */
/* Crash recovery of $TOUCHSTONE_HOME, to be run before anything else. */
#ifndef TS_RUN_CRASH_RECOVERY_H
#define TS_RUN_CRASH_RECOVERY_H

#include "base/text.h"

struct error;
struct store;

/*
 * To be called with the home locked. Destroys guests whose worker is dead, removes incomplete saved
 * states, preserved guests and copies of evidence, finishes removals of runs, adds runs that were
 * planned but not yet recorded, and removes those whose planning was not finished; the IDs of the
 * latter are returned.
 */
int crash_recover_home(struct store *store, const char *home, struct strv *ret_unbegun,
                       struct error **err);

#endif
