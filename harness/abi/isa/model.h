/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ABI_ISA_MODEL_H
#define TS_ABI_ISA_MODEL_H

#include "abi/isa/flags.h"

/* Finds libgcc's __cpu_model and __cpu_features2 in a stripped file, by the function that fills
 * them. `sites`: addresses of CPUID instructions. */
void isa_model_find(const struct elf_file *file, const struct flags_addresses *sites,
                    struct elf_layout *layout);

#endif
