/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what OpenSSH writes. */
#include "certificate/ssh_wire.h"

#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"

bool ssh_take_number(struct ssh_bytes *left, uint32_t *ret_number)
{
    if (left->length < 4)
        return false;
    *ret_number = (uint32_t)left->at[0] << 24 | (uint32_t)left->at[1] << 16 |
                  (uint32_t)left->at[2] << 8 | left->at[3];
    left->at += 4;
    left->length -= 4;
    return true;
}

bool ssh_take_string(struct ssh_bytes *left, struct ssh_bytes *ret_string)
{
    uint32_t length;

    if (!ssh_take_number(left, &length) || length > left->length)
        return false;
    *ret_string = (struct ssh_bytes){left->at, length};
    left->at += length;
    left->length -= length;
    return true;
}

bool ssh_is_text(const struct ssh_bytes *string, const char *text)
{
    return string->length == strlen(text) && memcmp(string->at, text, string->length) == 0;
}

char *ssh_fingerprint(const void *key, size_t length)
{
    struct buffer text = {0};
    char hex[DIGEST_TEXT_SIZE];

    digest_of_memory(key, length, hex);
    buffer_text(&text, "SHA256:");
    base64_encode_digest(hex, &text);
    text.data[strcspn(text.data, "=")] = '\0';
    return buffer_steal(&text);
}
