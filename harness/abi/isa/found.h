/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that neither a symbol nor a frame entry tells of. */
#ifndef TS_ABI_ISA_FOUND_H
#define TS_ABI_ISA_FOUND_H

#include "abi/elf/code.h"

/* Adds them to a layout. */
void isa_found_functions(const struct elf_file *file, struct elf_layout *layout);

#endif
