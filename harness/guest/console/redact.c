/* SPDX-License-Identifier: Apache-2.0 */
/* Byte by byte: what is held back is always a prefix of some secret. */
#include "guest/console/redact.h"

#include <string.h>

void redact_add(struct redact *redact, const char *secret)
{
    if (strlen(secret) >= REDACT_MIN && !strv_has(&redact->secrets, secret))
        strv_add(&redact->secrets, secret);
}

enum match { MATCH_NONE, MATCH_PART, MATCH_ALL };

static enum match match_held(const struct redact *redact)
{
    enum match best = MATCH_NONE;

    for (size_t i = 0; i < redact->secrets.count; i++) {
        const char *secret = redact->secrets.items[i];
        size_t length = strlen(secret);

        if (redact->held.length <= length &&
            memcmp(secret, redact->held.data, redact->held.length) == 0) {
            if (redact->held.length == length)
                return MATCH_ALL;
            best = MATCH_PART;
        }
    }
    return best;
}

void redact_feed(struct redact *redact, const char *data, size_t length, struct buffer *out)
{
    if (redact->secrets.count == 0) {
        buffer_add(out, data, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        enum match match;

        buffer_add(&redact->held, data + i, 1);
        while (redact->held.length > 0 && (match = match_held(redact)) != MATCH_PART) {
            if (match == MATCH_ALL) {
                buffer_text(out, "********");
                redact->held.length = 0;
                break;
            }
            buffer_add(out, redact->held.data, 1);
            memmove(redact->held.data, redact->held.data + 1, --redact->held.length);
        }
    }
}

void redact_end(struct redact *redact, struct buffer *out)
{
    buffer_add(out, redact->held.data, redact->held.length);
    redact->held.length = 0;
}

void redact_done(struct redact *redact)
{
    strv_done(&redact->secrets);
    buffer_done(&redact->held);
}
