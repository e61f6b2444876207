/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 by OpenSSL's EVP. */
#include "base/base64.h"

#include <limits.h>
#include <openssl/evp.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"

void base64_encode(const void *data, size_t length, struct buffer *ret_text)
{
    enum { STEP = 3 << 18 }; /* a multiple of 3, so that only the last part is padded */
    const unsigned char *at = data;

    for (size_t step; length > 0; at += step, length -= step) {
        _cleanup_free_ unsigned char *text = NULL;

        step = length < STEP ? length : STEP;
        text = text_calloc(1, step / 3 * 4 + 5);
        buffer_add(ret_text, text, (size_t)EVP_EncodeBlock(text, at, (int)step));
    }
}

static unsigned digit(char hex)
{
    return (unsigned)(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

void base64_encode_digest(const char *hex, struct buffer *ret_text)
{
    unsigned char bytes[DIGEST_TEXT_SIZE / 2];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    base64_encode(bytes, sizeof(bytes), ret_text);
}

bool base64_decode(const char *text, size_t length, struct buffer *ret_data)
{
    _cleanup_free_ unsigned char *data = NULL;
    size_t padding = 0;
    int got;

    if (length == 0 || length % 4 != 0 || length > INT_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool letter = (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= 'a' && text[i] <= 'z') ||
                      (text[i] >= '0' && text[i] <= '9') || text[i] == '+' || text[i] == '/';

        padding += text[i] == '=';
        if (!letter && (text[i] != '=' || i + 2 < length))
            return false;
    }
    if (text[length - 2] == '=' && text[length - 1] != '=')
        return false;
    data = text_calloc(1, length);
    got = EVP_DecodeBlock(data, (const unsigned char *)text, (int)length);
    if (got < 0 || (size_t)got < padding)
        return false;
    buffer_add(ret_data, data, (size_t)got - padding);
    return true;
}
