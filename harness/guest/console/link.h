/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers over a console on which `touchstone-guest serve` listens: the counterpart of
 * libvirt's channel to the guest agent. Internal to guest/. */
#ifndef TS_GUEST_CONSOLE_LINK_H
#define TS_GUEST_CONSOLE_LINK_H

#include <stdint.h>

#include "base/cleanup.h"
#include "guest/console/frame.h"

struct console;
struct error;
struct watch;

struct console_link {
    struct console *console;
    struct watch *watch;
    char nonce[FRAME_NONCE_MAX + 1];
    unsigned long sequence;
    char line[FRAME_LINE_MAX]; /* the line being received */
    size_t length;
    struct frame_answer answer;
};

/* Creates a link with a new nonce; nothing is sent yet. */
struct console_link *console_link_new(struct console *console, struct watch *watch);

/* Sends a greeting with a new nonce to a program that is already running, as after a restore.
 * -ETIMEDOUT. */
int console_link_greet(struct console_link *link, int64_t deadline_ms, struct error **err);

/* Sends a request and returns its answer (JSON text; caller frees). -ETIMEDOUT; -EPIPE: the guest
 * ended. */
int console_link_call(struct console_link *link, const char *request, int64_t deadline_ms,
                      char **ret_answer, struct error **err);

void console_link_free(struct console_link *link);
DEFINE_CLEANUP(struct console_link *, console_link_free)

#endif
