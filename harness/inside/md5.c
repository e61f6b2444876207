/* SPDX-License-Identifier: Apache-2.0 */
/* MD5 (RFC 1321). Used only to compare files with the digests in dpkg's database. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "inside/footprint.h"

/* floor(2^32 * |sin(i + 1)|) */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const unsigned char turns[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void add_block(uint32_t state[4], const unsigned char *block)
{
    uint32_t words[16], a = state[0], b = state[1], c = state[2], d = state[3];

    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] | (uint32_t)block[4 * i + 1] << 8 |
                   (uint32_t)block[4 * i + 2] << 16 | (uint32_t)block[4 * i + 3] << 24;
    for (unsigned i = 0; i < 64; i++) {
        uint32_t mixed = i < 16   ? (b & c) | (~b & d)
                         : i < 32 ? (d & b) | (~d & c)
                         : i < 48 ? b ^ c ^ d
                                  : c ^ (b | ~d);
        unsigned word = i < 16   ? i
                        : i < 32 ? (5 * i + 1) % 16
                        : i < 48 ? (3 * i + 5) % 16
                                 : (7 * i) % 16;
        unsigned turn = turns[i / 16][i % 4];
        uint32_t sum = a + mixed + sines[i] + words[word];

        a = d;
        d = c;
        c = b;
        b += sum << turn | sum >> (32 - turn);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

bool md5_file(const char *path, char hex[33])
{
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    static unsigned char data[65536 + 128];
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    uint64_t length = 0, bits;
    size_t rest = 0, end;
    ssize_t got;

    if (fd < 0)
        return false;
    while ((got = read(fd, data + rest, 65536 - rest)) > 0) {
        size_t used = 0;

        length += (uint64_t)got;
        rest += (size_t)got;
        for (; rest - used >= 64; used += 64)
            add_block(state, data + used);
        rest -= used;
        memmove(data, data + used, rest);
    }
    close(fd);
    if (got < 0)
        return false;
    end = rest < 56 ? 64 : 128;
    memset(data + rest, 0, end - rest);
    data[rest] = 0x80;
    bits = length * 8;
    for (int i = 0; i < 8; i++)
        data[end - 8 + (size_t)i] = (unsigned char)(bits >> (8 * i));
    for (size_t at = 0; at < end; at += 64)
        add_block(state, data + at);
    for (int i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", state[i / 4] >> (8 * (i % 4)) & 255);
    return true;
}
