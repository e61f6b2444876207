/* SPDX-License-Identifier: Apache-2.0 */
/* A replacement for the guest agent on images that have none: answers the requests of
 * qemu-guest-agent that the harness uses, on the agent's virtio port or, in frames, on the serial
 * console. README.md documents the frames. */
#ifndef TS_INSIDE_SERVE_H
#define TS_INSIDE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVE_REQUEST_MAX (6 << 20) /* largest request, in bytes */
#define SERVE_FRAME_MAX 4096        /* longest line on the console, in bytes */

/* Access to a request as JSON text. Results point into that text, which ends with a NUL; NULL if a
 * member is absent. */
const char *message_member(const char *object, const char *key);
const char *message_first(const char *array);
const char *message_next(const char *item);
char *message_string(const char *value); /* caller frees */
bool message_number(const char *value, int64_t *ret_number);
bool message_is_true(const char *value);

/* Base64 of RFC 4648. Caller frees; NULL for invalid text. */
char *base64_encode(const void *data, size_t length);
void *base64_decode(const char *text, size_t length, size_t *ret_length);

/* Returns the answer to one request; caller frees. Commands that it starts run in the background
 * and are handled by serve_wait. */
char *serve_answer(const char *request);

/* Collects output of commands until fd is readable or the timeout expires; returns false then. */
bool serve_wait(int fd, int timeout_ms);

/* Serves frames on a terminal until it is closed. Returns an exit code. */
int serve_console(int in, int out, const char *nonce);

#endif
