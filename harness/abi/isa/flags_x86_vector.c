/* SPDX-License-Identifier: Apache-2.0 */
/* Moves and bitwise operations of vector registers, by which compilers copy and mask several words
 * at once. */
#include "abi/isa/flags_x86.h"

/* Low and high 8 bytes. */
struct pair {
    struct value half[2];
};

static bool is_vector(const ZydisDecodedOperand *op)
{
    return op->type == ZYDIS_OPERAND_TYPE_REGISTER &&
           ZydisRegisterGetClass(op->reg.value) == ZYDIS_REGCLASS_XMM && flags_x86_vector(op) >= 0;
}

static bool is_memory(const ZydisDecodedOperand *op)
{
    return op->type == ZYDIS_OPERAND_TYPE_MEMORY && op->size == 128;
}

static struct value half_address(const struct value *address, unsigned half)
{
    struct value at = *address;

    at.number += at.kind == VALUE_ANY ? 0 : half * 8;
    return at;
}

static bool read_pair(struct insn *i, const ZydisDecodedOperand *op, struct pair *ret_pair)
{
    struct value address, at;

    *ret_pair = (struct pair){{FLAGS_ANY, FLAGS_ANY}};
    if (is_vector(op)) {
        ret_pair->half[0] = i->state->vector[flags_x86_vector(op)][0];
        ret_pair->half[1] = i->state->vector[flags_x86_vector(op)][1];
        return true;
    }
    if (!is_memory(op))
        return false;
    address = flags_x86_address(i, op);
    for (unsigned half = 0; half < 2; half++) {
        at = half_address(&address, half);
        ret_pair->half[half] = flags_load(i->flags, i->state, &at, 8);
    }
    return true;
}

static bool write_pair(struct insn *i, const ZydisDecodedOperand *op, const struct pair *pair)
{
    struct value address, at;

    if (is_vector(op)) {
        i->state->vector[flags_x86_vector(op)][0] = pair->half[0];
        i->state->vector[flags_x86_vector(op)][1] = pair->half[1];
        return true;
    }
    if (!is_memory(op))
        return false;
    address = flags_x86_address(i, op);
    for (unsigned half = 0; half < 2; half++) {
        at = half_address(&address, half);
        flags_store(i->flags, i->state, &at, 8, &pair->half[half]);
    }
    return true;
}

/* MOVD and MOVQ: a general register or memory, and the low half. */
static bool move_low(struct insn *i)
{
    struct pair pair = {{FLAGS_ANY, flags_x86_constant(0)}};
    unsigned bits = i->op[0].size < i->op[1].size ? i->op[0].size : i->op[1].size;

    if (i->insn->mnemonic == ZYDIS_MNEMONIC_MOVD || i->insn->mnemonic == ZYDIS_MNEMONIC_VMOVD)
        bits = 32;
    else if (bits > 64)
        bits = 64;
    pair.half[0] = is_vector(&i->op[1]) ? i->state->vector[flags_x86_vector(&i->op[1])][0]
                                        : flags_x86_read(i, &i->op[1]);
    pair.half[0] = flags_low(i->flags, &pair.half[0], bits, false);
    if (!write_pair(i, &i->op[0], &pair))
        flags_x86_write(i, &i->op[0], pair.half[0]);
    return true;
}

static bool move_all(struct insn *i)
{
    struct pair pair;

    return read_pair(i, &i->op[1], &pair) && write_pair(i, &i->op[0], &pair);
}

/* AND, OR and XOR; the first operand is the target too, or there are three. */
static bool combine(struct insn *i, char how)
{
    const ZydisDecodedOperand *last = &i->op[i->insn->operand_count_visible - 1];
    struct pair left, right;

    if (!read_pair(i, last - 1, &left) || !read_pair(i, last, &right))
        return false;
    for (unsigned half = 0; half < 2; half++)
        left.half[half] = how == '&' ? flags_and(i->flags, &left.half[half], &right.half[half])
                          : how == '^' && is_vector(last) && is_vector(last - 1) &&
                                  last->reg.value == (last - 1)->reg.value
                              ? flags_x86_constant(0)
                              : flags_or(i->flags, &left.half[half], &right.half[half]);
    return write_pair(i, &i->op[0], &left);
}

/* Low words of two operands, in turn. */
static bool interleave(struct insn *i, bool quad)
{
    const ZydisDecodedOperand *last = &i->op[i->insn->operand_count_visible - 1];
    struct pair left, right, result;

    if (!read_pair(i, last - 1, &left) || !read_pair(i, last, &right))
        return false;
    if (quad) {
        result = (struct pair){{left.half[0], right.half[0]}};
    } else {
        struct value a = flags_shift(i->flags, &left.half[0], -32);
        struct value b = flags_shift(i->flags, &right.half[0], -32);

        result.half[0] = flags_insert(i->flags, &left.half[0], &right.half[0], 32, 32);
        result.half[1] = flags_insert(i->flags, &a, &b, 32, 32);
    }
    return write_pair(i, &i->op[0], &result);
}

bool flags_x86_move_vector(struct insn *i)
{
    switch (i->insn->mnemonic) {
    case ZYDIS_MNEMONIC_MOVD:
    case ZYDIS_MNEMONIC_MOVQ:
    case ZYDIS_MNEMONIC_VMOVD:
    case ZYDIS_MNEMONIC_VMOVQ:
        return move_low(i);
    case ZYDIS_MNEMONIC_MOVAPS:
    case ZYDIS_MNEMONIC_MOVUPS:
    case ZYDIS_MNEMONIC_MOVDQA:
    case ZYDIS_MNEMONIC_MOVDQU:
    case ZYDIS_MNEMONIC_VMOVAPS:
    case ZYDIS_MNEMONIC_VMOVUPS:
    case ZYDIS_MNEMONIC_VMOVDQA:
    case ZYDIS_MNEMONIC_VMOVDQU:
        return move_all(i);
    case ZYDIS_MNEMONIC_PAND:
    case ZYDIS_MNEMONIC_ANDPS:
    case ZYDIS_MNEMONIC_VPAND:
        return combine(i, '&');
    case ZYDIS_MNEMONIC_POR:
    case ZYDIS_MNEMONIC_ORPS:
    case ZYDIS_MNEMONIC_VPOR:
        return combine(i, '|');
    case ZYDIS_MNEMONIC_PXOR:
    case ZYDIS_MNEMONIC_XORPS:
    case ZYDIS_MNEMONIC_VPXOR:
        return combine(i, '^');
    case ZYDIS_MNEMONIC_PUNPCKLDQ:
        return interleave(i, false);
    case ZYDIS_MNEMONIC_PUNPCKLQDQ:
        return interleave(i, true);
    default:
        return false;
    }
}
