/* SPDX-License-Identifier: Apache-2.0 */
/* References to functions: calls and jumps, addresses used in code, pointers in data. */
#ifndef TS_ABI_ISA_FLOW_REFERENCES_H
#define TS_ABI_ISA_FLOW_REFERENCES_H

#include "abi/elf/code.h"

enum reference_kind { REFERENCE_CALL, REFERENCE_TAKEN, REFERENCE_DATA, REFERENCE_ROOT };
struct reference {
    uint64_t target, site;
    enum reference_kind kind;
};
struct references {
    VEC(struct reference) rows;
};

/* Adds everything that refers to one of these addresses (sorted). Bytes that only look like a
 * reference may be included: they add a path, but never remove one. */
void isa_references_add(const struct elf_file *file, const struct elf_layout *layout,
                        const uint64_t *targets, size_t count, struct references *references);

#endif
