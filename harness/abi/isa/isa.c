/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes instructions to the functions that contain them. */
#include "abi/isa/isa.h"

#include <stdlib.h>
#include <string.h>

#include "abi/elf/code.h"
#include "abi/isa/flags.h"
#include "abi/isa/flow.h"
#include "abi/isa/found.h"
#include "abi/isa/model.h"

/* Whether an extension matters; kept by the address of its name. */
struct asked {
    const char *feature;
    bool matters;
};
#define ASKED 64

struct scanning {
    const struct elf_file *file;
    const struct elf_layout *layout;
    const struct elf_code *code;
    struct isa_scan *scan;
    struct flags_addresses sites; /* of CPUID */
    const struct isa_cpus *cpus;
    struct asked asked[ASKED];
    uint64_t avx512;     /* the last instruction of AVX-512 */
    uint64_t asks_stack; /* the last function that asks whether there is a shadow stack */
};

/* May some CPU lack the extension, or does some CPU have it? */
static bool some_cpu(const struct scanning *s, const char *feature, bool has)
{
    vec_foreach (cpu, s->cpus)
        if (cpu->machine == s->file->machine && strv_has(cpu->has, feature) == has)
            return true;
    return false;
}

static bool matters(struct scanning *s, const char *feature)
{
    struct asked *asked = &s->asked[((uintptr_t)feature >> 2) % ASKED];

    if (asked->feature != feature)
        *asked = (struct asked){feature, some_cpu(s, feature, false)};
    return asked->matters;
}

/* Constants that a function loads relative to the program counter stand behind its code. */
static bool is_literal(const struct scanning *s, uint64_t address)
{
    uint64_t into = address - s->code->address, first = into > 4096 ? into - 4096 : 0;
    const uint8_t *bytes = s->file->data + s->code->range.offset;

    for (uint64_t at = first & ~UINT64_C(3); at < into + 64 && at + 4 <= s->code->range.size;
         at += 4) {
        uint32_t word = elf_u32(bytes + at);
        int64_t distance = (int64_t)((uint64_t)(word >> 5) << 45) >> 45;
        uint64_t target = at + (uint64_t)(distance * 4);

        /* LDR (literal): 4 bytes, 8 with opc 1, 16 with opc 2 and V */
        if ((word & 0x3b000000) == 0x18000000 && into - target < (UINT64_C(4) << (word >> 30 & 3)))
            return true;
    }
    return false;
}

/* Detects data tables in code (OpenSSL has them). In the A64 encoding space, bits 28 to 25 equal to
 * 0001 or 0011 are unallocated, and so is 0000 except UDF and, with bit 31, SME: code has none of
 * these, and other data about three in sixteen words. */
static bool stands_in_data(const struct scanning *s, uint64_t address)
{
    uint64_t into = address - s->code->address, first = into > 64 ? into - 64 : 0;
    const uint8_t *bytes = s->file->data + s->code->range.offset;
    unsigned foreign = 0;

    if (s->file->machine != EM_AARCH64)
        return false;
    for (uint64_t at = first; at < into + 64 && at + 4 <= s->code->range.size; at += 4) {
        uint32_t word = elf_u32(bytes + at), group = word >> 25 & 15;

        foreign += group == 1 || group == 3 || (group == 0 && word >> 31 == 0 && word >> 16 != 0);
    }
    return foreign >= 2 || is_literal(s, address);
}

/* Uses in glibc's own functions of a static program say nothing about the program's own code. */
static bool is_libc_query(const struct elf_function *function)
{
    static const char *const names[] = {"init_cpu_features",
                                        "update_active",
                                        "cpu_features",
                                        "get_common_cache",
                                        "handle_intel",
                                        "intel_check_word",
                                        "handle_amd",
                                        "handle_zhaoxin",
                                        "dl_init_cacheinfo",
                                        "init_cacheinfo",
                                        "__libc_start",
                                        "_dl_",
                                        "__x86_",
                                        "get_extended_indices"};

    if (function == NULL || function->name == NULL)
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(function->name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static struct isa_use *add_use(struct scanning *s, const struct elf_function *function,
                               const char *feature, uint64_t address)
{
    struct isa_use *use = vec_add(&s->scan->uses);

    *use = (struct isa_use){
        .feature = feature, .address = address, .count = 1, .avx512 = address == s->avx512};
    use->function = function != NULL && function->name != NULL && !function->guessed
                        ? text_dup(function->name)
                        : text_format("+0x%llx", (unsigned long long)address);
    return use;
}

/* RDSSP and CHKFEAT leave a register as it is where there is no shadow stack: functions that work
 * on it execute one of them first, and branch on the result. */
static bool tells_of_stack(struct scanning *s, const char *feature, uint64_t function)
{
    if (strcmp(feature, "rdssp") == 0 || strcmp(feature, "chkfeat") == 0)
        s->asks_stack = function;
    else if (s->asks_stack != function ||
             (strcmp(feature, "user_shstk") != 0 && strcmp(feature, "gcs") != 0))
        return false;
    return true;
}

static void take_feature(struct scanning *s, const char *feature, uint64_t address)
{
    const struct elf_function *function = elf_layout_function(s->layout, address);
    /* If the function is unknown, a block of 64 KiB is used instead. */
    uint64_t start = function != NULL ? function->address : address & ~UINT64_C(0xffff);

    if (strcmp(feature, "cpuid") == 0) {
        *vec_add(&s->sites) = address;
        s->scan->asks |= !is_libc_query(function);
        return;
    }
    if (tells_of_stack(s, feature, start) || !matters(s, feature) || stands_in_data(s, address))
        return;
    /* Uses arrive in order of address: other features of the same function are at the end of the
     * list. */
    for (size_t back = 1; back <= s->scan->uses.count; back++) {
        struct isa_use *use = &s->scan->uses.items[s->scan->uses.count - back];

        if (use->address < start)
            break;
        if (use->feature == feature || strcmp(use->feature, feature) == 0) {
            use->count++;
            use->avx512 &= address == s->avx512;
            return;
        }
    }
    add_use(s, function, feature, address);
}

static void take_hit(void *context, const char *feature, uint64_t address)
{
    struct scanning *s = context;

    take_feature(s, feature, address);
    /* If an instruction belongs to another extension too, that one comes after it. */
    if (strcmp(feature, "avx512f") == 0)
        s->avx512 = address;
}

/* True if a function's name indicates that it queries CPU features. */
static bool is_query(const char *name)
{
    static const char *const signs[] = {"cpu", "hwcap", "simd", "getauxval", "elf_aux_info"};

    if (strstr(name, "sched_") != NULL || strcmp(name, "getcpu") == 0)
        return false;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (strcasestr(name, signs[i]) != NULL)
            return true;
    return false;
}

static bool asks(const struct elf_file *file, const struct elf_layout *layout)
{
    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (elf_file_symbol(file, i, &symbol) && symbol.section == SHN_UNDEF &&
            is_query(symbol.name) &&
            (file->machine == EM_AARCH64 || strcasestr(symbol.name, "auxval") == NULL))
            return true;
    }
    if (file->machine == EM_AARCH64)
        vec_foreach (function, &layout->functions)
            if (function->name != NULL && strcmp(function->name, "getauxval") == 0)
                return true;
    return file->machine == EM_AARCH64 && (file->needed.count == 0 || file->go);
}

static void scan_aarch64(struct scanning *s)
{
    uint64_t offset = s->code->range.offset, size = s->code->range.size;

    for (uint64_t at = 0; at < size; at += ELF_RELEASE) {
        uint64_t piece = size - at < ELF_RELEASE ? size - at : ELF_RELEASE;

        isa_aarch64_scan(s->file->data + offset + at, piece, s->code->address + at, take_hit, s);
        elf_file_release(s->file, offset + at, piece);
    }
}

void isa_scan_file(const struct elf_file *file, const struct isa_cpus *cpus,
                   struct isa_scan *ret_scan)
{
    struct elf_layout layout;
    struct scanning s = {.file = file,
                         .layout = &layout,
                         .cpus = cpus,
                         .scan = ret_scan,
                         .avx512 = UINT64_MAX,
                         .asks_stack = UINT64_MAX};

    bool runs = false;

    memset(ret_scan, 0, sizeof(*ret_scan));
    vec_foreach (cpu, cpus)
        runs |= cpu->machine == file->machine;
    if (!file->is64 || (file->machine != EM_X86_64 && file->machine != EM_AARCH64))
        return;
    isa_declared_read(file, ret_scan);
    elf_layout_read(file, &layout);
    /* Go tests the CPU in one known way on AArch64 only; on x86-64 following it costs and shows
     * nothing. */
    if (runs && file->go && file->machine == EM_AARCH64) {
        elf_go_functions(file, &layout);
        elf_layout_sort(&layout);
    } else if (runs && !file->go) {
        isa_found_functions(file, &layout);
    }
    vec_foreach (code, &layout.code) {
        const uint8_t *bytes = file->data + code->range.offset;

        s.code = code;
        ret_scan->code_bytes += code->range.size;
        if (!runs)
            continue;
        if (file->machine == EM_AARCH64)
            scan_aarch64(&s);
        else
            isa_x86_scan(bytes, code->range.size, code->address, &layout, take_hit, &s);
    }
    ret_scan->asks |= asks(file, &layout);
    ret_scan->exports =
        file->kind == ELF_KIND_DYNAMIC && file->type == ET_DYN && file->interpreter == NULL;
    if (ret_scan->uses.count > 0) {
        struct flags flags;

        isa_model_find(file, &s.sites, &layout);
        isa_flags_read(file, &layout, &s.sites, &flags);
        isa_flow_label(file, &layout, &flags, ret_scan);
        isa_flags_done(&flags);
    }
    vec_done(&s.sites);
    ret_scan->done = layout.code.count > 0;
    elf_layout_done(&layout);
}

void isa_scan_done(struct isa_scan *scan)
{
    vec_foreach (use, &scan->uses)
        free(use->function);
    vec_done(&scan->uses);
    free(scan->go_level);
    strv_done(&scan->switches);
}
