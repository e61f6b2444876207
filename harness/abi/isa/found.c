/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of x86-64 code that has neither symbols nor frame entries (assembly of codecs and of
 * cryptography in stripped libraries): they begin where a call, an address taken by code, a pointer
 * in data or a jump from elsewhere leads, and end at the next.
 */
#include <elf.h>
#include <string.h>

#include "abi/isa/flags.h"
#include "abi/isa/found.h"
#include "base/bytes.h"
#include "base/text.h"

#define STARTS_MAX 400000
#define COVER 16                      /* bytes of code for each bit of `covered` */
#define COVER_MAX (UINT64_C(4) << 30) /* bytes of code */

struct finding_starts {
    const struct elf_file *file;
    const struct elf_layout *layout;
    struct flags_addresses starts, jumps; /* jumps: source, target */
    uint64_t low, span;                   /* where code is */
    uint8_t *covered;                     /* known functions; NULL: not known */
};

/* Nearly every address that code refers to is in a known function: a bit tells it without a
 * search. */
static void cover(struct finding_starts *f)
{
    const struct elf_layout *layout = f->layout;
    uint64_t high = 0;

    f->low = UINT64_MAX;
    vec_foreach (code, &layout->code) {
        f->low = code->address < f->low ? code->address : f->low;
        high = code->address + code->range.size > high ? code->address + code->range.size : high;
    }
    f->span = high - f->low;
    if (high < f->low || f->span > COVER_MAX)
        return;
    f->covered = text_calloc(f->span / COVER / 8 + 1, 1);
    for (size_t i = 0; i < layout->functions.count; i++) {
        const struct elf_function *function = &layout->functions.items[i];
        uint64_t first = function->address - f->low, size = function->size;

        if (i + 1 < layout->functions.count && function[1].address - function->address < size)
            size = function[1].address - function->address;
        if (first >= f->span)
            continue;
        size = size < f->span - first ? size : f->span - first;
        for (uint64_t at = (first + COVER - 1) / COVER; (at + 1) * COVER <= first + size; at++)
            f->covered[at / 8] |= (uint8_t)(1 << at % 8);
    }
}

static bool is_code(const struct elf_layout *layout, uint64_t address)
{
    vec_foreach (code, &layout->code)
        if (address - code->address < code->range.size)
            return true;
    return false;
}

static bool is_bare(const struct finding_starts *f, uint64_t address)
{
    uint64_t at = (address - f->low) / COVER;

    if (f->covered != NULL &&
        (address - f->low >= f->span || (f->covered[at / 8] >> at % 8 & 1) != 0))
        return false;
    return is_code(f->layout, address) && elf_layout_function(f->layout, address) == NULL;
}

static void take_start(struct finding_starts *f, uint64_t address)
{
    if (f->starts.count < STARTS_MAX && is_bare(f, address))
        *vec_add(&f->starts) = address;
}

static void take_jump(struct finding_starts *f, uint64_t from, uint64_t to)
{
    if (f->jumps.count < STARTS_MAX && is_bare(f, to)) {
        *vec_add(&f->jumps) = from;
        *vec_add(&f->jumps) = to;
    }
}

/* `at`: 7 bytes. */
static void read_byte(struct finding_starts *f, const uint8_t *at, uint64_t next)
{
    if (at[0] == 0xe8)
        take_start(f, next + 5 + (uint64_t)(int64_t)(int32_t)elf_u32(at + 1));
    else if ((at[0] & 0xfb) == 0x48 && at[1] == 0x8d && (at[2] & 0xc7) == 5)
        take_start(f, next + 7 + (uint64_t)(int64_t)(int32_t)elf_u32(at + 3));
    else if (at[0] == 0xe9)
        take_jump(f, next, next + 5 + (uint64_t)(int64_t)(int32_t)elf_u32(at + 1));
    else if (at[0] == 0x0f && (at[1] & 0xf0) == 0x80)
        take_jump(f, next, next + 6 + (uint64_t)(int64_t)(int32_t)elf_u32(at + 2));
}

static void read_code(struct finding_starts *f, const struct elf_code *code)
{
    const uint8_t *at = f->file->data + code->range.offset;
    uint64_t i = 0;

    for (; i + BYTES + 7 <= code->range.size; i += BYTES) {
        bytes first = bytes_at(at + i), second = bytes_at(at + i + 1), third = bytes_at(at + i + 2);
        unsigned found =
            bytes_bits(bytes_equal(first, 0xfe, 0xe8) |
                       (bytes_equal(first, 0xff, 0x0f) & bytes_equal(second, 0xf0, 0x80)) |
                       (bytes_equal(first, 0xfb, 0x48) & bytes_equal(second, 0xff, 0x8d) &
                        bytes_equal(third, 0xc7, 5)));

        for (; found != 0; found &= found - 1) {
            unsigned into = (unsigned)__builtin_ctz(found);

            read_byte(f, at + i + into, code->address + i + into);
        }
        elf_file_pass(f->file, at, i);
    }
    for (; i + 7 <= code->range.size; i++)
        read_byte(f, at + i, code->address + i);
}

static void read_pointers(struct finding_starts *f)
{
    const uint8_t *at = f->file->data + f->file->rela.offset;

    for (uint64_t i = 0; f->file->rela_has_addend && i + 24 <= f->file->rela.size; i += 24)
        if (elf_u32(at + i + 8) == R_X86_64_RELATIVE)
            take_start(f, elf_u64(at + i + 16));
}

/* A jump that leaves what has begun before it goes to another function. */
static void add_jumps(struct finding_starts *f)
{
    size_t known = f->starts.count;
    struct flags_addresses all = f->starts;

    for (size_t i = 0; i + 1 < f->jumps.count; i += 2) {
        uint64_t from = f->jumps.items[i], to = f->jumps.items[i + 1];

        all.count = known;
        if (flags_after_address(&all, from) != flags_after_address(&all, to) ||
            elf_layout_function(f->layout, from) != NULL) {
            *vec_add(&f->starts) = to;
            all.items = f->starts.items;
        }
    }
    flags_sort_addresses(&f->starts);
}

/* Whether what stands before a start cannot go on into it: a return, a jump, padding. */
static bool is_apart(const struct elf_file *file, uint64_t address)
{
    struct elf_range before = elf_file_at(file, address - 5, 5, false);
    const uint8_t *at = file->data + before.offset;

    if (before.size != 5)
        return true;
    return at[4] == 0xc3 || at[4] == 0xcc || at[4] == 0x90 || at[0] == 0xe9 || at[3] == 0xeb ||
           (address % 16 == 0 && at[4] == 0 && (at[3] == 0 || at[3] == 0x40));
}

/* Where the known function or the code behind an address begins or ends. */
static uint64_t end_of(const struct elf_layout *layout, uint64_t address)
{
    uint64_t end = UINT64_MAX;
    size_t next = elf_layout_after(layout, address);

    vec_foreach (code, &layout->code)
        if (address - code->address < code->range.size)
            end = code->address + code->range.size;
    if (next < layout->functions.count && layout->functions.items[next].address < end)
        end = layout->functions.items[next].address;
    return end;
}

/* Makes functions of the starts; the layout is searched for their ends, so it is changed after. */
static void add_functions(const struct finding_starts *f, struct elf_layout *layout)
{
    VEC(struct elf_function) found = {0};
    uint64_t kept = 0;

    for (size_t i = 0; i < f->starts.count; i++) {
        uint64_t start = f->starts.items[i], end = end_of(layout, start);
        uint64_t offset = elf_file_at(f->file, start, 1, false).offset;

        if (offset - kept >= ELF_RELEASE) {
            elf_file_release(f->file, kept, offset - kept);
            kept = offset;
        }

        if (layout->functions.count + found.count >= ELF_FUNCTIONS_MAX)
            break;
        if (i + 1 < f->starts.count && f->starts.items[i + 1] < end)
            end = f->starts.items[i + 1];
        *vec_add(&found) = (struct elf_function){
            .address = start,
            .size = end - start,
            .guessed = true,
            .entered = !is_apart(f->file, start),
        };
    }
    vec_foreach (function, &found)
        *vec_add(&layout->functions) = *function;
    vec_done(&found);
    elf_layout_sort(layout);
}

void isa_found_functions(const struct elf_file *file, struct elf_layout *layout)
{
    struct finding_starts f = {.file = file, .layout = layout};

    if (file->machine != EM_X86_64 || file->type != ET_DYN)
        return;
    cover(&f);
    vec_foreach (code, &layout->code)
        read_code(&f, code);
    read_pointers(&f);
    flags_sort_addresses(&f.starts);
    add_jumps(&f);
    add_functions(&f, layout);
    vec_done(&f.starts);
    vec_done(&f.jumps);
    free(f.covered);
}
