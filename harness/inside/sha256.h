/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4). */
#ifndef TS_INSIDE_SHA256_H
#define TS_INSIDE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t length;
    unsigned char block[64];
};
void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *data, size_t length);
void sha256_end(struct sha256 *sha, char hex[65]);

/* An unfinished digest as lower-case hexadecimal digits, to be continued by another process. */
#define SHA256_STATE_SIZE (64 + 16 + 126 + 1)
void sha256_save(const struct sha256 *sha, char text[SHA256_STATE_SIZE]);
/* Returns the end of the text that was read; NULL: it is not such a text. */
const char *sha256_load(struct sha256 *sha, const char *text);

#endif
