/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4). */
#ifndef TS_BASE_BASE64_H
#define TS_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;

/* Appends the text, with padding, without line breaks. */
void base64_encode(const void *data, size_t length, struct buffer *ret_text);

/* Appends the text of the bytes of a digest, which is given as hexadecimal digits. */
void base64_encode_digest(const char *hex, struct buffer *ret_text);

/* Appends the bytes. False: a character is not of the alphabet, or the padding is not right. */
bool base64_decode(const char *text, size_t length, struct buffer *ret_data);

#endif
