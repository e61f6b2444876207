/* SPDX-License-Identifier: Apache-2.0 */
/* Dynamic symbols, their versions, and the relocations that refer to them. */
#include <errno.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/elf/parts.h"
#include "base/error.h"

#define VERSIONS_MAX 32768 /* a version index has 15 bits */

static int bad_versions(const char *what, struct error **err)
{
    return error_set(err, -EBADMSG, "%s: its symbol version tables are damaged", what);
}

static int read_definitions(struct elf_file *file, struct elf_range table, uint64_t count,
                            const char *what, struct error **err)
{
    uint64_t at = 0;

    for (uint64_t i = 0; i < count && i < VERSIONS_MAX; i++) {
        const uint8_t *entry = file->data + table.offset + at;
        struct elf_version *version;
        uint64_t aux;
        const char *name;

        if (at > table.size || table.size - at < 20)
            return bad_versions(what, err);
        aux = at + elf_u32(entry + 12);
        if (aux > table.size || table.size - aux < 8)
            return bad_versions(what, err);
        name = elf_file_string(file, elf_u32(file->data + table.offset + aux));
        if (name == NULL)
            return bad_versions(what, err);
        version = vec_add(&file->versions);
        version->name = name;
        version->index = elf_u16(entry + 4) & 0x7fff;
        version->base = (elf_u16(entry + 2) & VER_FLG_BASE) != 0;
        version->weak = (elf_u16(entry + 2) & VER_FLG_WEAK) != 0;
        if (elf_u32(entry + 16) == 0)
            break;
        at += elf_u32(entry + 16);
    }
    return 0;
}

static int read_needs_of(struct elf_file *file, struct elf_range table, uint64_t at, unsigned count,
                         const char *library, const char *what, struct error **err)
{
    for (unsigned i = 0; i < count && file->versions.count < VERSIONS_MAX; i++) {
        const uint8_t *entry = file->data + table.offset + at;
        struct elf_version *version;
        const char *name;

        if (at > table.size || table.size - at < 16)
            return bad_versions(what, err);
        name = elf_file_string(file, elf_u32(entry + 8));
        if (name == NULL)
            return bad_versions(what, err);
        version = vec_add(&file->versions);
        version->name = name;
        version->file = library;
        version->index = elf_u16(entry + 6) & 0x7fff;
        version->weak = (elf_u16(entry + 4) & VER_FLG_WEAK) != 0;
        if (elf_u32(entry + 12) == 0)
            break;
        at += elf_u32(entry + 12);
    }
    return 0;
}

static int read_needs(struct elf_file *file, struct elf_range table, uint64_t count,
                      const char *what, struct error **err)
{
    uint64_t at = 0;

    for (uint64_t i = 0; i < count && i < VERSIONS_MAX; i++) {
        const uint8_t *entry = file->data + table.offset + at;
        const char *library;
        int code;

        if (at > table.size || table.size - at < 16)
            return bad_versions(what, err);
        library = elf_file_string(file, elf_u32(entry + 4));
        if (library == NULL)
            return bad_versions(what, err);
        code = read_needs_of(file, table, at + elf_u32(entry + 8), elf_u16(entry + 2), library,
                             what, err);
        if (code < 0)
            return code;
        if (elf_u32(entry + 12) == 0)
            break;
        at += elf_u32(entry + 12);
    }
    return 0;
}

int elf_versions_read(struct elf_file *file, struct elf_range verdef, uint64_t verdef_count,
                      struct elf_range verneed, uint64_t verneed_count, const char *what,
                      struct error **err)
{
    int code = read_definitions(file, verdef, verdef_count, what, err);

    return code < 0 ? code : read_needs(file, verneed, verneed_count, what, err);
}

const struct elf_version *elf_file_version(const struct elf_file *file, uint16_t versym)
{
    uint16_t index = versym & 0x7fff;

    if (index == VER_NDX_LOCAL)
        return NULL;
    vec_foreach (version, &file->versions)
        if (version->index == index && !version->base)
            return version;
    return NULL;
}

bool elf_file_symbol(const struct elf_file *file, size_t i, struct elf_symbol *ret_symbol)
{
    struct elf_symbol symbol = {0};
    uint8_t info, other;

    if (file->is64) {
        const uint8_t *at = file->data + file->symtab.offset + i * sizeof(Elf64_Sym);

        symbol.name = elf_file_string(file, elf_u32(at));
        info = at[4];
        other = at[5];
        symbol.section = elf_u16(at + 6);
        symbol.value = elf_u64(at + 8);
        symbol.size = elf_u64(at + 16);
    } else {
        const uint8_t *at = file->data + file->symtab.offset + i * sizeof(Elf32_Sym);

        symbol.name = elf_file_string(file, elf_u32(at));
        symbol.value = elf_u32(at + 4);
        symbol.size = elf_u32(at + 8);
        info = at[12];
        other = at[13];
        symbol.section = elf_u16(at + 14);
    }
    symbol.bind = ELF64_ST_BIND(info);
    symbol.type = ELF64_ST_TYPE(info);
    symbol.visibility = ELF64_ST_VISIBILITY(other);
    if (file->has_versym)
        symbol.versym = elf_u16(file->data + file->versym.offset + i * 2);
    *ret_symbol = symbol;
    return symbol.name != NULL;
}

/* Relocation types other than plain data references, from the psABI tables of each machine. */
static uint8_t reference_of(uint16_t machine, uint32_t type)
{
    switch (machine) {
    case EM_X86_64:
        return type == R_X86_64_JUMP_SLOT ? ELF_REF_JUMP
               : type == R_X86_64_COPY    ? ELF_REF_COPY
               : type == R_X86_64_TPOFF64 ? ELF_REF_TLS | ELF_REF_STATIC_TLS
               : type == R_X86_64_DTPMOD64 || type == R_X86_64_DTPOFF64 || type == R_X86_64_TLSDESC
                   ? ELF_REF_TLS
                   : ELF_REF_DATA;
    case EM_AARCH64:
        return type == R_AARCH64_JUMP_SLOT   ? ELF_REF_JUMP
               : type == R_AARCH64_COPY      ? ELF_REF_COPY
               : type == R_AARCH64_TLS_TPREL ? ELF_REF_TLS | ELF_REF_STATIC_TLS
               : type == R_AARCH64_TLS_DTPMOD || type == R_AARCH64_TLS_DTPREL ||
                       type == R_AARCH64_TLSDESC
                   ? ELF_REF_TLS
                   : ELF_REF_DATA;
    case EM_386:
        return type == R_386_JMP_SLOT ? ELF_REF_JUMP
               : type == R_386_COPY   ? ELF_REF_COPY
                                      : ELF_REF_DATA;
    case EM_ARM:
        return type == R_ARM_JUMP_SLOT ? ELF_REF_JUMP
               : type == R_ARM_COPY    ? ELF_REF_COPY
                                       : ELF_REF_DATA;
    default:
        return ELF_REF_DATA;
    }
}

static void note_references(const struct elf_file *file, struct elf_range table, bool addend,
                            uint64_t skip, uint8_t *kinds)
{
    size_t entry = file->is64 ? (addend ? 24 : 16) : (addend ? 12 : 8);

    for (uint64_t at = skip * entry; at + entry <= table.size; at += entry) {
        const uint8_t *bytes = file->data + table.offset + at;
        uint64_t symbol = file->is64 ? elf_u32(bytes + 12) : elf_u32(bytes + 4) >> 8;
        uint32_t type = file->is64 ? elf_u32(bytes + 8) : elf_u32(bytes + 4) & 0xff;

        if (symbol > 0 && symbol < file->symbol_count)
            kinds[symbol] |= reference_of(file->machine, type);
    }
}

void elf_file_references(const struct elf_file *file, uint8_t *kinds)
{
    note_references(file, file->rela, file->rela_has_addend, file->relative_count, kinds);
    note_references(file, file->jmprel, file->jmprel_has_addend, 0, kinds);
}
