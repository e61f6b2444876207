/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen bytes at once, for what reads hundreds of megabytes. */
#ifndef TS_BASE_BYTES_H
#define TS_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define BYTES 16
typedef uint8_t bytes __attribute__((vector_size(BYTES)));

static inline bytes bytes_at(const uint8_t *at)
{
    bytes value;

    __builtin_memcpy(&value, at, sizeof(value));
    return value;
}

/* All bits of each byte that equals `value` in the bits of `mask`. */
static inline bytes bytes_equal(bytes at, uint8_t mask, uint8_t value)
{
    return (bytes)((at & mask) == value);
}

/* The highest bit of each byte; the first byte's is the lowest bit. */
static inline unsigned bytes_bits(bytes at)
{
#ifdef __SSE2__
    typedef char signed_bytes __attribute__((vector_size(BYTES)));

    return (unsigned)__builtin_ia32_pmovmskb128((signed_bytes)at);
#else
    typedef uint64_t halves __attribute__((vector_size(BYTES)));
    halves high = ((halves)at >> 7 & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080);

    return (unsigned)(high[0] >> 56) | (unsigned)(high[1] >> 56) << 8;
#endif
}

/* memmem, several times as fast for a text that is longer than one byte and seldom found. */
const void *bytes_find(const void *data, size_t size, const void *text, size_t length);

#endif
