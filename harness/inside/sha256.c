/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), so that the static program needs no library. */
#include "inside/sha256.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t value, unsigned by)
{
    return value >> by | value << (32 - by);
}

static void mix(uint32_t state[8], const unsigned char block[64])
{
    uint32_t words[64], s[8];

    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)block[i * 4] << 24 | (uint32_t)block[i * 4 + 1] << 16 |
                   (uint32_t)block[i * 4 + 2] << 8 | block[i * 4 + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];

        words[i] = words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + words[i - 7] +
                   (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof(s));
    for (int i = 0; i < 64; i++) {
        uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
                       ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + words[i];
        uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
                       ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

        memmove(s + 1, s, 7 * sizeof(*s));
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

void sha256_begin(struct sha256 *sha)
{
    *sha = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                     0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_add(struct sha256 *sha, const void *data, size_t length)
{
    const unsigned char *from = data;

    while (length > 0) {
        size_t used = sha->length % 64, part = length < 64 - used ? length : 64 - used;

        memcpy(sha->block + used, from, part);
        sha->length += part;
        from += part;
        length -= part;
        if (sha->length % 64 == 0)
            mix(sha->state, sha->block);
    }
}

void sha256_end(struct sha256 *sha, char hex[65])
{
    static const unsigned char first = 0x80, zero;
    uint64_t bits = sha->length * 8;
    unsigned char size[8];

    for (int i = 0; i < 8; i++)
        size[i] = (unsigned char)(bits >> (56 - 8 * i));
    sha256_add(sha, &first, 1);
    while (sha->length % 64 != 56)
        sha256_add(sha, &zero, 1);
    sha256_add(sha, size, sizeof(size));
    for (int i = 0; i < 8; i++)
        snprintf(hex + i * 8, 9, "%08x", sha->state[i]);
}

void sha256_save(const struct sha256 *sha, char text[SHA256_STATE_SIZE])
{
    for (int i = 0; i < 8; i++)
        snprintf(text + i * 8, 9, "%08x", sha->state[i]);
    snprintf(text + 64, 17, "%016llx", (unsigned long long)sha->length);
    for (size_t i = 0; i < sha->length % 64; i++)
        snprintf(text + 80 + i * 2, 3, "%02x", sha->block[i]);
}

/* Exactly `digits` hexadecimal digits. */
static bool from_hex(const char *text, int digits, uint64_t *ret_value)
{
    static const char known[] = "0123456789abcdef";

    *ret_value = 0;
    for (int i = 0; i < digits; i++) {
        const char *digit = text[i] != '\0' ? strchr(known, text[i]) : NULL;

        if (digit == NULL)
            return false;
        *ret_value = *ret_value << 4 | (uint64_t)(digit - known);
    }
    return true;
}

const char *sha256_load(struct sha256 *sha, const char *text)
{
    uint64_t value;

    for (int i = 0; i < 8; i++, text += 8) {
        if (!from_hex(text, 8, &value))
            return NULL;
        sha->state[i] = (uint32_t)value;
    }
    if (!from_hex(text, 16, &sha->length))
        return NULL;
    text += 16;
    for (size_t i = 0; i < sha->length % 64; i++, text += 2) {
        if (!from_hex(text, 2, &value))
            return NULL;
        sha->block[i] = (unsigned char)value;
    }
    return text;
}
