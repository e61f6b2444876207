/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of Go programs, from the table that the runtime itself unwinds by; it is left in
 * stripped programs. Source: Go's debug/gosym/pclntab.go, versions 1.18 and 1.20 of the table.
 */
#include <elf.h>
#include <string.h>

#include "abi/elf/code.h"

#define HEADER 72 /* bytes: magic, sizes, counts and offsets */

static const char *name_at(const struct elf_file *file, struct elf_range table, uint64_t offset)
{
    const char *text = (const char *)file->data + table.offset + offset;

    if (offset >= table.size || memchr(text, '\0', table.size - offset) == NULL)
        return NULL;
    return text[0] != '\0' ? text : NULL;
}

/* The table has a section of its own, or is a part of the data that relocations set. */
static struct elf_range find_table(const struct elf_file *file, uint64_t *ret_address)
{
    static const char *const sections[] = {".gopclntab", ".data.rel.ro.gopclntab", ".data.rel.ro"};
    const uint8_t mark[] = {0xff, 0xff, 0xff, 0, 0};

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        struct elf_range range = elf_section(file, sections[i]);
        const uint8_t *start = file->data + range.offset, *end = start + range.size, *at = start;

        while (range.size > HEADER &&
               (at = memmem(at, (size_t)(end - at), mark, sizeof(mark))) != NULL) {
            uint64_t offset = (uint64_t)(at - start) - 1;

            if (at > start && range.size - offset >= HEADER && (at[-1] & 0xfe) == 0xf0 &&
                (at[5] == 1 || at[5] == 4) && at[6] == 8) {
                *ret_address = elf_section_address(file, sections[i]) + offset;
                return (struct elf_range){range.offset + offset, range.size - offset};
            }
            at++;
        }
    }
    return (struct elf_range){0};
}

/* A pointer as it is when relocations are done. */
static uint64_t pointer_at(const struct elf_file *file, uint64_t address, const uint8_t *at)
{
    uint32_t relative = file->machine == EM_X86_64 ? R_X86_64_RELATIVE : R_AARCH64_RELATIVE;

    for (uint64_t i = 0; file->rela_has_addend && i + 24 <= file->rela.size; i += 24) {
        const uint8_t *row = file->data + file->rela.offset + i;

        if (elf_u64(row) == address && elf_u32(row + 8) == relative)
            return elf_u64(row + 16);
    }
    return elf_u64(at);
}

void elf_go_functions(const struct elf_file *file, struct elf_layout *layout)
{
    uint64_t address = 0, count, start, names, rows;
    struct elf_range table = find_table(file, &address);
    const uint8_t *at = file->data + table.offset;

    if (table.size == 0)
        return;
    count = elf_u64(at + 8);
    start = pointer_at(file, address + 24, at + 24);
    names = elf_u64(at + 32);
    rows = elf_u64(at + 64);
    if (rows > table.size || count > ELF_FUNCTIONS_MAX || count * 8 + 4 > table.size - rows)
        return;
    for (uint64_t i = 0; i < count && layout->functions.count < ELF_FUNCTIONS_MAX; i++) {
        const uint8_t *row = at + rows + i * 8;
        uint64_t entry = elf_u32(row), end = elf_u32(row + 8), info = rows + elf_u32(row + 4);

        if (end <= entry || info + 8 > table.size)
            continue;
        *vec_add(&layout->functions) = (struct elf_function){
            .address = start + entry,
            .size = end - entry,
            .name = name_at(file, table, names + elf_u32(at + info + 4)),
        };
    }
}
