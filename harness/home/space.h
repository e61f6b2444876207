/* SPDX-License-Identifier: Apache-2.0 */
/* Room for what jobs keep: saved states and preserved guests go, the least recently used first,
 * when one more would pass the home's budget. What is in use stays. */
#ifndef TS_HOME_SPACE_H
#define TS_HOME_SPACE_H

#include <stdint.h>

#include "base/text.h"

struct error;

/* For one more saved state that takes at most so much memory. */
int space_for_state(const char *home, unsigned memory_mib, struct error **err);

/* For one more preserved guest of a run, whose others stay. *ret_why: there is none, and why
 * (caller frees); NULL: there is. */
int space_for_preserved(const char *home, const char *run_id, unsigned memory_mib, char **ret_why,
                        struct error **err);

/* Keys of the states that preserved guests stand on: they are not to be removed before those. */
int space_states_needed(const char *home, struct strv *ret_keys, struct error **err);

#endif
