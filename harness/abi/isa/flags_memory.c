/* SPDX-License-Identifier: Apache-2.0 */
/* The stack by slots, and the bytes of globals that are written. */
#include <elf.h>
#include <string.h>

#include "abi/isa/flags.h"
#include "base/bytes.h"

#define BYTES_MAX 4096
#define EXTENT_UNKNOWN 4096 /* of an object without a symbol */
#define MEMBER_NEAR 128
#define OBJECT_ALIGNMENT 32 /* of objects of that size or larger, by GCC and clang on x86-64 */

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

static void take_start(struct flags *flags, struct flags_addresses *list, uint64_t address)
{
    if (address % OBJECT_ALIGNMENT == 0 && is_data(flags, address, 1))
        *vec_add(list) = address;
}

/* Where an object of some size may begin: addresses of data that code makes, and those that an
 * instruction accesses (with an immediate of up to 4 bytes behind the distance). */
static void read_starts_at(struct flags *flags, const uint8_t *at, uint64_t address)
{
    uint64_t near = address + 4 + (uint64_t)(int64_t)(int32_t)elf_u32(at);

    if (flags->file->type == ET_EXEC &&
        ((at[-1] & 0xf8) == 0xb8 || (at[-2] == 0xc7 && at[-1] >= 0xc0)))
        take_start(flags, &flags->made, elf_u32(at));
    if ((at[-1] & 0xc7) != 5)
        return;
    if (at[-2] == 0x8d) {
        take_start(flags, &flags->made, near);
        return;
    }
    for (unsigned tail = 0; tail <= 4; tail = tail == 2 ? 4 : tail + 1)
        take_start(flags, &flags->accessed, near + tail);
}

static void read_starts_in(struct flags *flags, const struct elf_code *code)
{
    const uint8_t *at = flags->file->data + code->range.offset;
    bool fixed = flags->file->type == ET_EXEC;
    uint64_t i = 2;

    for (; i + BYTES + 3 <= code->range.size; i += BYTES) {
        bytes modrm = bytes_at(at + i - 1), found = bytes_equal(modrm, 0xc7, 5);

        if (fixed)
            found |=
                bytes_equal(modrm, 0xf8, 0xb8) |
                (bytes_equal(bytes_at(at + i - 2), 0xff, 0xc7) & bytes_equal(modrm, 0xc0, 0xc0));
        for (unsigned bits = bytes_bits(found); bits != 0; bits &= bits - 1) {
            uint64_t into = i + (unsigned)__builtin_ctz(bits);

            read_starts_at(flags, at + into, code->address + into);
        }
        elf_file_pass(flags->file, at, i - 2);
    }
    for (; i + 4 <= code->range.size; i++)
        read_starts_at(flags, at + i, code->address + i);
}

static void read_starts(struct flags *flags)
{
    flags->starts_read = true;
    vec_foreach (code, &flags->layout->code)
        read_starts_in(flags, code);
    flags_sort_addresses(&flags->made);
    flags_sort_addresses(&flags->accessed);
}

static uint64_t distance_to(const struct flags_addresses *list, uint64_t address)
{
    size_t next = flags_after_address(list, address);

    return next < list->count ? list->items[next] - address : EXTENT_UNKNOWN;
}

/* Up to where code makes the address of another object. What it only accesses may be a member, if
 * it is not far. */
static uint64_t extent_by_use(struct flags *flags, uint64_t address)
{
    uint64_t made, accessed;

    if (!flags->starts_read)
        read_starts(flags);
    made = distance_to(&flags->made, address);
    accessed = MEMBER_NEAR + distance_to(&flags->accessed, address + MEMBER_NEAR - 1) - 1;
    made = made < accessed ? made : accessed;
    return made < EXTENT_UNKNOWN ? made : EXTENT_UNKNOWN;
}

/* Bytes from an address on that its object may have: up to the end of its symbol, or the start of
 * the next object. */
static uint64_t extent_of(struct flags *flags, uint64_t address)
{
    const struct elf_object *objects = flags->layout->objects.items;
    size_t low = 0, high = flags->layout->objects.count;
    uint64_t extent;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (objects[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && address - objects[low - 1].address < objects[low - 1].size)
        return objects[low - 1].size - (address - objects[low - 1].address);
    extent = extent_by_use(flags, address);
    return low < flags->layout->objects.count && objects[low].address - address < extent
               ? objects[low].address - address
               : extent;
}

bool flags_spoil(struct flags *flags, uint64_t address)
{
    uint64_t extent = 0;
    bool changed = false;

    for (size_t i = byte_index(flags, address); i < flags->bytes.count; i++) {
        struct flags_byte *byte = &flags->bytes.items[i];

        if (extent == 0)
            extent = extent_of(flags, address);
        if (byte->address - address >= extent)
            break;
        changed |= !byte->spoilt;
        byte->spoilt = true;
    }
    return changed;
}

bool flags_reaches(struct flags *flags, uint64_t address)
{
    size_t i = byte_index(flags, address);

    return i < flags->bytes.count &&
           flags->bytes.items[i].address - address < extent_of(flags, address);
}

void flags_escape(struct flags *flags, struct flags_state *state, const struct value *value)
{
    if (value->kind == VALUE_STACK)
        state->escaped = 1;
    if (value->kind == VALUE_CONSTANT && value->number != 0 && flags->bytes.count > 0 &&
        flags_spoil(flags, value->number))
        flags->grown = true;
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
