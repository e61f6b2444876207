/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said to qemu-guest-agent and what it says back (qga/qapi-schema.json), without any
 * transport. Its replies come out of the guest: bounded, checked, nothing in them is believed.
 */
#ifndef TS_GUEST_AGENT_MESSAGE_H
#define TS_GUEST_AGENT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;

#define AGENT_INPUT_MAX (4 << 20)  /* bytes of standard input that a command may be given */
#define AGENT_REPLY_MAX (12 << 20) /* bytes of JSON; libvirt itself gives up at 10 MiB */

struct guest_command {
    const char *const *argv; /* argv[0]: a path in the guest, or a name in its PATH */
    const char *const *env;  /* "NAME=value", NULL-terminated: the whole environment; or NULL */
    const void *input;       /* standard input, or NULL */
    size_t input_length;
    size_t output_limit; /* bytes kept of each stream; 0: 1 MiB */
};

struct guest_output {
    bool exited; /* code is its exit code, else code is the signal that ended it */
    int code;
    struct buffer out, err;
    bool truncated;      /* a stream was longer than the limit; its head is kept */
    int64_t duration_ms; /* on the host's clock */
};
void guest_output_done(struct guest_output *output);

/* Requests as JSON text; caller frees. -E2BIG for an input that is too long, -EILSEQ for text that
 * JSON cannot carry. */
int agent_message_exec(const struct guest_command *command, char **ret_text, struct error **err);
char *agent_message_exec_status(int64_t pid);

/* Replies, NUL-terminated. -EBADMSG for what the schema does not allow. */
int agent_message_parse_pid(const char *reply, int64_t *ret_pid, struct error **err);

/* ret_done: the command has ended, and *ret_output (zero before) is filled, without duration. */
int agent_message_parse_status(const char *reply, size_t output_limit, bool *ret_done,
                               struct guest_output *ret_output, struct error **err);

#endif
