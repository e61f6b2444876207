/* SPDX-License-Identifier: Apache-2.0 */
/* From single instructions to functions, and whether the file asks the CPU before it runs them. */
#include "abi/isa/isa.h"

#include <stdlib.h>
#include <string.h>

#include "abi/elf/code.h"

struct scanning {
    const struct elf_file *file;
    const struct elf_layout *layout;
    const struct elf_code *code;
    struct isa_scan *scan;
};

/*
 * GCC's outline atomics (libgcc config/aarch64/lse.S): "ldrb w16, […]; cbz w16, 1f; casal …". The
 * check stands within four words before the instruction.
 */
static bool is_outline_atomic(const struct scanning *s, uint64_t address)
{
    uint64_t into = address - s->code->address;
    const uint8_t *at = s->file->data + s->code->range.offset + into;

    for (unsigned back = 1; back <= 4 && into >= back * 4u; back++)
        if ((elf_u32(at - (size_t)back * 4) & 0xff00001f) == (0x34000000 | 16)) /* CBZ W16 */
            return true;
    return false;
}

/*
 * Tables stand among code (OpenSSL's do). In the A64 encoding space, bits 28 to 25 as 0001 and 0011
 * are not allocated, nor is 0000 but for UDF: code has none of them, and of sixteen words of other
 * data about three do.
 */
static bool stands_in_data(const struct scanning *s, uint64_t address)
{
    uint64_t into = address - s->code->address, first = into > 64 ? into - 64 : 0;
    const uint8_t *bytes = s->file->data + s->code->range.offset;
    unsigned foreign = 0;

    if (s->file->machine != EM_AARCH64)
        return false;
    for (uint64_t at = first; at < into + 64 && at + 4 <= s->code->range.size; at += 4) {
        uint32_t word = elf_u32(bytes + at), group = word >> 25 & 15;

        foreign += group == 1 || group == 3 || (group == 0 && word >> 16 != 0);
    }
    return foreign >= 2;
}

static void take_hit(void *context, const char *feature, uint64_t address)
{
    struct scanning *s = context;
    const struct elf_function *function;
    struct isa_use *use;

    if (strcmp(feature, "cpuid") == 0) {
        s->scan->dispatch = "it executes CPUID";
        return;
    }
    if (stands_in_data(s, address))
        return;
    function = elf_layout_function(s->layout, address);
    if (s->scan->uses.count > 0) {
        /* Uses come by address: the function's other features stand at the end of the list. */
        for (size_t back = 1; back <= 12 && back <= s->scan->uses.count; back++) {
            use = &s->scan->uses.items[s->scan->uses.count - back];
            if (use->feature == feature || strcmp(use->feature, feature) == 0)
                if (function != NULL && use->address >= function->address) {
                    use->count++;
                    use->guarded &=
                        strcmp(feature, "atomics") != 0 || is_outline_atomic(s, address);
                    return;
                }
        }
    }
    if (s->scan->uses.count >= ISA_USES_MAX) {
        s->scan->cut = true;
        return;
    }
    use = vec_add(&s->scan->uses);
    use->feature = feature;
    use->address = address;
    use->count = 1;
    use->function = function != NULL ? text_dup(function->name)
                                     : text_format("+0x%llx", (unsigned long long)address);
    use->guarded = strcmp(feature, "atomics") == 0 && s->file->machine == EM_AARCH64 &&
                   is_outline_atomic(s, address);
}

/* Imports that only a program which asks about the CPU has. */
static const char *dispatch_by_import(const struct elf_file *file)
{
    static const char *const signs[] = {"__cpu_model",
                                        "__cpu_indicator_init",
                                        "getauxval",
                                        "__getauxval",
                                        "__x86_get_cpuid_feature_leaf",
                                        "__x86_get_cpu_features",
                                        "OPENSSL_ia32cap_P",
                                        "OPENSSL_armcap_P",
                                        "elf_aux_info"};

    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (!elf_file_symbol(file, i, &symbol) || symbol.section != SHN_UNDEF)
            continue;
        for (size_t s = 0; s < sizeof(signs) / sizeof(signs[0]); s++)
            if (strcmp(symbol.name, signs[s]) == 0)
                return signs[s];
    }
    return NULL;
}

static void label(struct isa_scan *scan, const struct elf_file *file,
                  const struct elf_layout *layout)
{
    bool outline = false;

    if (scan->dispatch == NULL && layout->has_ifunc)
        scan->dispatch = "it chooses functions at load (IFUNC)";
    if (scan->dispatch == NULL)
        scan->dispatch = dispatch_by_import(file);
    vec_foreach (use, &scan->uses)
        outline |= use->guarded;
    vec_foreach (use, &scan->uses) {
        /* libgcc's outline atomics bring getauxval with them: it says nothing of other code. */
        bool borrowed = outline && scan->dispatch != NULL &&
                        strstr(scan->dispatch, "getauxval") != NULL &&
                        strcmp(use->feature, "atomics") == 0;

        if (scan->dispatch != NULL && !borrowed)
            use->guarded = true;
    }
    if (scan->dispatch == NULL && outline)
        scan->dispatch = "outline atomics (__aarch64_have_lse_atomics)";
}

void isa_scan_file(const struct elf_file *file, struct isa_scan *ret_scan)
{
    struct elf_layout layout;
    struct scanning s = {.file = file, .layout = &layout, .scan = ret_scan};

    memset(ret_scan, 0, sizeof(*ret_scan));
    if (!file->is64 || (file->machine != EM_X86_64 && file->machine != EM_AARCH64))
        return;
    elf_layout_read(file, &layout);
    vec_foreach (code, &layout.code) {
        const uint8_t *bytes = file->data + code->range.offset;

        s.code = code;
        ret_scan->instructions +=
            file->machine == EM_AARCH64
                ? isa_aarch64_scan(bytes, code->range.size, code->address, take_hit, &s)
                : isa_x86_scan(bytes, code->range.size, code->address, take_hit, &s);
    }
    label(ret_scan, file, &layout);
    ret_scan->done = layout.code.count > 0;
    elf_layout_done(&layout);
}

void isa_scan_done(struct isa_scan *scan)
{
    vec_foreach (use, &scan->uses)
        free(use->function);
    vec_done(&scan->uses);
}
