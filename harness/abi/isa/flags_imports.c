/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls through the procedure linkage table: to functions of the file itself, and to those of other
 * libraries whose answer is known. Source of the bits: FFmpeg libavutil/cpu.h.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/isa/flags.h"
#include "abi/isa/flow.h"

#define LEAF(leaf, reg) ((leaf) << 8 | (reg))

static const struct {
    const char *name;
    uint8_t bit, cpuid_bit;
    uint32_t leaf;
} answers[] = {
    {"av_get_cpu_flags", 6, 0, LEAF(1, 2)},   {"av_get_cpu_flags", 7, 9, LEAF(1, 2)},
    {"av_get_cpu_flags", 8, 19, LEAF(1, 2)},  {"av_get_cpu_flags", 9, 20, LEAF(1, 2)},
    {"av_get_cpu_flags", 14, 28, LEAF(1, 2)}, {"av_get_cpu_flags", 15, 5, LEAF(7, 1)},
    {"av_get_cpu_flags", 16, 12, LEAF(1, 2)}, {"av_get_cpu_flags", 17, 3, LEAF(7, 1)},
    {"av_get_cpu_flags", 18, 8, LEAF(7, 1)},  {"av_get_cpu_flags", 19, 25, LEAF(1, 2)},
    {"av_get_cpu_flags", 20, 16, LEAF(7, 1)}, {"av_get_cpu_flags", 21, 16, LEAF(7, 1)},
};

static bool answers_of_cpu(const char *name)
{
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        if (strcmp(answers[i].name, name) == 0)
            return true;
    return false;
}

/* The environment is taken as empty: what a variable forces upon a program is its user's choice. */
static bool asks_environment(const char *name)
{
    return strcmp(name, "getenv") == 0 || strcmp(name, "secure_getenv") == 0 ||
           strcmp(name, "__secure_getenv") == 0;
}

/* An entry of a linkage table, and the slot that it jumps through. */
struct jump {
    uint64_t slot, address;
};
VEC_TYPE(jumps, struct jump);

static int compare_jumps(const void *a, const void *b)
{
    const struct jump *x = a, *y = b;

    return flags_compare_addresses(&x->slot, &y->slot);
}

static void take_stub(struct flags *flags, uint64_t address, uint32_t index)
{
    struct elf_symbol symbol;

    if (!elf_file_symbol(flags->file, index, &symbol))
        return;
    if (symbol.section != SHN_UNDEF || answers_of_cpu(symbol.name) || asks_environment(symbol.name))
        *vec_add(&flags->stubs) = (struct flags_stub){
            address, symbol.section != SHN_UNDEF ? symbol.value : 0, symbol.name};
}

/* Gives each jump through a slot of this table its function. */
static void take_stubs(struct flags *flags, const struct jumps *jumps, struct elf_range table)
{
    for (uint64_t i = 0; i + 24 <= table.size; i += 24) {
        const uint8_t *row = flags->file->data + table.offset + i;
        struct jump key = {.slot = elf_u64(row)};
        const struct jump *jump =
            bsearch(&key, jumps->items, jumps->count, sizeof(key), compare_jumps);

        if (jump != NULL)
            take_stub(flags, jump->address, elf_u32(row + 12));
    }
}

static void read_stubs(struct flags *flags, const char *section, struct elf_range table)
{
    struct elf_range code = elf_section(flags->file, section);
    uint64_t base = elf_section_address(flags->file, section);
    const uint8_t *at = flags->file->data + code.offset;
    struct jumps jumps = {0};

    for (uint64_t i = 0; i + 6 <= code.size; i++) {
        uint64_t start = i;

        if (at[i] != 0xff || at[i + 1] != 0x25)
            continue;
        start -= start >= 1 && at[start - 1] == 0xf2;            /* bnd */
        if (start >= 4 && elf_u32(at + start - 4) == 0xfa1e0ff3) /* endbr64 */
            start -= 4;
        *vec_add(&jumps) = (struct jump){
            base + i + 6 + (uint64_t)(int64_t)(int32_t)elf_u32(at + i + 2), base + start};
    }
    if (jumps.count > 0) {
        qsort(jumps.items, jumps.count, sizeof(struct jump), compare_jumps);
        take_stubs(flags, &jumps, table);
    }
    vec_done(&jumps);
}

static int compare_stubs(const void *a, const void *b)
{
    const struct flags_stub *x = a, *y = b;

    return flags_compare_addresses(&x->address, &y->address);
}

void flags_read_imports(struct flags *flags)
{
    read_stubs(flags, ".plt", flags->file->jmprel);
    read_stubs(flags, ".plt.sec", flags->file->jmprel);
    read_stubs(flags, ".plt.got", flags->file->rela);
    if (flags->stubs.count > 1)
        qsort(flags->stubs.items, flags->stubs.count, sizeof(*flags->stubs.items), compare_stubs);
}

const struct flags_stub *flags_stub_at(const struct flags *flags, uint64_t address)
{
    struct flags_stub key = {.address = address};

    if (flags->stubs.count == 0)
        return NULL;
    return bsearch(&key, flags->stubs.items, flags->stubs.count, sizeof(key), compare_stubs);
}

bool flags_stub_answers(const struct flags_stub *stub)
{
    return stub->target == 0 && answers_of_cpu(stub->name);
}

bool flags_stub_result(struct flags *flags, const struct flags_stub *stub, struct value *ret_value)
{
    uint64_t implies[64] = {0};

    if (stub->target != 0)
        return false;
    if (asks_environment(stub->name)) {
        *ret_value = (struct value){VALUE_CONSTANT, 0, 0};
        return true;
    }
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        if (strcmp(answers[i].name, stub->name) == 0)
            implies[answers[i].bit] =
                isa_flow_extensions(EM_X86_64, FROM_CPUID, answers[i].leaf, answers[i].cpuid_bit);
    *ret_value = flags_make(flags, implies);
    return true;
}
