/* SPDX-License-Identifier: Apache-2.0 */
/* glibc's own code, which is selected by its private CPU data. */
#ifndef TS_ABI_ISA_FLOW_LIBC_H
#define TS_ABI_ISA_FLOW_LIBC_H

#include "abi/isa/flow.h"

/* Is a file glibc, or a program that contains it? */
bool isa_libc_in(const struct elf_file *file, const struct elf_layout *layout);
/* A variant of a function of glibc that its resolvers select. */
bool isa_libc_variant(const struct flow *flow, uint64_t address);
/* The function that lists all variants, for glibc's own tests: it calls none of them. */
bool isa_libc_lists(const struct flow *flow, const struct elf_function *function);
/* A function by which glibc elides locks, which it does only if it has found RTM. */
bool isa_libc_elides(const struct flow *flow, const struct elf_function *function);

#endif
