/* SPDX-License-Identifier: Apache-2.0 */
/* An open ELF file and access to its bytes. Files are opened with file.h. */
#ifndef TS_ABI_ELF_VIEW_H
#define TS_ABI_ELF_VIEW_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct error;

enum elf_stack { ELF_STACK_ABSENT, ELF_STACK_PLAIN, ELF_STACK_EXEC };

/* What the file is to the loader. */
enum elf_kind {
    ELF_KIND_DYNAMIC,     /* has PT_DYNAMIC: a dynamically linked executable, or a library */
    ELF_KIND_STATIC,      /* an executable with neither interpreter nor libraries */
    ELF_KIND_RELOCATABLE, /* ET_REL: a kernel module or an object file */
    ELF_KIND_OTHER,       /* core file, separate debug information, … */
};

struct elf_range {
    uint64_t offset, size; /* in the file, checked */
};

/* A symbol version that the file defines or requires. */
struct elf_version {
    const char *name;
    const char *file; /* the library that must define it; NULL: this file defines it */
    uint16_t index;   /* index used in the entries of DT_VERSYM */
    bool weak, base;
};

/* One entry of the dynamic symbol table. */
struct elf_symbol {
    const char *name;
    uint64_t value, size;
    uint8_t bind, type, visibility;
    uint16_t section;
    uint16_t versym; /* 0 if there is no DT_VERSYM; bit 15: hidden */
};

/* The kinds of relocations that refer to a symbol. */
enum elf_reference {
    ELF_REF_JUMP = 1, /* JUMP_SLOT: lazy unless BIND_NOW */
    ELF_REF_DATA = 2, /* GLOB_DAT, ABS: bound at load */
    ELF_REF_COPY = 4,
    ELF_REF_TLS = 8,
    ELF_REF_STATIC_TLS = 16, /* TPOFF: initial-exec */
};

struct elf_file {
    const uint8_t *data;
    size_t size;
    bool mapped; /* from a file: elf_file_release drops pages. Set after elf_file_open */
    bool is64;
    uint8_t osabi;
    uint16_t type, machine;
    uint32_t e_flags;
    enum elf_kind kind;

    VEC(Elf64_Phdr) segments;      /* converted from 32 bits if necessary */
    const char *interpreter;       /* NULL: none */
    uint64_t min_align, max_align; /* of PT_LOAD; 0: none */
    uint64_t congruence;           /* largest page size modulo which address and offset agree */
    uint64_t tls_size, tls_align;
    enum elf_stack stack;
    bool sections_stripped;
    bool sections_cut; /* the section headers are beyond the end of the file: loadable, but
                          truncated */

    const char *soname, *rpath, *runpath;
    VEC(const char *) needed;
    uint64_t dt_flags, dt_flags_1;
    bool textrel, symbolic, bind_now, has_relr, has_versym;
    VEC(struct elf_version) versions;

    size_t symbol_count;
    struct elf_range strtab, symtab, versym;
    struct elf_range rela, jmprel;
    bool rela_has_addend, jmprel_has_addend;
    uint64_t relative_count; /* number of leading relocations without a symbol */

    char build_id[2 * 32 + 1];
    bool has_abi_tag;
    uint32_t abi_os, abi_kernel[3];
    uint32_t isa_needed;                /* GNU_PROPERTY_X86_ISA_1_NEEDED */
    uint32_t feature_and;               /* GNU_PROPERTY_{X86,AARCH64}_FEATURE_1_AND */
    bool go;                            /* has a Go build ID */
    bool upx;                           /* packed by UPX: the content cannot be examined */
    VEC(struct elf_range) dlopen_notes; /* JSON texts of .note.dlopen */
};

/* Returns a NUL-terminated string of the dynamic string table, or NULL. */
const char *elf_file_string(const struct elf_file *file, uint64_t offset);

/* The file range for [address, address + size), with size 0 if no PT_LOAD contains all of it. With
 * to_end, the range extends to the end of its segment. */
struct elf_range elf_file_at(const struct elf_file *file, uint64_t address, uint64_t size,
                             bool to_end);

/* These bytes, or about these, have been read and are not needed soon: they need not stay in
 * memory. They are read again where they are needed. */
void elf_file_release(const struct elf_file *file, uint64_t offset, uint64_t size);

/* Finds a text in a part of the file, from `at` to `end`; NULL: it does not occur there. */
const uint8_t *elf_file_find(const struct elf_file *file, const uint8_t *at, const uint8_t *end,
                             const void *text, size_t length);

/* For a loop over many bytes: called with its position, releases what it has read, at times. */
#define ELF_RELEASE (UINT64_C(4) << 20)
static inline void elf_file_pass(const struct elf_file *file, const uint8_t *start, uint64_t at)
{
    if (at % ELF_RELEASE == 0 && at > 0)
        elf_file_release(file, (uint64_t)(start - file->data) + at - ELF_RELEASE, ELF_RELEASE);
}

static inline uint16_t elf_u16(const uint8_t *at)
{
    uint16_t value;

    __builtin_memcpy(&value, at, sizeof(value));
    return value;
}
static inline uint32_t elf_u32(const uint8_t *at)
{
    uint32_t value;

    __builtin_memcpy(&value, at, sizeof(value));
    return value;
}
static inline uint64_t elf_u64(const uint8_t *at)
{
    uint64_t value;

    __builtin_memcpy(&value, at, sizeof(value));
    return value;
}

#endif
