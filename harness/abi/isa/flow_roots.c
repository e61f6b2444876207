/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/isa/flow_roots.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int compare_tables(const void *a, const void *b)
{
    const struct roots_table *x = a, *y = b;

    return flags_compare_addresses(&x->address, &y->address);
}

/* Python runs nothing of an extension module but PyInit_NAME (Python/importdl.c); such a module is
 * not linked by others. */
static bool is_extension_module(const struct elf_file *file)
{
    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (elf_file_symbol(file, i, &symbol) && symbol.section != SHN_UNDEF &&
            symbol.type == STT_FUNC && text_starts(symbol.name, "PyInit_"))
            return true;
    }
    return false;
}

static void read_symbols(const struct elf_file *file, bool module, struct roots *roots)
{
    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (!elf_file_symbol(file, i, &symbol) || symbol.section == SHN_UNDEF)
            continue;
        if (symbol.type == STT_OBJECT && text_starts(symbol.name, "_ZTV"))
            *vec_add(&roots->virtuals) = (struct roots_table){symbol.value, symbol.size};
        else if (symbol.type == STT_FUNC && symbol.bind != STB_LOCAL &&
                 (!module || text_starts(symbol.name, "PyInit_")))
            *vec_add(&roots->exported) = symbol.value;
    }
    flags_sort_addresses(&roots->exported);
    if (roots->virtuals.count > 1)
        qsort(roots->virtuals.items, roots->virtuals.count, sizeof(*roots->virtuals.items),
              compare_tables);
}

/* Calls through the linkage table are followed on x86-64 (flags_imports.c), what is loaded from the
 * GOT is not. */
static void read_bound(const struct elf_file *file, struct elf_range table, struct roots *roots)
{
    bool x86 = file->machine == EM_X86_64;
    struct elf_symbol symbol;

    for (uint64_t i = 0; i + 24 <= table.size; i += 24) {
        const uint8_t *row = file->data + table.offset + i;
        uint32_t type = elf_u32(row + 8);

        if ((type == (x86 ? R_X86_64_GLOB_DAT : R_AARCH64_GLOB_DAT) ||
             (!x86 && type == R_AARCH64_JUMP_SLOT)) &&
            elf_file_symbol(file, elf_u32(row + 12), &symbol) && symbol.section != SHN_UNDEF)
            *vec_add(&roots->bound) = symbol.value;
    }
}

void isa_roots_read(const struct elf_file *file, bool exports, struct roots *roots)
{
    memset(roots, 0, sizeof(*roots));
    roots->entry = exports ? UINT64_MAX : elf_u64(file->data + 24);
    read_symbols(file, exports && is_extension_module(file), roots);
    if (file->rela_has_addend)
        read_bound(file, file->rela, roots);
    if (file->jmprel_has_addend)
        read_bound(file, file->jmprel, roots);
    flags_sort_addresses(&roots->bound);
}

void isa_roots_done(struct roots *roots)
{
    vec_done(&roots->exported);
    vec_done(&roots->bound);
    vec_done(&roots->virtuals);
}

static bool is_in_virtual_table(const struct roots *roots, uint64_t slot)
{
    size_t low = 0, high = roots->virtuals.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (roots->virtuals.items[middle].address <= slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 &&
           slot - roots->virtuals.items[low - 1].address < roots->virtuals.items[low - 1].size;
}

enum root isa_roots_kind(const struct roots *roots, const struct elf_function *function,
                         const struct reference *references, size_t count)
{
    bool table = false, method = function->name != NULL && text_starts(function->name, "_ZN");

    if (roots->entry - function->address < function->size || function->resolver ||
        (function->name != NULL && strcmp(function->name, "main") == 0))
        return ROOT_ENTRY;
    if (!flags_has_address(&roots->exported, function->address))
        return ROOT_NO;
    if (roots->entry != UINT64_MAX || flags_has_address(&roots->bound, function->address))
        return ROOT_EXPORTED;
    for (size_t i = 0; i < count; i++) {
        if (references[i].kind != REFERENCE_DATA)
            continue;
        table = true;
        if (method && is_in_virtual_table(roots, references[i].site))
            return ROOT_VIRTUAL;
    }
    return table ? ROOT_TABLE : ROOT_EXPORTED;
}
