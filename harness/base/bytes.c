/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a text by its first and last byte, in many places at once. */
#include "base/bytes.h"

#include <string.h>

const void *bytes_find(const void *data, size_t size, const void *text, size_t length)
{
    const uint8_t *at = data, *wanted = text;
    size_t i = 0;

    if (length < 2)
        return memmem(data, size, text, length);
    for (; i + length - 1 + BYTES <= size; i += BYTES) {
        unsigned found =
            bytes_bits(bytes_equal(bytes_at(at + i), 0xff, wanted[0]) &
                       bytes_equal(bytes_at(at + i + length - 1), 0xff, wanted[length - 1]));

        for (; found != 0; found &= found - 1) {
            const uint8_t *here = at + i + (unsigned)__builtin_ctz(found);

            if (memcmp(here, text, length) == 0)
                return here;
        }
    }
    return i < size ? memmem(at + i, size - i, text, length) : NULL;
}
