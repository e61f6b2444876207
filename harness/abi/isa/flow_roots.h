/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that something outside of a file may run. */
#ifndef TS_ABI_ISA_FLOW_ROOTS_H
#define TS_ABI_ISA_FLOW_ROOTS_H

#include "abi/isa/flags.h"
#include "abi/isa/flow_references.h"

struct roots_table {
    uint64_t address, size;
};

struct roots {
    uint64_t entry;                   /* UINT64_MAX: a library */
    struct flags_addresses exported;  /* sorted */
    struct flags_addresses bound;     /* of these, used by the file itself through its GOT */
    VEC(struct roots_table) virtuals; /* C++ virtual tables, sorted */
};

void isa_roots_read(const struct elf_file *file, bool exports, struct roots *ret_roots);
void isa_roots_done(struct roots *roots);

/* ROOT_EXPORTED: others can call it by its name. ROOT_VIRTUAL: a C++ virtual method, whose callers
 * take it from an object's table: its name is visible only because C++ makes it so. ROOT_TABLE: is
 * exported too, but stands in a table of pointers. */
enum root { ROOT_NO, ROOT_TABLE, ROOT_VIRTUAL, ROOT_EXPORTED, ROOT_ENTRY };
enum root isa_roots_kind(const struct roots *roots, const struct elf_function *function,
                         const struct reference *references, size_t count);

#endif
