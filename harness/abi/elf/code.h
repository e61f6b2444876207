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
    const char *name; /* borrowed from the file */
};

struct elf_layout {
    VEC(struct elf_code) code;
    VEC(struct elf_function) functions; /* sorted by address */
    bool has_ifunc;                     /* an IFUNC symbol or an IRELATIVE relocation */
    bool debug_info;
};

#define ELF_FUNCTIONS_MAX 2000000

void elf_layout_read(const struct elf_file *file, struct elf_layout *ret_layout);
void elf_layout_done(struct elf_layout *layout);

/* The function that holds an address, or NULL. */
const struct elf_function *elf_layout_function(const struct elf_layout *layout, uint64_t address);

/* A section by name: size 0 when there is none inside the file. */
struct elf_range elf_section(const struct elf_file *file, const char *name);

#endif
