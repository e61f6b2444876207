/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways into a guest that boots, tried one after the other. Only files of guest/ include this;
 * guest.h has what others call.
 */
#ifndef TS_GUEST_ENTER_H
#define TS_GUEST_ENTER_H

#include "guest/guest.h"

struct agent;
struct console;
struct watch;

/* Tries entry's ways in order. agent->link is set when the console was the way. */
int enter_first(struct agent *agent, struct console *console, const struct guest_entry *entry,
                enum way *ret_way, char **ret_story, struct error **err);

/* The way is known: the guest was restored from a state in which it was open. */
int enter_again(struct agent *agent, struct console *console, enum way way, int64_t deadline_ms,
                struct error **err);

#endif
