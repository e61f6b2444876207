/* SPDX-License-Identifier: Apache-2.0 */
/* x86-64 instructions from their bytes alone. Source: Intel SDM volume 2; AMD
 * APM volume 3. */
#ifndef TS_ABI_ISA_X86_H
#define TS_ABI_ISA_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The extension beyond the x86-64 baseline (SSE2) that one instruction needs,
 * or NULL. "cpuid" is answered for CPUID and XGETBV, which are signs of
 * dispatch. */
const char *isa_x86_class(const uint8_t *insn, size_t length);

/* Length of an instruction of the usual kinds, and whether it may belong to an
 * extension; 0: not known here. */
size_t isa_x86_length(const uint8_t *code, size_t left, bool *ret_may_extend);

/* Bytes from the ModRM on, immediates not counted; 0: cut off. */
size_t isa_x86_operand_length(const uint8_t *at, size_t left);

/* Length of the VEX or EVEX instruction that begins here; 0: cut off. */
size_t isa_x86_vector_length(const uint8_t *code, size_t left);

#endif
