/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/isa/flow_references.h"

#include <elf.h>
#include <pthread.h>
#include <string.h>

#include "base/bytes.h"

#define FILTER_BITS (1 << 18)
#define REFERENCES_MAX 200000
#define THREAD_SIZE (1 << 20) /* code size above which a second thread is used */

struct finder {
    const struct elf_file *file;
    const struct elf_layout *layout;
    const uint64_t *targets;
    size_t count;
    uint64_t low, high;
    struct references *references;
    uint64_t start_array, end_array; /* .init_array: called before main */
    uint64_t entry;
    uint8_t filter[FILTER_BITS / 8];
};

/* A half of the code. */
struct half {
    struct finder *finder;
    uint64_t first, last; /* bytes, of all code */
};

static unsigned slot_of(uint64_t address)
{
    return (unsigned)(address * UINT64_C(0x9e3779b97f4a7c15) >> 46);
}

static void check(struct finder *finder, uint64_t target, uint64_t site, enum reference_kind kind)
{
    unsigned slot;
    size_t low = 0, high = finder->count;

    if (target < finder->low || target > finder->high)
        return;
    slot = slot_of(target);
    if ((finder->filter[slot / 8] >> slot % 8 & 1) == 0)
        return;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (finder->targets[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < finder->count && finder->targets[low] == target &&
        finder->references->rows.count < REFERENCES_MAX)
        *vec_add(&finder->references->rows) = (struct reference){target, site, kind};
}

/* Calls, jumps and conditional jumps to a distance of 4 bytes, and LEA relative to the program
 * counter without its prefix. Reads 17 bytes. */
static bytes references_in(const uint8_t *at)
{
    bytes first = bytes_at(at), second = bytes_at(at + 1);

    return bytes_equal(first, 0xfe, 0xe8) |
           (bytes_equal(first, 0xff, 0x0f) & bytes_equal(second, 0xf0, 0x80)) |
           (bytes_equal(first, 0xff, 0x8d) & bytes_equal(second, 0xc7, 5));
}

/* `left`: 6 bytes or more. */
static void scan_byte_x86(struct finder *finder, const uint8_t *at, uint64_t left, uint64_t address)
{
    bool fixed = finder->file->type == ET_EXEC;
    uint8_t byte = at[0];

    if (byte == 0xe8 || byte == 0xe9)
        check(finder, address + 5 + (uint64_t)(int32_t)elf_u32(at + 1), address, REFERENCE_CALL);
    else if (byte == 0x0f && (at[1] & 0xf0) == 0x80)
        check(finder, address + 6 + (uint64_t)(int32_t)elf_u32(at + 2), address, REFERENCE_CALL);
    else if (byte == 0x8d && (at[1] & 0xc7) == 5)
        check(finder, address + 6 + (uint64_t)(int32_t)elf_u32(at + 2), address, REFERENCE_TAKEN);
    else if (fixed && ((byte & 0xf8) == 0xb8 || byte == 0x68))
        check(finder, elf_u32(at + 1), address, REFERENCE_TAKEN);
    else if (fixed && byte == 0xc7) /* mov r/m, imm32: ModRM, displacement */
        for (unsigned back = 2; back <= 7 && back + 4 <= left; back++)
            check(finder, elf_u32(at + back), address, REFERENCE_TAKEN);
}

/* `last`: where the part that is scanned ends; size: what can be read. */
static void scan_x86(struct finder *finder, const uint8_t *at, uint64_t size, uint64_t last,
                     uint64_t address)
{
    bool fixed = finder->file->type == ET_EXEC;
    uint64_t i = 0;

    for (; i + BYTES <= last && i + BYTES + 6 <= size; i += BYTES) {
        bytes first = bytes_at(at + i), found = references_in(at + i);

        if (fixed)
            found |= bytes_equal(first, 0xf8, 0xb8) | bytes_equal(first, 0xff, 0x68) |
                     bytes_equal(first, 0xff, 0xc7);
        for (unsigned bits = bytes_bits(found); bits != 0; bits &= bits - 1) {
            uint64_t into = i + (unsigned)__builtin_ctz(bits);

            scan_byte_x86(finder, at + into, size - into, address + into);
        }
        elf_file_pass(finder->file, at, i);
    }
    for (; i < last && i + 6 <= size; i++)
        scan_byte_x86(finder, at + i, size - i, address + i);
}

static uint64_t add_words(uint64_t address, uint32_t word, unsigned low, unsigned bits)
{
    return address +
           (uint64_t)(((int64_t)((uint64_t)(word >> low) << (64 - bits)) >> (64 - bits)) * 4);
}

static uint64_t pointer_at(const struct elf_file *file, uint64_t slot);

/* ADRP, and the ADD or load that completes the address within eight words. */
static void scan_page(struct finder *finder, const uint8_t *at, uint64_t left, uint64_t address)
{
    uint32_t word = elf_u32(at), rd = word & 31;
    uint64_t pages = (uint64_t)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);
    uint64_t page = (address & ~UINT64_C(4095)) + ((uint64_t)((int64_t)(pages << 43) >> 43) << 12);

    for (unsigned i = 4; i <= 32 && i + 4 <= left; i += 4) {
        uint32_t next = elf_u32(at + i);

        if ((next >> 5 & 31) != rd)
            continue;
        if ((next & 0xff800000) == 0x91000000)
            check(finder, page + (next >> 10 & 0xfff), address + i, REFERENCE_TAKEN);
        else if ((next & 0xffc00000) == 0xf9400000 && address - finder->entry < 128)
            check(finder, pointer_at(finder->file, page + (uint64_t)(next >> 10 & 0xfff) * 8),
                  address + i, REFERENCE_TAKEN);
    }
}

static void scan_aarch64(struct finder *finder, const uint8_t *at, uint64_t size, uint64_t last,
                         uint64_t address)
{
    for (uint64_t i = 0; i < last && i + 4 <= size; i += 4) {
        uint32_t word = elf_u32(at + i);

        elf_file_pass(finder->file, at, i);
        if ((word & 0x7c000000) == 0x14000000)
            check(finder, add_words(address + i, word, 0, 26), address + i, REFERENCE_CALL);
        else if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000)
            check(finder, add_words(address + i, word, 5, 19), address + i, REFERENCE_CALL);
        else if ((word & 0x9f000000) == 0x90000000)
            scan_page(finder, at + i, size - i, address + i);
        else if ((word & 0x9f000000) == 0x10000000)
            check(finder,
                  address + i +
                      (uint64_t)((int64_t)(((uint64_t)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3))
                                           << 43) >>
                                 43),
                  address + i, REFERENCE_TAKEN);
    }
}

static void check_pointer(struct finder *finder, uint64_t target, uint64_t slot)
{
    check(finder, target, slot,
          slot - finder->start_array < finder->end_array - finder->start_array ? REFERENCE_ROOT
                                                                               : REFERENCE_DATA);
}

static void scan_relocations(struct finder *finder, struct elf_range table)
{
    const uint8_t *at = finder->file->data + table.offset;
    bool x86 = finder->file->machine == EM_X86_64;
    uint32_t machine_relative = x86 ? R_X86_64_RELATIVE : R_AARCH64_RELATIVE;
    uint32_t symbolic = x86 ? R_X86_64_64 : R_AARCH64_ABS64;
    struct elf_symbol symbol;

    for (uint64_t i = 0; i + 24 <= table.size; i += 24) {
        uint32_t type = elf_u32(at + i + 8);

        if (type == machine_relative)
            check_pointer(finder, elf_u64(at + i + 16), elf_u64(at + i));
        else if (type == symbolic && elf_file_symbol(finder->file, elf_u32(at + i + 12), &symbol) &&
                 symbol.section != SHN_UNDEF)
            check_pointer(finder, symbol.value + elf_u64(at + i + 16), elf_u64(at + i));
    }
}

/* The value of a pointer in data: the addend of its RELATIVE relocation, else the value in the
 * file. */
static uint64_t pointer_at(const struct elf_file *file, uint64_t slot)
{
    const uint8_t *at = file->data + file->rela.offset;
    struct elf_range word = elf_file_at(file, slot, 8, false);

    for (uint64_t i = 0; file->rela_has_addend && i + 24 <= file->rela.size; i += 24)
        if (elf_u64(at + i) == slot && elf_u32(at + i + 8) == R_AARCH64_RELATIVE)
            return elf_u64(at + i + 16);
    return word.size == 8 ? elf_u64(file->data + word.offset) : 0;
}

/* A half's references; instructions that begin in it may end in the other one. */
static void *scan_half(void *context)
{
    struct half *half = context;
    struct finder *finder = half->finder;
    uint64_t before = 0;

    vec_foreach (code, &finder->layout->code) {
        uint64_t first = half->first > before ? half->first - before : 0, size = code->range.size;
        const uint8_t *at = finder->file->data + code->range.offset;
        uint64_t last = half->last - before < size ? half->last - before : size;

        before += size;
        if (first >= size || half->last + size <= before)
            continue;
        if (finder->file->machine == EM_AARCH64)
            scan_aarch64(finder, at + first, size - first, last - first, code->address + first);
        else
            scan_x86(finder, at + first, size - first, last - first, code->address + first);
    }
    return NULL;
}

/* On two threads; what the second finds is behind what the first finds, as on one. */
static void scan_code(struct finder *finder)
{
    struct references later = {0};
    struct finder other = *finder;
    struct half halves[2] = {{finder, 0, 0}, {&other, 0, 0}};
    pthread_t thread;
    bool threaded = false;

    vec_foreach (code, &finder->layout->code)
        halves[1].last += code->range.size;
    halves[0].last = halves[1].first =
        halves[1].last >= THREAD_SIZE ? halves[1].last / 2 & ~UINT64_C(3) : halves[1].last;
    other.references = &later;
    if (halves[1].first < halves[1].last)
        threaded = pthread_create(&thread, NULL, scan_half, &halves[1]) == 0;
    scan_half(&halves[0]);
    if (threaded)
        pthread_join(thread, NULL);
    else if (halves[1].first < halves[1].last)
        scan_half(&halves[1]);
    for (size_t i = 0; i < later.rows.count && finder->references->rows.count < REFERENCES_MAX; i++)
        *vec_add(&finder->references->rows) = later.rows.items[i];
    vec_done(&later.rows);
}

void isa_references_add(const struct elf_file *file, const struct elf_layout *layout,
                        const uint64_t *targets, size_t count, struct references *references)
{
    struct finder finder = {.file = file,
                            .layout = layout,
                            .targets = targets,
                            .count = count,
                            .references = references,
                            .entry = elf_u64(file->data + 24)};

    if (count == 0)
        return;
    finder.low = targets[0];
    finder.high = targets[count - 1];
    finder.start_array = elf_section_address(file, ".init_array");
    finder.end_array = finder.start_array + elf_section(file, ".init_array").size;
    for (size_t i = 0; i < count; i++) {
        unsigned slot = slot_of(targets[i]);

        finder.filter[slot / 8] |= (uint8_t)(1 << slot % 8);
    }
    scan_code(&finder);
    if (file->rela_has_addend)
        scan_relocations(&finder, file->rela);
    vec_foreach (segment, &file->segments) {
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_X) != 0)
            continue;
        for (uint64_t i = -segment->p_vaddr & 7; i + 8 <= segment->p_filesz; i += 8) {
            check_pointer(&finder, elf_u64(file->data + segment->p_offset + i),
                          segment->p_vaddr + i);
            elf_file_pass(file, file->data + segment->p_offset, i);
        }
    }
}
