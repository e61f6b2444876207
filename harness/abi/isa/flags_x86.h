/* SPDX-License-Identifier: Apache-2.0 */
/* An x86-64 instruction with its operands. */
#ifndef TS_ABI_ISA_FLAGS_X86_H
#define TS_ABI_ISA_FLAGS_X86_H

#include <Zydis/Zydis.h>

#include "abi/isa/flags.h"

/* What an instruction is in any state. */
struct flags_decoded {
    uint64_t address;
    struct flags_step step; /* but for a branch's facts; size 0: nothing was decoded */
    ZydisDecodedInstruction insn;
    ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
};

struct insn {
    struct flags *flags;
    struct flags_state *state;
    const ZydisDecodedInstruction *insn;
    const ZydisDecodedOperand *op;
    uint64_t next;
};

/* Sets insn, op and next, valid until the next call, and what the step says but for a branch's
 * facts. False: no instruction. */
bool flags_decode_x86(struct insn *i, const uint8_t *at, size_t left, uint64_t address,
                      struct flags_step *ret_step);

#define FLAGS_ANY ((struct value){VALUE_ANY, 0, 0})
static inline struct value flags_x86_constant(uint64_t number)
{
    return (struct value){VALUE_CONSTANT, 0, number};
}

/* --- operands (flags_x86_operands.c) --- */
/* Number of a vector register, or -1. */
int flags_x86_vector(const ZydisDecodedOperand *op);
struct value flags_x86_address(const struct insn *i, const ZydisDecodedOperand *op);
struct value flags_x86_read(struct insn *i, const ZydisDecodedOperand *op);
void flags_x86_write(struct insn *i, const ZydisDecodedOperand *op, struct value value);

/* --- arithmetic (flags_x86_math.c); false: not one of these --- */
void flags_x86_outcome(struct insn *i, const struct value *result, unsigned bits);
void flags_x86_compare(struct insn *i, const struct value *left, const struct value *right);
/* What is shown where a condition holds; `holds` false: where it does not. */
uint64_t flags_x86_shown(const struct outcome *o, ZydisMnemonic mnemonic, bool holds);
bool flags_x86_arithmetic(struct insn *i);
/* A conditional move. */
void flags_x86_choose(struct insn *i);

/* --- vectors (flags_x86_vector.c); false: not one of these --- */
bool flags_x86_move_vector(struct insn *i);

#endif
