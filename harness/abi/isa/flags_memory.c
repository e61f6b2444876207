/* SPDX-License-Identifier: Apache-2.0 */
/* The stack by slots, and the bytes of globals that are written. */
#include <string.h>

#include "abi/isa/flags.h"

#define BYTES_MAX 4096

static size_t byte_index(const struct flags *flags, uint64_t address)
{
    size_t low = 0, high = flags->bytes.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (flags->bytes.items[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct flags_byte *flags_byte_at(const struct flags *flags, uint64_t address)
{
    size_t i = byte_index(flags, address);

    return i < flags->bytes.count && flags->bytes.items[i].address == address
               ? &flags->bytes.items[i]
               : NULL;
}

/* Data that can be written and is no part of the code. */
static bool is_data(const struct flags *flags, uint64_t address, unsigned size)
{
    vec_foreach (segment, &flags->file->segments)
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) != 0 &&
            address >= segment->p_vaddr && address - segment->p_vaddr < segment->p_memsz &&
            size <= segment->p_memsz - (address - segment->p_vaddr))
            return true;
    return false;
}

static struct flags_byte *add_byte(struct flags *flags, uint64_t address)
{
    size_t i = byte_index(flags, address);
    struct flags_byte *byte;

    if (i < flags->bytes.count && flags->bytes.items[i].address == address)
        return &flags->bytes.items[i];
    if (flags->bytes.count >= BYTES_MAX)
        return NULL;
    vec_add(&flags->bytes);
    byte = &flags->bytes.items[i];
    memmove(byte + 1, byte, (flags->bytes.count - 1 - i) * sizeof(*byte));
    memset(byte, 0, sizeof(*byte));
    byte->address = address;
    flags->grown = true;
    return byte;
}

/* Only what follows from a test of the CPU makes a byte one that is followed. */
static bool is_evidence(const struct flags *flags, const struct value *value, unsigned size,
                        uint64_t facts)
{
    for (unsigned bit = 0; bit < size * 8; bit++) {
        uint64_t implied = flags_implied(flags, value, bit) | facts;

        if (implied != 0 && implied != FLAGS_ALL)
            return true;
    }
    return false;
}

static void store_global(struct flags *flags, const struct flags_state *state, uint64_t address,
                         unsigned size, const struct value *value)
{
    bool evidence = is_evidence(flags, value, size < 8 ? size : 8, state->facts);

    for (unsigned i = 0; i < size; i++) {
        struct flags_byte *byte =
            evidence ? add_byte(flags, address + i) : flags_byte_at(flags, address + i);

        for (unsigned bit = 0; byte != NULL && bit < 8; bit++) {
            uint64_t implied =
                (i < 8 ? flags_implied(flags, value, i * 8 + bit) : 0) | state->facts;

            flags->changed |= (byte->implies[bit] & ~implied) != 0;
            byte->implies[bit] &= implied;
        }
    }
}

static struct value load_global(struct flags *flags, uint64_t address, unsigned size)
{
    uint64_t implies[64];

    for (unsigned i = 0; i < 64; i++) {
        struct flags_byte *byte = i / 8 < size ? flags_byte_at(flags, address + i / 8) : NULL;

        implies[i] = i / 8 >= size                  ? FLAGS_ALL
                     : byte == NULL || byte->spoilt ? 0
                                                    : byte->implies[i % 8];
    }
    return flags_make(flags, implies);
}

struct value flags_load(struct flags *flags, const struct flags_state *state,
                        const struct value *address, unsigned size)
{
    struct value any = {VALUE_ANY, 0, 0};

    if (size > 8)
        return any;
    if (address->kind == VALUE_CONSTANT)
        return load_global(flags, address->number, size);
    if (address->kind == VALUE_STACK)
        for (uint64_t i = 0; i < state->slot_count; i++)
            if (state->slots[i].offset == (int64_t)address->number && state->slots[i].size >= size)
                return flags_low(flags, &state->slots[i].value, size * 8, false);
    return flags_low(flags, &any, size * 8, false);
}

static void store_stack(struct flags_state *state, int64_t offset, unsigned size,
                        const struct value *value)
{
    for (uint64_t i = 0; i < state->slot_count;)
        if (state->slots[i].offset < offset + (int64_t)size &&
            offset < state->slots[i].offset + (int64_t)state->slots[i].size)
            state->slots[i] = state->slots[--state->slot_count];
        else
            i++;
    if (size <= 8 && value->kind != VALUE_ANY && state->slot_count < FLAGS_SLOTS)
        state->slots[state->slot_count++] = (struct slot){offset, size, *value};
}

void flags_escape(struct flags *flags, struct flags_state *state, const struct value *value)
{
    struct flags_byte *byte;

    if (value->kind == VALUE_STACK)
        state->escaped = 1;
    if (value->kind != VALUE_CONSTANT)
        return;
    for (unsigned i = 0; i < 8; i++) {
        byte = flags_byte_at(flags, value->number + i);
        if (byte != NULL && !byte->spoilt)
            byte->spoilt = flags->grown = true;
    }
}

void flags_store(struct flags *flags, struct flags_state *state, const struct value *address,
                 unsigned size, const struct value *value)
{
    flags_escape(flags, state,
                 value->kind == VALUE_STACK && address->kind == VALUE_STACK
                     ? &(struct value){VALUE_ANY, 0, 0}
                     : value);
    if (address->kind == VALUE_STACK)
        store_stack(state, (int64_t)address->number, size, value);
    else if (address->kind == VALUE_CONSTANT && is_data(flags, address->number, size) && size <= 64)
        store_global(flags, state, address->number, size,
                     size <= 8 ? value : &(struct value){VALUE_ANY, 0, 0});
    else if (state->escaped)
        state->slot_count = 0;
}
