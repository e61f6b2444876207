/* SPDX-License-Identifier: Apache-2.0 */
/* PT_DYNAMIC: what the file requires from the loader, and where its tables are. */
#include <errno.h>
#include <string.h>

#include "abi/elf/parts.h"
#include "base/error.h"

#define NEEDED_MAX 4096

/* Values of the entries that are processed after the walk. */
struct tags {
    uint64_t strtab, strsz, symtab, hash, gnu_hash, versym;
    uint64_t verdef, verdef_count, verneed, verneed_count;
    uint64_t rela, relasz, rel, relsz, jmprel, pltrelsz, pltrel, relacount, relcount;
    uint64_t soname, rpath, runpath;
    bool has_soname, has_rpath, has_runpath;
};

static void take(struct elf_file *file, struct tags *tags, int64_t tag, uint64_t value)
{
    switch (tag) {
    case DT_STRTAB:
        tags->strtab = value;
        break;
    case DT_STRSZ:
        tags->strsz = value;
        break;
    case DT_SYMTAB:
        tags->symtab = value;
        break;
    case DT_HASH:
        tags->hash = value;
        break;
    case DT_GNU_HASH:
        tags->gnu_hash = value;
        break;
    case DT_VERSYM:
        tags->versym = value;
        break;
    case DT_VERDEF:
        tags->verdef = value;
        break;
    case DT_VERDEFNUM:
        tags->verdef_count = value;
        break;
    case DT_VERNEED:
        tags->verneed = value;
        break;
    case DT_VERNEEDNUM:
        tags->verneed_count = value;
        break;
    case DT_RELA:
        tags->rela = value;
        break;
    case DT_RELASZ:
        tags->relasz = value;
        break;
    case DT_REL:
        tags->rel = value;
        break;
    case DT_RELSZ:
        tags->relsz = value;
        break;
    case DT_JMPREL:
        tags->jmprel = value;
        break;
    case DT_PLTRELSZ:
        tags->pltrelsz = value;
        break;
    case DT_PLTREL:
        tags->pltrel = value;
        break;
    case DT_RELACOUNT:
        tags->relacount = value;
        break;
    case DT_RELCOUNT:
        tags->relcount = value;
        break;
    case DT_RELR:
    case DT_RELRSZ:
        file->has_relr = true;
        break;
    case DT_SONAME:
        tags->soname = value;
        tags->has_soname = true;
        break;
    case DT_RPATH:
        tags->rpath = value;
        tags->has_rpath = true;
        break;
    case DT_RUNPATH:
        tags->runpath = value;
        tags->has_runpath = true;
        break;
    case DT_TEXTREL:
        file->textrel = true;
        break;
    case DT_SYMBOLIC:
        file->symbolic = true;
        break;
    case DT_BIND_NOW:
        file->bind_now = true;
        break;
    case DT_FLAGS:
        file->dt_flags = value;
        break;
    case DT_FLAGS_1:
        file->dt_flags_1 = value;
        break;
    default:
        break;
    }
}

/* DT_NEEDED offsets can be resolved only after the string table is known, hence two walks. */
static bool next_entry(const struct elf_file *file, const Elf64_Phdr *dynamic, size_t *at,
                       int64_t *tag, uint64_t *value)
{
    const uint8_t *bytes = file->data + dynamic->p_offset + *at;
    size_t entry = file->is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);

    if (*at > dynamic->p_filesz || dynamic->p_filesz - *at < entry)
        return false;
    *at += entry;
    *tag = file->is64 ? (int64_t)elf_u64(bytes) : (int32_t)elf_u32(bytes);
    *value = file->is64 ? elf_u64(bytes + 8) : elf_u32(bytes + 4);
    return *tag != DT_NULL;
}

/* DT_HASH contains the count; DT_GNU_HASH lists the exported symbols at the end of the table, so
 * its last chain gives the end. */
static uint64_t count_by_gnu_hash(const struct elf_file *file, uint64_t address)
{
    struct elf_range table = elf_file_at(file, address, 16, true);
    const uint8_t *at = file->data + table.offset;
    uint64_t buckets, first, bloom, head, chain, last = 0;

    if (table.size < 16)
        return 0;
    buckets = elf_u32(at);
    first = elf_u32(at + 4);
    bloom = elf_u32(at + 8);
    head = 16 + bloom * (file->is64 ? 8 : 4);
    chain = head + buckets * 4;
    if (chain > table.size)
        return 0;
    for (uint64_t i = 0; i < buckets; i++) {
        uint32_t start = elf_u32(at + head + i * 4);

        if (start > last)
            last = start;
    }
    if (last < first)
        return first;
    while (chain + (last - first + 1) * 4 <= table.size &&
           (elf_u32(at + chain + (last - first) * 4) & 1) == 0)
        last++;
    return last + 1;
}

/* If no hash table covers imports (an executable that exports nothing), use section headers. */
static uint64_t count_by_sections(const struct elf_file *file, uint64_t symtab_offset)
{
    Elf64_Ehdr header;

    if (!file->is64 || file->sections_stripped)
        return 0;
    memcpy(&header, file->data, sizeof(header));
    if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff > file->size ||
        (uint64_t)header.e_shnum * sizeof(Elf64_Shdr) > file->size - header.e_shoff)
        return 0;
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;

        memcpy(&section, file->data + header.e_shoff + i * sizeof(section), sizeof(section));
        if (section.sh_type == SHT_DYNSYM && section.sh_offset == symtab_offset)
            return section.sh_size / sizeof(Elf64_Sym);
    }
    return 0;
}

static uint64_t highest_in(const struct elf_file *file, struct elf_range table, bool addend,
                           uint64_t skip)
{
    size_t entry = file->is64 ? (addend ? 24 : 16) : (addend ? 12 : 8);
    uint64_t highest = 0;

    for (uint64_t at = skip * entry; at + entry <= table.size; at += entry) {
        const uint8_t *bytes = file->data + table.offset + at;
        uint64_t symbol = file->is64 ? elf_u32(bytes + 12) : elf_u32(bytes + 4) >> 8;

        if (symbol > highest)
            highest = symbol;
    }
    return highest;
}

static void place_relocations(struct elf_file *file, const struct tags *tags)
{
    bool addend = tags->rela != 0;

    file->rela_has_addend = addend;
    file->rela = elf_file_at(file, addend ? tags->rela : tags->rel,
                             addend ? tags->relasz : tags->relsz, false);
    file->relative_count = addend ? tags->relacount : tags->relcount;
    if (file->relative_count > file->rela.size / 8)
        file->relative_count = 0;
    file->jmprel_has_addend = tags->pltrel == DT_RELA;
    file->jmprel = elf_file_at(file, tags->jmprel, tags->pltrelsz, false);
}

static int place_symbols(struct elf_file *file, const struct tags *tags, const char *what,
                         struct error **err)
{
    size_t entry = file->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    struct elf_range table = elf_file_at(file, tags->symtab, entry, true);
    uint64_t count = 0, more;

    if (tags->symtab == 0)
        return 0;
    if (table.size == 0)
        return error_set(err, -EBADMSG, "%s: its dynamic symbol table is outside the file", what);
    if (tags->hash != 0) {
        struct elf_range hash = elf_file_at(file, tags->hash, 8, false);

        count = hash.size == 8 ? elf_u32(file->data + hash.offset + 4) : 0;
    } else {
        if (tags->gnu_hash != 0)
            count = count_by_gnu_hash(file, tags->gnu_hash);
        more = count_by_sections(file, table.offset);
        if (more == 0) {
            more = highest_in(file, file->rela, file->rela_has_addend, file->relative_count) + 1;
            count = more > count ? more : count;
            more = highest_in(file, file->jmprel, file->jmprel_has_addend, 0) + 1;
        }
        count = more > count ? more : count;
    }
    if (count > table.size / entry)
        return error_set(
            err, -EBADMSG,
            "%s: damaged: it declares %llu dynamic symbols, but its segment has space for %llu",
            what, (unsigned long long)count, (unsigned long long)(table.size / entry));
    file->symbol_count = count;
    file->symtab = (struct elf_range){table.offset, count * entry};
    if (tags->versym != 0) {
        file->versym = elf_file_at(file, tags->versym, count * 2, false);
        file->has_versym = true;
        if (count > 0 && file->versym.size == 0)
            return error_set(err, -EBADMSG, "%s: its symbol version table is truncated", what);
    }
    return 0;
}

int elf_dynamic_read(struct elf_file *file, const char *what, struct error **err)
{
    const Elf64_Phdr *dynamic = NULL;
    struct tags tags = {0};
    uint64_t value;
    int64_t tag;
    int code;

    vec_foreach (segment, &file->segments)
        if (segment->p_type == PT_DYNAMIC && segment->p_filesz > 0)
            dynamic = segment;
    for (size_t at = 0; next_entry(file, dynamic, &at, &tag, &value);)
        take(file, &tags, tag, value);
    file->strtab = elf_file_at(file, tags.strtab, tags.strsz, false);
    if (tags.strsz > 0 &&
        (file->strtab.size == 0 || file->data[file->strtab.offset + file->strtab.size - 1] != '\0'))
        return error_set(err, -EBADMSG,
                         "%s: its dynamic string table is outside the file or not terminated: the "
                         "file is damaged or contains only debug information",
                         what);
    for (size_t at = 0; next_entry(file, dynamic, &at, &tag, &value);) {
        const char *name = tag == DT_NEEDED ? elf_file_string(file, value) : NULL;

        if (tag == DT_NEEDED && (name == NULL || file->needed.count >= NEEDED_MAX))
            return error_set(err, -EBADMSG, "%s: damaged: a DT_NEEDED entry has no name", what);
        if (tag == DT_NEEDED)
            *vec_add(&file->needed) = name;
    }
    file->soname = tags.has_soname ? elf_file_string(file, tags.soname) : NULL;
    file->runpath = tags.has_runpath ? elf_file_string(file, tags.runpath) : NULL;
    /* glibc elf/get-dynamic-info.h: RPATH is ignored if there is a RUNPATH. */
    file->rpath =
        tags.has_rpath && file->runpath == NULL ? elf_file_string(file, tags.rpath) : NULL;
    file->textrel |= (file->dt_flags & DF_TEXTREL) != 0;
    file->symbolic |= (file->dt_flags & DF_SYMBOLIC) != 0;
    file->bind_now |= (file->dt_flags & DF_BIND_NOW) != 0 || (file->dt_flags_1 & DF_1_NOW) != 0;
    place_relocations(file, &tags);
    code = place_symbols(file, &tags, what, err);
    if (code < 0)
        return code;
    return elf_versions_read(file, elf_file_at(file, tags.verdef, tags.verdef ? 20 : 0, true),
                             tags.verdef_count,
                             elf_file_at(file, tags.verneed, tags.verneed ? 16 : 0, true),
                             tags.verneed_count, what, err);
}
