/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes x86-64 instructions from their bytes. Sources: Intel SDM volume 2; AMD APM volume 3. */
#ifndef TS_ABI_ISA_X86_H
#define TS_ABI_ISA_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The extension beyond the x86-64 baseline (SSE2) that an instruction requires, or NULL; AVX-512 F
 * stands for its first generation, and some instructions require that too. Returns "cpuid" for
 * CPUID and XGETBV, which indicate dispatch, and "rdssp" for RDSSP, which tells of a shadow stack.
 */
const char *isa_x86_class(const uint8_t *insn, size_t length, bool *ret_avx512);

/* Length of a common instruction, and whether it may belong to an extension; 0: not handled
 * here. */
size_t isa_x86_length(const uint8_t *code, size_t left, bool *ret_may_extend);

/* Number of bytes from ModRM on, without immediates; 0: truncated. */
size_t isa_x86_operand_length(const uint8_t *at, size_t left);

/* Length of the VEX, EVEX or XOP instruction at `code`; 0: truncated. */
size_t isa_x86_vector_length(const uint8_t *code, size_t left);

#endif
