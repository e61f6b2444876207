/* SPDX-License-Identifier: Apache-2.0 */
/*
 * __cpu_indicator_init (libgcc config/i386/cpuinfo.c, common/config/i386/cpuinfo.h) returns at once
 * if __cpu_model.__cpu_vendor is set, compares the vendor's name with those of Intel and AMD, and
 * stores VENDOR_OTHER for others, and types and subtypes behind it. __cpu_features2 is the object
 * before __cpu_model in the same .bss, and its address is made near by.
 */
#include "abi/isa/model.h"

#include <elf.h>
#include <string.h>

#define HEAD 48 /* bytes in which the vendor is loaded and tested */
#define VENDOR_OTHER 3
#define FEATURES2_BEFORE 16
#define NEAR 4096

/* What an instruction with ModRM `mod 0, rm 5` refers to: `tail` bytes follow the displacement. */
static uint64_t relative(const uint8_t *at, uint64_t next)
{
    return next + (uint64_t)(int64_t)(int32_t)elf_u32(at);
}

static uint64_t first_load(const uint8_t *code, uint64_t size, uint64_t address)
{
    for (uint64_t i = 0; i + 9 <= size && i < HEAD; i++)
        if (code[i] == 0x8b && (code[i + 1] & 0xc7) == 5)
            return relative(code + i + 2, address + i + 6);
    return 0;
}

/* mov dword [rip + …], value */
static bool stores(const uint8_t *code, uint64_t size, uint64_t address, uint64_t to,
                   const uint32_t *value)
{
    for (uint64_t i = 0; i + 10 <= size; i++)
        if (code[i] == 0xc7 && code[i + 1] == 5 && relative(code + i + 2, address + i + 10) == to &&
            (value == NULL || elf_u32(code + i + 6) == *value))
            return true;
    return false;
}

static bool makes(const uint8_t *code, uint64_t size, uint64_t address, uint64_t made)
{
    for (uint64_t i = 0; i + 6 <= size; i++)
        if (code[i] == 0x8d && (code[i + 1] & 0xc7) == 5 &&
            relative(code + i + 2, address + i + 6) == made)
            return true;
    return false;
}

static bool take(const struct elf_file *file, const struct elf_function *function,
                 struct elf_layout *layout)
{
    const uint32_t other = VENDOR_OTHER;
    struct elf_range range = elf_file_at(file, function->address, 1, true);
    uint64_t size = function->size < range.size ? function->size : range.size, model, first;
    const uint8_t *code = file->data + range.offset;

    if (memmem(code, size, "Genu", 4) == NULL || memmem(code, size, "Auth", 4) == NULL)
        return false;
    model = first_load(code, size, function->address);
    if (model == 0 || !stores(code, size, function->address, model, &other) ||
        !stores(code, size, function->address, model + 4, NULL) ||
        !stores(code, size, function->address, model + 8, NULL))
        return false;
    layout->cpu_model = model;
    first = function->address - NEAR;
    range = elf_file_at(file, first, 1, true);
    if (makes(file->data + range.offset,
              range.size < size + 2 * NEAR ? range.size : size + 2 * NEAR, first,
              model - FEATURES2_BEFORE))
        layout->cpu_features2 = model - FEATURES2_BEFORE;
    return true;
}

void isa_model_find(const struct elf_file *file, const struct flags_addresses *sites,
                    struct elf_layout *layout)
{
    const struct elf_function *last = NULL;

    if (file->machine != EM_X86_64 || layout->cpu_model != 0)
        return;
    vec_foreach (site, sites) {
        const struct elf_function *function = elf_layout_function(layout, *site);

        if (function != NULL && function != last && take(file, function, layout))
            return;
        last = function;
    }
}
