/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the code in an ELF file and its functions. Section headers are only a hint. */
#ifndef TS_ABI_ELF_CODE_H
#define TS_ABI_ELF_CODE_H

#include "abi/elf/file.h"

struct elf_code {
    struct elf_range range;
    uint64_t address;
};

struct elf_function {
    uint64_t address;
    uint64_t size;    /* from its symbol or frame entry, else up to the next function; 0: unknown */
    const char *name; /* points into the file; NULL: known only from its frame entry */
    bool resolver;    /* resolver of an IFUNC */
    bool guessed;     /* its symbol has no size: it is assumed to extend to the next function */
    bool entered;     /* the code before it may fall through into it */
};

/* A variable, of a symbol. */
struct elf_object {
    uint64_t address, size;
};

struct elf_layout {
    const struct elf_file *file;
    VEC(struct elf_code) code;
    VEC(struct elf_function) functions; /* sorted by address, without duplicates */
    uint32_t *steps; /* the number of functions that begin before every 2^step_shift bytes from the
                        first one; NULL: it is not known */
    size_t step_count;
    unsigned step_shift;
    VEC(struct elf_object) objects; /* sorted by address */
    bool has_ifunc;                 /* has an IFUNC symbol or an IRELATIVE relocation */
    bool debug_info;
    uint64_t cpu_model, cpu_features2; /* addresses of libgcc's CPU feature variables; 0: unknown */
};

#define ELF_FUNCTIONS_MAX 2000000

void elf_layout_read(const struct elf_file *file, struct elf_layout *ret_layout);
/* Adds the functions of a Go program from its runtime's own table; sorted by the caller. */
void elf_go_functions(const struct elf_file *file, struct elf_layout *layout);

/* Sorts functions that were added, and merges those that begin at the same address. */
void elf_layout_sort(struct elf_layout *layout);
void elf_layout_done(struct elf_layout *layout);

/* The function that contains an address, or NULL. */
const struct elf_function *elf_layout_function(const struct elf_layout *layout, uint64_t address);

/* Index of the first function that begins after an address. */
size_t elf_layout_after(const struct elf_layout *layout, uint64_t address);

/* True if the file contains jemalloc for aarch64. ret_page: the largest page size it was built for;
 * 0 if the code does not show it. */
bool elf_allocator_page(const struct elf_file *file, uint32_t *ret_page);

/* Appends library names that are constants in a file that calls dlopen. */
struct strv;
void elf_opened_names(const struct elf_file *file, struct strv *ret_names);

/* Finds a section by name; its size is 0 if it does not exist or lies outside the file. */
struct elf_range elf_section(const struct elf_file *file, const char *name);
uint64_t elf_section_address(const struct elf_file *file, const char *name);

#endif
