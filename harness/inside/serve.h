/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image that has no guest agent is given in its place: a program that answers the requests
 * of qemu-guest-agent which the harness makes, either on the agent's own virtio port or, in frames,
 * on the serial console. README.md has the frames.
 */
#ifndef TS_INSIDE_SERVE_H
#define TS_INSIDE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVE_REQUEST_MAX (6 << 20) /* bytes of one request */
#define SERVE_FRAME_MAX 4096        /* bytes of one line on the console */

/* A request as JSON text. All of it borrows from that text, which ends with a NUL; NULL where there
 * is no such thing. */
const char *message_member(const char *object, const char *key);
const char *message_first(const char *array);
const char *message_next(const char *item);
char *message_string(const char *value); /* caller frees */
bool message_number(const char *value, int64_t *ret_number);
bool message_is_true(const char *value);

/* RFC 4648. Caller frees; NULL for text that is none. */
char *base64_encode(const void *data, size_t length);
void *base64_decode(const char *text, size_t length, size_t *ret_length);

/* What one request is answered with; caller frees. Commands that it starts go on in the background
 * and are looked after by serve_wait. */
char *serve_answer(const char *request);

/* Takes up what commands print until fd can be read or the time has passed; false when it has. */
bool serve_wait(int fd, int timeout_ms);

/* Frames on a terminal, until it is gone. Exit code. */
int serve_console(int in, int out, const char *nonce);

#endif
