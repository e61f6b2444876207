/* SPDX-License-Identifier: Apache-2.0 */
/* An x86-64 instruction with its operands. */
#ifndef TS_ABI_ISA_FLAGS_X86_H
#define TS_ABI_ISA_FLAGS_X86_H

#include <Zydis/Zydis.h>

#include "abi/isa/flags.h"

struct insn {
    struct flags *flags;
    struct flags_state *state;
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
    uint64_t next;
};

/* Sets insn, op and next, and what the step says but for a branch's facts. False: no instruction.
 */
bool flags_decode_x86(struct insn *i, const uint8_t *at, size_t left, uint64_t address,
                      struct flags_step *ret_step);

#endif
