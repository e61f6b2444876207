/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and symbols of 64-bit files. */
#include "abi/elf/code.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_LEAST 64 /* functions that an index is worth */

/* The section header table if it is completely in the file, else count 0. */
static const uint8_t *sections_of(const struct elf_file *file, size_t *ret_count)
{
    Elf64_Ehdr header;

    *ret_count = 0;
    if (!file->is64 || file->size < sizeof(header))
        return NULL;
    memcpy(&header, file->data, sizeof(header));
    if (header.e_shoff == 0 || header.e_shentsize != sizeof(Elf64_Shdr) ||
        header.e_shoff > file->size ||
        (uint64_t)header.e_shnum * sizeof(Elf64_Shdr) > file->size - header.e_shoff)
        return NULL;
    *ret_count = header.e_shnum;
    return file->data + header.e_shoff;
}

static Elf64_Shdr section_at(const uint8_t *table, size_t i)
{
    Elf64_Shdr section;

    memcpy(&section, table + i * sizeof(section), sizeof(section));
    return section;
}

static bool inside(const struct elf_file *file, const Elf64_Shdr *section)
{
    return section->sh_type != SHT_NOBITS && section->sh_offset <= file->size &&
           section->sh_size <= file->size - section->sh_offset;
}

static const char *section_name(const struct elf_file *file, const uint8_t *table, size_t count,
                                const Elf64_Shdr *section)
{
    size_t names = elf_u16(file->data + 62);
    Elf64_Shdr strings;
    const char *text;

    if (names >= count)
        return "";
    strings = section_at(table, names);
    if (!inside(file, &strings) || section->sh_name >= strings.sh_size)
        return "";
    text = (const char *)file->data + strings.sh_offset + section->sh_name;
    return memchr(text, '\0', strings.sh_size - section->sh_name) != NULL ? text : "";
}

static bool find_section(const struct elf_file *file, const char *name, Elf64_Shdr *ret_section)
{
    size_t count;
    const uint8_t *table = sections_of(file, &count);

    for (size_t i = 0; i < count; i++) {
        *ret_section = section_at(table, i);
        if (inside(file, ret_section) &&
            strcmp(section_name(file, table, count, ret_section), name) == 0)
            return true;
    }
    memset(ret_section, 0, sizeof(*ret_section));
    return false;
}

struct elf_range elf_section(const struct elf_file *file, const char *name)
{
    Elf64_Shdr section;

    find_section(file, name, &section);
    return (struct elf_range){section.sh_offset, section.sh_size};
}

uint64_t elf_section_address(const struct elf_file *file, const char *name)
{
    Elf64_Shdr section;

    find_section(file, name, &section);
    return section.sh_addr;
}

static void add_function(struct elf_layout *layout, const char *name, uint64_t address,
                         uint64_t size, int type)
{
    struct elf_function *function;

    if (type == STT_OBJECT && name != NULL && strcmp(name, "__cpu_model") == 0)
        layout->cpu_model = address;
    if (type == STT_OBJECT && name != NULL && strcmp(name, "__cpu_features2") == 0)
        layout->cpu_features2 = address;
    if (type == STT_OBJECT && address != 0 && size > 0 && layout->objects.count < ELF_FUNCTIONS_MAX)
        *vec_add(&layout->objects) = (struct elf_object){address, size};
    if (type == STT_GNU_IFUNC)
        layout->has_ifunc = true;
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || address == 0 ||
        layout->functions.count >= ELF_FUNCTIONS_MAX)
        return;
    function = vec_add(&layout->functions);
    *function = (struct elf_function){
        .address = address, .size = size, .name = name, .resolver = type == STT_GNU_IFUNC};
}

/* Frame entries give the bounds of functions without symbols (LSB core, 10.6.1). Only 4-byte
 * PC-relative pointers are read, as written by GCC, clang and rustc. */
static void read_frames(const struct elf_file *file, struct elf_layout *layout)
{
    struct elf_range frames = elf_section(file, ".eh_frame");
    uint64_t base = elf_section_address(file, ".eh_frame");
    const uint8_t *at = file->data + frames.offset;

    for (uint64_t i = 0; i + 16 <= frames.size;) {
        uint32_t length = elf_u32(at + i), cie = elf_u32(at + i + 4);
        uint64_t start = base + i + 8;

        if (length == 0 || length == UINT32_MAX || length > frames.size - i - 4)
            return;
        if (cie != 0 && cie <= i + 4 && i + 4 - cie + 18 <= frames.size) {
            const uint8_t *entry = at + i + 4 - cie;

            /* "zR", code and data alignment, return register, length 1, encoding pcrel sdata4 */
            if (memcmp(entry + 9, "zR", 3) == 0 ? entry[16] == 0x1b : entry[9] == 'z')
                add_function(layout, NULL, start + (uint64_t)(int32_t)elf_u32(at + i + 8),
                             elf_u32(at + i + 12), STT_FUNC);
        }
        i += 4 + (uint64_t)length;
    }
}

static void read_symtab(const struct elf_file *file, const uint8_t *table, size_t count,
                        const Elf64_Shdr *symtab, struct elf_layout *layout)
{
    Elf64_Shdr strings;
    const char *names;

    if (symtab->sh_link >= count)
        return;
    strings = section_at(table, symtab->sh_link);
    if (!inside(file, &strings) || strings.sh_size == 0)
        return;
    names = (const char *)file->data + strings.sh_offset;
    if (names[strings.sh_size - 1] != '\0')
        return;
    for (uint64_t i = 0; i < symtab->sh_size / sizeof(Elf64_Sym); i++) {
        Elf64_Sym symbol;

        memcpy(&symbol, file->data + symtab->sh_offset + i * sizeof(symbol), sizeof(symbol));
        if (symbol.st_name < strings.sh_size && symbol.st_shndx != SHN_UNDEF)
            add_function(layout, names[symbol.st_name] != '\0' ? names + symbol.st_name : NULL,
                         symbol.st_value, symbol.st_size, ELF64_ST_TYPE(symbol.st_info));
    }
}

static int compare_functions(const void *a, const void *b)
{
    const struct elf_function *x = a, *y = b;

    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    /* the one with a name and a size first */
    return (x->name == NULL || x->size == 0) - (y->name == NULL || y->size == 0);
}

static void deduplicate_functions(struct elf_layout *layout)
{
    size_t kept = 0;

    if (layout->functions.count < 2)
        return;
    qsort(layout->functions.items, layout->functions.count, sizeof(*layout->functions.items),
          compare_functions);
    vec_foreach (function, &layout->functions) {
        struct elf_function *last = kept > 0 ? &layout->functions.items[kept - 1] : NULL;

        if (last != NULL && last->address == function->address) {
            last->resolver |= function->resolver;
            if (last->name == NULL)
                last->name = function->name;
            if (last->size < function->size)
                last->size = function->size;
            continue;
        }
        if (last != NULL && last->size == 0) {
            last->size = function->address - last->address;
            last->guessed = true;
        }
        layout->functions.items[kept++] = *function;
    }
    layout->functions.count = kept;
}

/* Searching this many functions in memory is slow: of code with one in every 256 bytes, only few
 * are left to search. */
static void index_functions(struct elf_layout *layout)
{
    const struct elf_function *functions = layout->functions.items;
    size_t count = layout->functions.count, next = 0;
    uint64_t span;

    free(layout->steps);
    layout->steps = NULL;
    if (count < INDEX_LEAST)
        return;
    span = functions[count - 1].address - functions[0].address;
    for (layout->step_shift = 8; span >> layout->step_shift > 2 * count;)
        layout->step_shift++;
    layout->step_count = (size_t)(span >> layout->step_shift) + 1;
    layout->steps = text_calloc(layout->step_count + 1, sizeof(*layout->steps));
    for (size_t i = 0; i < layout->step_count; i++) {
        while (next < count &&
               functions[next].address - functions[0].address < (uint64_t)i << layout->step_shift)
            next++;
        layout->steps[i] = (uint32_t)next;
    }
    layout->steps[layout->step_count] = (uint32_t)count;
}

static bool has_irelative(const struct elf_file *file, struct elf_range table, bool addend)
{
    uint32_t wanted = file->machine == EM_X86_64    ? R_X86_64_IRELATIVE
                      : file->machine == EM_AARCH64 ? R_AARCH64_IRELATIVE
                                                    : 0;

    if (!file->is64 || wanted == 0)
        return false;
    for (uint64_t at = 0; at + (addend ? 24 : 16) <= table.size; at += addend ? 24 : 16)
        if (elf_u32(file->data + table.offset + at + 8) == wanted)
            return true;
    return false;
}

static int compare_objects(const void *a, const void *b)
{
    const struct elf_object *x = a, *y = b;

    return x->address < y->address ? -1 : x->address > y->address;
}

void elf_layout_read(const struct elf_file *file, struct elf_layout *ret_layout)
{
    struct elf_layout layout = {.file = file};
    size_t count;
    const uint8_t *table = sections_of(file, &count);

    for (size_t i = 0; i < count; i++) {
        Elf64_Shdr section = section_at(table, i);

        if (!inside(file, &section))
            continue;
        if ((section.sh_flags & SHF_EXECINSTR) != 0 && section.sh_type == SHT_PROGBITS)
            *vec_add(&layout.code) =
                (struct elf_code){{section.sh_offset, section.sh_size}, section.sh_addr};
        if (section.sh_type == SHT_SYMTAB)
            read_symtab(file, table, count, &section, &layout);
        if (strcmp(section_name(file, table, count, &section), ".debug_info") == 0)
            layout.debug_info = true;
    }
    if (layout.code.count == 0)
        vec_foreach (segment, &file->segments)
            if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0)
                *vec_add(&layout.code) =
                    (struct elf_code){{segment->p_offset, segment->p_filesz}, segment->p_vaddr};
    for (size_t i = 0; i < file->symbol_count; i++) {
        struct elf_symbol symbol;

        if (elf_file_symbol(file, i, &symbol) && symbol.section != SHN_UNDEF)
            add_function(&layout, symbol.name[0] != '\0' ? symbol.name : NULL, symbol.value,
                         symbol.size, symbol.type);
    }
    if (layout.objects.count > 1)
        qsort(layout.objects.items, layout.objects.count, sizeof(struct elf_object),
              compare_objects);
    read_frames(file, &layout);
    elf_layout_sort(&layout);
    /* The last of these: a static program has no dynamic section to tell of its relocations. */
    layout.has_ifunc |= has_irelative(file, file->rela, file->rela_has_addend) ||
                        has_irelative(file, file->jmprel, file->jmprel_has_addend) ||
                        has_irelative(file, elf_section(file, ".rela.plt"), true);
    *ret_layout = layout;
}

void elf_layout_sort(struct elf_layout *layout)
{
    deduplicate_functions(layout);
    index_functions(layout);
}

void elf_layout_done(struct elf_layout *layout)
{
    vec_done(&layout->code);
    vec_done(&layout->functions);
    free(layout->steps);
    vec_done(&layout->objects);
}

size_t elf_layout_after(const struct elf_layout *layout, uint64_t address)
{
    size_t low = 0, high = layout->functions.count;

    if (layout->steps != NULL && address >= layout->functions.items[0].address) {
        uint64_t step = (address - layout->functions.items[0].address) >> layout->step_shift;

        low = layout->steps[step < layout->step_count ? step : layout->step_count];
        high = step < layout->step_count ? layout->steps[step + 1] : high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (layout->functions.items[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct elf_function *elf_layout_function(const struct elf_layout *layout, uint64_t address)
{
    size_t next = elf_layout_after(layout, address);
    const struct elf_function *found = next > 0 ? &layout->functions.items[next - 1] : NULL;

    return found != NULL && address - found->address < found->size ? found : NULL;
}
