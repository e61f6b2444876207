/* SPDX-License-Identifier: Apache-2.0 */
/* Removes secrets from a stream that arrives in pieces, before it is stored. */
#ifndef TS_GUEST_CONSOLE_REDACT_H
#define TS_GUEST_CONSOLE_REDACT_H

#include <stddef.h>

#include "base/text.h"

#define REDACT_MIN 4 /* bytes; a shorter secret would blank out much of a console */

struct redact {
    struct strv secrets;
    struct buffer held; /* possibly the beginning of a secret */
};

/* Adds a secret; one that is too short is ignored. */
void redact_add(struct redact *redact, const char *secret);

/* Appends data to `out` with each secret replaced by "********". Up to a secret's length is held
 * back until the next call. */
void redact_feed(struct redact *redact, const char *data, size_t length, struct buffer *out);

/* Ends the stream: appends what was held back. */
void redact_end(struct redact *redact, struct buffer *out);

void redact_done(struct redact *redact);

#endif
