/* SPDX-License-Identifier: Apache-2.0 */
/* Takes secrets out of a stream that comes in pieces, before anybody keeps it. */
#ifndef TS_GUEST_CONSOLE_REDACT_H
#define TS_GUEST_CONSOLE_REDACT_H

#include <stddef.h>

#include "base/text.h"

#define REDACT_MIN 4 /* bytes: a shorter word would take half of a console away */

struct redact {
    struct strv secrets;
    struct buffer held; /* the beginning of a secret, perhaps */
};

/* Further secrets; one that is too short is passed over. */
void redact_add(struct redact *redact, const char *secret);

/* Appends the data to `out`, each secret in it as "********". Up to a secret's length is held back.
 */
void redact_feed(struct redact *redact, const char *data, size_t length, struct buffer *out);

/* Nothing more comes: what was held back was none. */
void redact_end(struct redact *redact, struct buffer *out);

void redact_done(struct redact *redact);

#endif
