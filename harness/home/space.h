/* SPDX-License-Identifier: Apache-2.0 */
/* Disk space for saved states and preserved guests: when a new one would exceed the budget of the
 * home, the least recently used ones are evicted. Those in use are not. */
#ifndef TS_HOME_SPACE_H
#define TS_HOME_SPACE_H

#include <stdint.h>

#include "base/text.h"

struct error;

/* Makes space for a saved state of a guest with this much memory. */
int space_for_state(const char *home, unsigned memory_mib, struct error **err);

/* Makes space for a preserved guest of a run; others of the same run are not evicted. *ret_why:
 * NULL, or the reason why there is not enough space (caller frees). */
int space_for_preserved(const char *home, const char *run_id, unsigned memory_mib, char **ret_why,
                        struct error **err);

/* Returns the keys of the saved states that preserved guests depend on: they must not be removed
 * before those. */
int space_states_needed(const char *home, struct strv *ret_keys, struct error **err);

#endif
