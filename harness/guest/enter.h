/* SPDX-License-Identifier: Apache-2.0 */
/* Entry methods for a guest that boots, tried one after the other. Internal to guest/; callers use
 * guest.h. */
#ifndef TS_GUEST_ENTER_H
#define TS_GUEST_ENTER_H

#include "guest/guest.h"

struct agent;
struct console;
struct watch;

/* Tries the entry methods of `entry` in order. agent->link is set if the console was used. */
int enter_first(struct agent *agent, struct console *console, const struct guest_entry *entry,
                enum entry_method *ret_method, char **ret_story, struct error **err);

/* Enters a restored guest by the method that was in use when it was saved. */
int enter_again(struct agent *agent, struct console *console, enum entry_method entry_method,
                int64_t deadline_ms, struct error **err);

#endif
