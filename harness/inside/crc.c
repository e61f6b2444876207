/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 (IEEE). Own implementation, because the program is static, built for each guest
 * architecture, and links only libc. */
#include "inside/inside.h"

uint32_t crc32(uint32_t before, const char *data, size_t length)
{
    uint32_t crc = ~before;

    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
    }
    return ~crc;
}
