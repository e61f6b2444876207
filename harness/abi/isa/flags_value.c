/* SPDX-License-Identifier: Apache-2.0 */
/* Values as what their bits imply. The rules are in flags.h. */
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flags.h"

#define POOL_MAX 8192

int flags_compare_addresses(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

void flags_sort_addresses(struct flags_addresses *list)
{
    size_t kept = 0;

    if (list->count < 2)
        return;
    qsort(list->items, list->count, sizeof(*list->items), flags_compare_addresses);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || list->items[kept - 1] != list->items[i])
            list->items[kept++] = list->items[i];
    list->count = kept;
}

size_t flags_after_address(const struct flags_addresses *list, uint64_t address)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->items[middle] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool flags_has_address(const struct flags_addresses *list, uint64_t address)
{
    return list->count > 0 && bsearch(&address, list->items, list->count, sizeof(address),
                                      flags_compare_addresses) != NULL;
}

uint64_t flags_implied(const struct flags *flags, const struct value *value, unsigned bit)
{
    if (value->kind == VALUE_BITS)
        return flags->pool.items[value->set].implies[bit];
    if (value->kind == VALUE_CONSTANT)
        return (value->number >> bit & 1) != 0 ? 0 : FLAGS_ALL;
    return 0;
}

struct value flags_make(struct flags *flags, const uint64_t implies[64])
{
    uint64_t all = 0, zero = FLAGS_ALL, hash = 0;
    uint32_t *slot;
    struct flags_row *row;

    for (unsigned i = 0; i < 64; i++) {
        all |= implies[i];
        zero &= implies[i];
    }
    if (all == 0)
        return (struct value){VALUE_ANY, 0, 0};
    if (zero == FLAGS_ALL)
        return (struct value){VALUE_CONSTANT, 0, 0};
    for (unsigned i = 0; i < 64; i++)
        hash = (hash ^ implies[i]) * UINT64_C(0x9e3779b97f4a7c15);
    slot = &flags->index[hash >> 49];
    while (*slot != 0) {
        if (memcmp(flags->pool.items[*slot - 1].implies, implies, sizeof(row->implies)) == 0)
            return (struct value){VALUE_BITS, *slot - 1, 0};
        slot = slot + 1 < flags->index + FLAGS_INDEX ? slot + 1 : flags->index;
    }
    if (flags->pool.count == POOL_MAX)
        return (struct value){VALUE_ANY, 0, 0};
    row = vec_add(&flags->pool);
    memcpy(row->implies, implies, sizeof(row->implies));
    *slot = (uint32_t)flags->pool.count;
    return (struct value){VALUE_BITS, *slot - 1, 0};
}

static bool same(const struct value *a, const struct value *b)
{
    return a->kind == b->kind && a->number == b->number && a->set == b->set;
}

struct value flags_join(struct flags *flags, const struct value *a, uint64_t a_facts,
                        const struct value *b, uint64_t b_facts)
{
    uint64_t implies[64];

    if (same(a, b) && (a->kind != VALUE_ANY || (a_facts & b_facts) == 0))
        return *a;
    if (a->kind == VALUE_STACK || b->kind == VALUE_STACK)
        return (struct value){VALUE_ANY, 0, 0};
    for (unsigned i = 0; i < 64; i++)
        implies[i] =
            (flags_implied(flags, a, i) | a_facts) & (flags_implied(flags, b, i) | b_facts);
    return flags_make(flags, implies);
}

struct value flags_and(struct flags *flags, const struct value *a, const struct value *b)
{
    uint64_t implies[64];

    if (a->kind == VALUE_CONSTANT && b->kind == VALUE_CONSTANT)
        return (struct value){VALUE_CONSTANT, 0, a->number & b->number};
    for (unsigned i = 0; i < 64; i++)
        implies[i] = flags_implied(flags, a, i) | flags_implied(flags, b, i);
    return flags_make(flags, implies);
}

struct value flags_or(struct flags *flags, const struct value *a, const struct value *b)
{
    uint64_t implies[64];

    if (a->kind == VALUE_CONSTANT && b->kind == VALUE_CONSTANT)
        return (struct value){VALUE_CONSTANT, 0, a->number | b->number};
    for (unsigned i = 0; i < 64; i++)
        implies[i] = flags_implied(flags, a, i) & flags_implied(flags, b, i);
    return flags_make(flags, implies);
}

uint64_t flags_nonzero(const struct flags *flags, const struct value *value, unsigned bits)
{
    uint64_t all = FLAGS_ALL;

    for (unsigned i = 0; i < bits; i++)
        all &= flags_implied(flags, value, i);
    return all;
}

struct value flags_uniform(struct flags *flags, uint64_t facts, unsigned bits)
{
    uint64_t implies[64];

    for (unsigned i = 0; i < 64; i++)
        implies[i] = i < bits ? facts : FLAGS_ALL;
    return flags_make(flags, implies);
}

struct value flags_sum(struct flags *flags, const struct value *a, const struct value *b)
{
    return flags_uniform(flags, flags_nonzero(flags, a, 64) & flags_nonzero(flags, b, 64), 64);
}

struct value flags_shift(struct flags *flags, const struct value *value, int left)
{
    uint64_t implies[64];

    if (value->kind == VALUE_CONSTANT)
        return (struct value){VALUE_CONSTANT, 0,
                              left >= 0 ? value->number << left : value->number >> -left};
    for (int i = 0; i < 64; i++)
        implies[i] = i - left >= 0 && i - left < 64
                         ? flags_implied(flags, value, (unsigned)(i - left))
                         : FLAGS_ALL;
    return flags_make(flags, implies);
}

struct value flags_low(struct flags *flags, const struct value *value, unsigned bits, bool sign)
{
    uint64_t implies[64];

    if (bits >= 64)
        return *value;
    if (value->kind == VALUE_CONSTANT) {
        uint64_t number = value->number << (64 - bits);

        return (struct value){VALUE_CONSTANT, 0,
                              sign ? (uint64_t)((int64_t)number >> (64 - bits))
                                   : number >> (64 - bits)};
    }
    for (unsigned i = 0; i < 64; i++)
        implies[i] = i < bits ? flags_implied(flags, value, i)
                     : sign   ? flags_implied(flags, value, bits - 1)
                              : FLAGS_ALL;
    return flags_make(flags, implies);
}

struct value flags_insert(struct flags *flags, const struct value *whole, const struct value *value,
                          unsigned low, unsigned bits)
{
    uint64_t implies[64];

    for (unsigned i = 0; i < 64; i++)
        implies[i] = i >= low && i < low + bits ? flags_implied(flags, value, i - low)
                                                : flags_implied(flags, whole, i);
    return flags_make(flags, implies);
}
