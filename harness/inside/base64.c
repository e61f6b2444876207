/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, with padding). */
#include <stdlib.h>
#include <string.h>

#include "inside/serve.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *data, size_t length)
{
    const unsigned char *from = data;
    char *text = malloc((length + 2) / 3 * 4 + 1), *to = text;

    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned bits = (unsigned)from[i] << 16 | (left > 1 ? (unsigned)from[i + 1] << 8 : 0) |
                        (left > 2 ? from[i + 2] : 0);

        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[bits & 63] : '=';
    }
    *to = '\0';
    return text;
}

void *base64_decode(const char *text, size_t length, size_t *ret_length)
{
    size_t padding = 0;
    unsigned char *data, *to;
    unsigned bits = 0;

    if (length % 4 != 0)
        return NULL;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    data = to = malloc(length / 4 * 3 + 1);
    if (data == NULL)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        const char *digit = i < length - padding ? memchr(digits, text[i], 64) : digits;

        if (digit == NULL) {
            free(data);
            return NULL;
        }
        bits = bits << 6 | (unsigned)(digit - digits);
        if (i % 4 == 3) {
            *to++ = (unsigned char)(bits >> 16);
            *to++ = (unsigned char)(bits >> 8);
            *to++ = (unsigned char)bits;
        }
    }
    *ret_length = length / 4 * 3 - padding;
    return data;
}
