/* SPDX-License-Identifier: Apache-2.0 */
/* Which extensions a bit of the CPU's description shows, by the rows of flow_bits.def. */
#include <elf.h>
#include <pthread.h>
#include <string.h>

#include "abi/isa/flow.h"

#define IMPLIES_DEPTH 8 /* longer than any way through the rows */

struct bit {
    enum origin origin;
    uint64_t value; /* as in struct known */
    uint8_t bit;
    const char *feature;
};

static const struct bit x86_bits[] = {
#define CPUID(leaf, sub, reg, bit, feature)                                                        \
    {FROM_CPUID, ISA_LEAF(leaf, sub) << 8 | (reg), bit, feature},
#define MODEL(number, feature) {FROM_MODEL, (number) / 32, (number) % 32, feature},
#define HWCAP(word, bit, feature)
#define IMPLIES(has, feature)
#include "abi/isa/flow_bits.def"
#undef CPUID
#undef MODEL
#undef HWCAP
#define CPUID(leaf, sub, reg, bit, feature)
#define MODEL(number, feature)
};

static const struct bit arm_bits[] = {
#define HWCAP(word, bit, feature) {FROM_HWCAP, (word) + (bit) / 32 * 2, (bit) % 32, feature},
#include "abi/isa/flow_bits.def"
#undef HWCAP
#undef IMPLIES
#define HWCAP(word, bit, feature)
};

static const char *const implied[][2] = {
#define IMPLIES(has, feature) {has, feature},
#include "abi/isa/flow_bits.def"
};

#define X86_BITS (sizeof(x86_bits) / sizeof(x86_bits[0]))
#define ARM_BITS (sizeof(arm_bits) / sizeof(arm_bits[0]))

/* For each row, its extension's place in a set, and the set of all that it shows. */
static uint64_t x86_own[X86_BITS], x86_shown[X86_BITS], arm_own[ARM_BITS], arm_shown[ARM_BITS];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static const struct table {
    const struct bit *bits;
    size_t count;
    uint64_t *own, *shown;
} x86_table = {x86_bits, X86_BITS, x86_own, x86_shown},
  arm_table = {arm_bits, ARM_BITS, arm_own, arm_shown};

static bool implies(const char *has, const char *feature, unsigned depth)
{
    if (strcmp(has, feature) == 0)
        return true;
    for (size_t i = 0; depth > 0 && i < sizeof(implied) / sizeof(implied[0]); i++)
        if (strcmp(implied[i][0], has) == 0 && implies(implied[i][1], feature, depth - 1))
            return true;
    return false;
}

/* The set of what a feature and all that it implies have in the table. */
static uint64_t shown_by(const struct table *table, const char *feature, unsigned depth)
{
    uint64_t shown = 0;

    for (size_t i = 0; i < table->count && shown == 0; i++)
        if (strcmp(table->bits[i].feature, feature) == 0)
            shown = table->own[i];
    for (size_t i = 0; depth > 0 && i < sizeof(implied) / sizeof(implied[0]); i++)
        if (strcmp(implied[i][0], feature) == 0)
            shown |= shown_by(table, implied[i][1], depth - 1);
    return shown;
}

static void make_table(const struct table *table)
{
    unsigned number = 0;

    for (size_t i = 0; i < table->count; i++) {
        size_t first = 0;

        while (strcmp(table->bits[first].feature, table->bits[i].feature) != 0)
            first++;
        if (first < i)
            table->own[i] = table->own[first];
        else if (number < 64)
            table->own[i] = UINT64_C(1) << number++;
    }
    for (size_t i = 0; i < table->count; i++)
        table->shown[i] = shown_by(table, table->bits[i].feature, IMPLIES_DEPTH);
}

static void make_tables(void)
{
    make_table(&x86_table);
    make_table(&arm_table);
}

static const struct table *table_of(uint16_t machine)
{
    pthread_once(&made, make_tables);
    return machine == EM_AARCH64 ? &arm_table : &x86_table;
}

bool isa_flow_shows(uint16_t machine, const struct known *known, const char *feature)
{
    const struct table *table = table_of(machine);

    for (size_t i = 0; i < table->count; i++)
        if (table->bits[i].origin == known->origin && table->bits[i].value == known->value &&
            (known->mask >> table->bits[i].bit & 1) != 0 &&
            implies(table->bits[i].feature, feature, IMPLIES_DEPTH))
            return true;
    return false;
}

enum step_test isa_flow_test(const struct flow *flow, const struct known *known, bool set_taken,
                             uint64_t *ret_others)
{
    uint16_t machine = flow->file->machine;
    uint64_t sets[32];

    if (isa_flow_shows(machine, known, flow->wanted))
        return set_taken ? TEST_SET_TAKEN : TEST_SET_FALLS;
    *ret_others = 0;
    /* libgcc sets no bit for vendors that it does not know, such as Hygon (cpuinfo.h). */
    if (known->origin == FROM_MODEL)
        return flow->asks ? TEST_POSSIBLE : TEST_NONE;
    isa_flow_word(machine, known->origin, known->value, sets);
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((known->mask >> bit & 1) == 0)
            continue;
        if (sets[bit] == 0)
            return flow->asks ? TEST_POSSIBLE : TEST_NONE;
        *ret_others |= sets[bit];
    }
    if (*ret_others == 0)
        return flow->asks ? TEST_POSSIBLE : TEST_NONE;
    return set_taken ? TEST_OTHER_TAKEN : TEST_OTHER_FALLS;
}

bool isa_behind_lacks(uint16_t machine, uint64_t behind, const struct strv *lacks)
{
    for (size_t i = 0; i < lacks->count; i++)
        if ((isa_flow_number(machine, lacks->items[i]) & behind) != 0)
            return true;
    return false;
}

uint64_t isa_flow_number(uint16_t machine, const char *feature)
{
    const struct table *table = table_of(machine);

    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->bits[i].feature, feature) == 0)
            return table->own[i];
    return 0;
}

void isa_flow_word(uint16_t machine, enum origin origin, uint64_t value, uint64_t ret_sets[32])
{
    const struct table *table = table_of(machine);

    memset(ret_sets, 0, 32 * sizeof(*ret_sets));
    for (size_t i = 0; i < table->count; i++)
        if (table->bits[i].origin == origin && table->bits[i].value == value)
            ret_sets[table->bits[i].bit] |= table->shown[i];
}

uint64_t isa_flow_extensions(uint16_t machine, enum origin origin, uint64_t value, unsigned bit)
{
    uint64_t sets[32];

    isa_flow_word(machine, origin, value, sets);
    return sets[bit];
}

bool isa_flow_leaf(uint64_t leaf, bool sub_known, uint64_t sub, uint64_t *ret_value)
{
    uint32_t number = (uint32_t)leaf;
    bool has_sub = number == 7 || number == 0xd || number == 0x14;

    if ((number & 0x7fff8000) != 0 || (has_sub && (!sub_known || sub > 2)))
        return false;
    *ret_value = ISA_LEAF((uint64_t)number, has_sub ? sub : 0) << 8;
    return true;
}
