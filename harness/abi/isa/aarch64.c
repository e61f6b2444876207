/* SPDX-License-Identifier: Apache-2.0 */
/* Matches A64 instructions against the table. Every word is one instruction, so lookup dominates
 * the cost: the top eleven bits select the few rows that can match, which for most words are
 * none. */
#include <pthread.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/isa/isa.h"

#define TOP_BITS 11
#define ROWS_PER_TOP 28

static const struct {
    const char *feature, *pattern;
} patterns[] = {
#define A64(feature, pattern) {feature, pattern},
#include "abi/isa/aarch64.def"
#undef A64
};
#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

static struct rule {
    uint32_t mask, match;
} rules[PATTERNS];

/* Rows that can match words with these top bits, terminated by PATTERNS. */
static uint8_t by_top[1 << TOP_BITS][ROWS_PER_TOP + 1];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (size_t row = 0; row < PATTERNS; row++) {
        for (int bit = 0; bit < 32; bit++) {
            char digit = patterns[row].pattern[bit];

            rules[row].mask = rules[row].mask << 1 | (digit != 'x');
            rules[row].match = rules[row].match << 1 | (digit == '1');
        }
    }
    for (uint32_t top = 0; top < 1 << TOP_BITS; top++) {
        uint32_t word = top << (32 - TOP_BITS), high = UINT32_MAX << (32 - TOP_BITS);
        size_t count = 0;

        for (size_t row = 0; row < PATTERNS && count < ROWS_PER_TOP; row++)
            if (((word ^ rules[row].match) & rules[row].mask & high) == 0)
                by_top[top][count++] = (uint8_t)row;
        by_top[top][count] = PATTERNS;
    }
}

uint64_t isa_aarch64_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                          void *context)
{
    uint64_t words = size / 4;

    pthread_once(&made, make_tables);
    for (uint64_t i = 0; i < words; i++) {
        uint32_t word = elf_u32(code + i * 4);
        const uint8_t *row = by_top[word >> (32 - TOP_BITS)];

        if (__builtin_expect(*row == PATTERNS, 1))
            continue;
        for (; *row != PATTERNS; row++)
            if ((word & rules[*row].mask) == rules[*row].match) {
                hit(context, patterns[*row].feature, address + i * 4);
                break;
            }
    }
    return words;
}
