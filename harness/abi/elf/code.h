/* SPDX-License-Identifier: Apache-2.0 */
/* Where code is in an ELF file, and which functions it is made of. Section headers are a hint only.
 */
#ifndef TS_ABI_ELF_CODE_H
#define TS_ABI_ELF_CODE_H

#include "abi/elf/file.h"

struct elf_code {
    struct elf_range range;
    uint64_t address;
};

struct elf_function {
    uint64_t address;
    uint64_t size;    /* as its symbol or frame entry says it, else up to the next; 0: not known */
    const char *name; /* borrowed from the file; NULL: only its frame entry is left */
    bool resolver;    /* of an IFUNC */
    bool guessed;     /* its symbol has no size: up to the next */
};

struct elf_layout {
    VEC(struct elf_code) code;
    VEC(struct elf_function) functions; /* sorted by address, each once */
    bool has_ifunc;                     /* an IFUNC symbol or an IRELATIVE relocation */
    bool debug_info;
    uint64_t cpu_model, cpu_features2; /* libgcc's records of the CPU; 0: not known */
};

#define ELF_FUNCTIONS_MAX 2000000

void elf_layout_read(const struct elf_file *file, struct elf_layout *ret_layout);
void elf_layout_done(struct elf_layout *layout);

/* The function whose size covers an address, or NULL. */
const struct elf_function *elf_layout_function(const struct elf_layout *layout, uint64_t address);

/* Index of the first function that begins behind an address. */
size_t elf_layout_after(const struct elf_layout *layout, uint64_t address);

/* Is there a jemalloc for aarch64 in it? ret_page: the largest page that it was built for; 0 where
 * the code does not show it. */
bool elf_allocator_page(const struct elf_file *file, uint32_t *ret_page);

/* Library names that stand as constants in a file that calls dlopen, appended. */
struct strv;
void elf_opened_names(const struct elf_file *file, struct strv *ret_names);

/* A section by name: size 0 when there is none inside the file. */
struct elf_range elf_section(const struct elf_file *file, const char *name);
uint64_t elf_section_address(const struct elf_file *file, const char *name);

#endif
