/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic, comparisons, and what the flags then show. */
#include "abi/isa/flags_x86.h"

#define FRESH_FRAME (INT64_C(1) << 32) /* below an alignment that is not known */

/* What CF, ZF and SF show of a result whose carry means nothing. */
void flags_x86_outcome(struct insn *i, const struct value *result, unsigned bits)
{
    i->state->outcome = (struct outcome){
        .not_zero = flags_nonzero(i->flags, result, bits),
        .sign = flags_implied(i->flags, result, bits - 1),
    };
}

void flags_x86_compare(struct insn *i, const struct value *left, const struct value *right)
{
    struct outcome *outcome = &i->state->outcome;
    unsigned bits = i->op[0].size;

    *outcome = (struct outcome){0};
    if (right->kind != VALUE_CONSTANT)
        return;
    for (unsigned bit = 0; bit < bits; bit++)
        if ((right->number >> bit & 1) != 0)
            outcome->zero |= flags_implied(i->flags, left, bit);
    if (right->number == 0)
        flags_x86_outcome(i, left, bits);
    else
        outcome->not_carry = flags_nonzero(i->flags, left, bits);
}

/* What is shown where a condition holds; `holds` false: where it does not. */
uint64_t flags_x86_shown(const struct outcome *o, ZydisMnemonic mnemonic, bool holds)
{
    switch (mnemonic) {
    case ZYDIS_MNEMONIC_JZ:
    case ZYDIS_MNEMONIC_SETZ:
    case ZYDIS_MNEMONIC_CMOVZ:
        return holds ? o->zero : o->not_zero;
    case ZYDIS_MNEMONIC_JNZ:
    case ZYDIS_MNEMONIC_SETNZ:
    case ZYDIS_MNEMONIC_CMOVNZ:
        return holds ? o->not_zero : o->zero;
    case ZYDIS_MNEMONIC_JB:
    case ZYDIS_MNEMONIC_SETB:
    case ZYDIS_MNEMONIC_CMOVB:
        return holds ? o->carry : o->not_carry;
    case ZYDIS_MNEMONIC_JNB:
    case ZYDIS_MNEMONIC_SETNB:
    case ZYDIS_MNEMONIC_CMOVNB:
        return holds ? o->not_carry : o->carry;
    case ZYDIS_MNEMONIC_JS:
    case ZYDIS_MNEMONIC_SETS:
    case ZYDIS_MNEMONIC_CMOVS:
        return holds ? o->sign : o->not_sign;
    case ZYDIS_MNEMONIC_JNS:
    case ZYDIS_MNEMONIC_SETNS:
    case ZYDIS_MNEMONIC_CMOVNS:
        return holds ? o->not_sign : o->sign;
    case ZYDIS_MNEMONIC_JNBE:
    case ZYDIS_MNEMONIC_SETNBE:
    case ZYDIS_MNEMONIC_CMOVNBE:
        return holds ? o->not_carry | o->not_zero : o->carry & o->zero;
    case ZYDIS_MNEMONIC_JBE:
    case ZYDIS_MNEMONIC_SETBE:
    case ZYDIS_MNEMONIC_CMOVBE:
        return holds ? o->carry & o->zero : o->not_carry | o->not_zero;
    default:
        return 0;
    }
}

static struct value shifted(struct insn *i, const struct value *left, const struct value *count,
                            bool to_left)
{
    unsigned bits = i->op[0].size, by;

    if (count->kind != VALUE_CONSTANT)
        return flags_uniform(i->flags, flags_nonzero(i->flags, left, bits), 64);
    by = (unsigned)count->number & (bits == 64 ? 63 : 31);
    return flags_shift(i->flags, left, to_left ? (int)by : -(int)by);
}

/* Results of arithmetic; false: not one of these. */
bool flags_x86_arithmetic(struct insn *i)
{
    struct value left = flags_x86_read(i, &i->op[0]), right = FLAGS_ANY, result;
    bool same;

    if (i->insn->operand_count_visible >= 2)
        right = flags_x86_read(i, &i->op[1]);
    same = i->insn->operand_count_visible >= 2 && i->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
           i->op[0].type == ZYDIS_OPERAND_TYPE_REGISTER && i->op[0].reg.value == i->op[1].reg.value;
    switch (i->insn->mnemonic) {
    case ZYDIS_MNEMONIC_AND:
        if (left.kind == VALUE_STACK) { /* the stack is aligned */
            left.number -= (uint64_t)FRESH_FRAME;
            result = left;
        } else {
            result = flags_and(i->flags, &left, &right);
        }
        break;
    case ZYDIS_MNEMONIC_OR:
        result = flags_or(i->flags, &left, &right);
        break;
    case ZYDIS_MNEMONIC_XOR:
        result = same ? flags_x86_constant(0) : flags_or(i->flags, &left, &right);
        if (!same && left.kind == VALUE_CONSTANT && right.kind == VALUE_CONSTANT)
            result = flags_x86_constant(left.number ^ right.number);
        break;
    case ZYDIS_MNEMONIC_ADD:
    case ZYDIS_MNEMONIC_SUB:
        if ((left.kind == VALUE_STACK || left.kind == VALUE_CONSTANT) &&
            right.kind == VALUE_CONSTANT) {
            result = left;
            result.number += i->insn->mnemonic == ZYDIS_MNEMONIC_ADD ? right.number : -right.number;
        } else {
            result = same && i->insn->mnemonic == ZYDIS_MNEMONIC_SUB
                         ? flags_x86_constant(0)
                         : flags_sum(i->flags, &left, &right);
        }
        break;
    case ZYDIS_MNEMONIC_NEG:
        result = flags_sum(i->flags, &left, &left);
        break;
    case ZYDIS_MNEMONIC_SHL:
        result = shifted(i, &left, &right, true);
        break;
    case ZYDIS_MNEMONIC_SHR:
        result = shifted(i, &left, &right, false);
        break;
    case ZYDIS_MNEMONIC_SBB:
        if (!same)
            return false;
        result = flags_uniform(i->flags, i->state->outcome.carry, 64);
        break;
    default:
        return false;
    }
    if (left.kind != VALUE_STACK)
        flags_x86_outcome(i, &result, i->op[0].size);
    if (i->insn->mnemonic == ZYDIS_MNEMONIC_NEG)
        i->state->outcome.carry = i->state->outcome.not_zero;
    flags_x86_write(i, &i->op[0], result);
    return true;
}

void flags_x86_choose(struct insn *i)
{
    struct value left = flags_x86_read(i, &i->op[0]), right = flags_x86_read(i, &i->op[1]);
    uint64_t yes = flags_x86_shown(&i->state->outcome, i->insn->mnemonic, true);
    uint64_t no = flags_x86_shown(&i->state->outcome, i->insn->mnemonic, false);

    if (i->flags->last && left.kind == VALUE_CONSTANT && no != 0)
        *vec_add(&i->flags->choices) = (struct flags_choice){i->next, left.number, no};
    if (i->flags->last && right.kind == VALUE_CONSTANT && yes != 0)
        *vec_add(&i->flags->choices) = (struct flags_choice){i->next, right.number, yes};
    flags_x86_write(i, &i->op[0], flags_join(i->flags, &right, yes, &left, no));
}
