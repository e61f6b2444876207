/* SPDX-License-Identifier: Apache-2.0 */
/* Operands of x86-64 instructions as values. */
#include "abi/isa/flags_x86.h"

/* Number of a general register, or -1; where in it a byte register begins. */
static int flags_x86_register(ZydisRegister name, unsigned *ret_low)
{
    ZydisRegister large = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, name);

    *ret_low = name >= ZYDIS_REGISTER_AH && name <= ZYDIS_REGISTER_BH ? 8 : 0;
    return ZydisRegisterGetClass(large) == ZYDIS_REGCLASS_GPR64 ? ZydisRegisterGetId(large) : -1;
}

int flags_x86_vector(const ZydisDecodedOperand *op)
{
    ZydisRegisterClass class = ZydisRegisterGetClass(op->reg.value);
    bool vector =
        class == ZYDIS_REGCLASS_XMM || class == ZYDIS_REGCLASS_YMM || class == ZYDIS_REGCLASS_ZMM;

    return vector && ZydisRegisterGetId(op->reg.value) < 16 ? ZydisRegisterGetId(op->reg.value)
                                                            : -1;
}

struct value flags_x86_address(const struct insn *i, const ZydisDecodedOperand *op)
{
    struct value base = flags_x86_constant(0), index = flags_x86_constant(0);
    uint64_t offset = (uint64_t)op->mem.disp.value;
    unsigned low;
    int reg;

    if (op->mem.segment == ZYDIS_REGISTER_FS || op->mem.segment == ZYDIS_REGISTER_GS)
        return FLAGS_ANY;
    if (op->mem.base == ZYDIS_REGISTER_RIP)
        base = flags_x86_constant(i->next);
    else if (op->mem.base != ZYDIS_REGISTER_NONE)
        base = (reg = flags_x86_register(op->mem.base, &low)) >= 0 ? i->state->reg[reg] : FLAGS_ANY;
    if (op->mem.index != ZYDIS_REGISTER_NONE)
        index =
            (reg = flags_x86_register(op->mem.index, &low)) >= 0 ? i->state->reg[reg] : FLAGS_ANY;
    if (index.kind != VALUE_CONSTANT || (base.kind != VALUE_CONSTANT && base.kind != VALUE_STACK))
        return FLAGS_ANY;
    base.number += offset + index.number * op->mem.scale;
    return base;
}

struct value flags_x86_read(struct insn *i, const ZydisDecodedOperand *op)
{
    unsigned low;
    int reg;
    struct value value;

    switch (op->type) {
    case ZYDIS_OPERAND_TYPE_IMMEDIATE:
        value = flags_x86_constant(op->imm.value.u);
        break;
    case ZYDIS_OPERAND_TYPE_REGISTER:
        reg = flags_x86_register(op->reg.value, &low);
        value = reg < 0 ? FLAGS_ANY : i->state->reg[reg];
        if (low != 0)
            value = flags_shift(i->flags, &value, -8);
        break;
    case ZYDIS_OPERAND_TYPE_MEMORY:
        value = flags_x86_address(i, op);
        return flags_load(i->flags, i->state, &value, op->size / 8);
    default:
        return FLAGS_ANY;
    }
    return op->size < 64 && value.kind != VALUE_STACK ? flags_low(i->flags, &value, op->size, false)
                                                      : value;
}

void flags_x86_write(struct insn *i, const ZydisDecodedOperand *op, struct value value)
{
    unsigned low;
    int reg;
    struct value address;

    if (op->type == ZYDIS_OPERAND_TYPE_MEMORY) {
        address = flags_x86_address(i, op);
        flags_store(i->flags, i->state, &address, op->size / 8, &value);
    } else if (op->type == ZYDIS_OPERAND_TYPE_REGISTER && (reg = flags_x86_vector(op)) >= 0) {
        i->state->vector[reg][0] = i->state->vector[reg][1] = FLAGS_ANY;
    } else if (op->type == ZYDIS_OPERAND_TYPE_REGISTER &&
               (reg = flags_x86_register(op->reg.value, &low)) >= 0) {
        if (op->size == 32)
            value = flags_low(i->flags, &value, 32, false);
        else if (op->size < 32)
            value = flags_insert(i->flags, &i->state->reg[reg], &value, low, op->size);
        i->state->reg[reg] = value;
    }
}
