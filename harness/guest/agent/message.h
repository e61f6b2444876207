/* SPDX-License-Identifier: Apache-2.0 */
/* Encodes requests to qemu-guest-agent and decodes its replies (QEMU, qga/qapi-schema.json),
 * independent of the transport. Replies come from the guest and are not trusted: sizes are limited
 * and every member is checked. */
#ifndef TS_GUEST_AGENT_MESSAGE_H
#define TS_GUEST_AGENT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;

#define AGENT_INPUT_MAX (4 << 20) /* largest standard input of a command, in bytes */
/* largest reply, in bytes of JSON; libvirt's own limit is 10 MiB */
#define AGENT_REPLY_MAX (12 << 20)

struct guest_command {
    const char *const *argv; /* argv[0]: a path in the guest, or a name looked up in its PATH */
    const char *const *env;  /* "NAME=value", NULL-terminated: the complete environment; or NULL */
    const void *input;       /* standard input, or NULL */
    size_t input_length;
    size_t output_limit; /* bytes stored of each stream; 0: 1 MiB */
};

struct guest_output {
    bool exited; /* true: code is the exit code; false: code is the signal that killed it */
    int code;
    struct buffer out, err;
    bool truncated;      /* a stream was longer than the limit; only its beginning is stored */
    int64_t duration_ms; /* measured by the host's clock */
};
void guest_output_done(struct guest_output *output);

/* Encode requests as JSON; caller frees. -E2BIG: input too long; -EILSEQ: text that JSON cannot
 * represent. */
int agent_message_exec(const struct guest_command *command, char **ret_text, struct error **err);
char *agent_message_exec_status(int64_t pid);

/* Decode NUL-terminated replies. -EBADMSG: not allowed by the schema. */
int agent_message_parse_pid(const char *reply, int64_t *ret_pid, struct error **err);

/* ret_done: the command has ended, and *ret_output (zeroed by the caller) is filled except for the
 * duration. */
int agent_message_parse_status(const char *reply, size_t output_limit, bool *ret_done,
                               struct guest_output *ret_output, struct error **err);

#endif
