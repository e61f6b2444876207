/* SPDX-License-Identifier: Apache-2.0 */
/* One x86-64 instruction on values of flags.h. */
#include <elf.h>
#include <string.h>

#include "abi/isa/flags_x86.h"
#include "abi/isa/flow.h"

#define SP 4
#define FRESH_FRAME (INT64_C(1) << 32) /* below an alignment that is not known */

static const struct value any = {VALUE_ANY, 0, 0};

static struct value constant(uint64_t number)
{
    return (struct value){VALUE_CONSTANT, 0, number};
}

/* Number of a general register, or -1; where in it a byte register begins. */
static int reg_of(ZydisRegister name, unsigned *ret_low)
{
    ZydisRegister large = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, name);

    *ret_low = name >= ZYDIS_REGISTER_AH && name <= ZYDIS_REGISTER_BH ? 8 : 0;
    return ZydisRegisterGetClass(large) == ZYDIS_REGCLASS_GPR64 ? ZydisRegisterGetId(large) : -1;
}

static struct value address_of(const struct insn *i, const ZydisDecodedOperand *op)
{
    struct value base = constant(0), index = constant(0);
    uint64_t offset = (uint64_t)op->mem.disp.value;
    unsigned low;
    int reg;

    if (op->mem.segment == ZYDIS_REGISTER_FS || op->mem.segment == ZYDIS_REGISTER_GS)
        return any;
    if (op->mem.base == ZYDIS_REGISTER_RIP)
        base = constant(i->next);
    else if (op->mem.base != ZYDIS_REGISTER_NONE)
        base = (reg = reg_of(op->mem.base, &low)) >= 0 ? i->state->reg[reg] : any;
    if (op->mem.index != ZYDIS_REGISTER_NONE)
        index = (reg = reg_of(op->mem.index, &low)) >= 0 ? i->state->reg[reg] : any;
    if (index.kind != VALUE_CONSTANT || (base.kind != VALUE_CONSTANT && base.kind != VALUE_STACK))
        return any;
    base.number += offset + index.number * op->mem.scale;
    return base;
}

static struct value read_op(struct insn *i, const ZydisDecodedOperand *op)
{
    unsigned low;
    int reg;
    struct value value;

    switch (op->type) {
    case ZYDIS_OPERAND_TYPE_IMMEDIATE:
        value = constant(op->imm.value.u);
        break;
    case ZYDIS_OPERAND_TYPE_REGISTER:
        reg = reg_of(op->reg.value, &low);
        value = reg < 0 ? any : i->state->reg[reg];
        if (low != 0)
            value = flags_shift(i->flags, &value, -8);
        break;
    case ZYDIS_OPERAND_TYPE_MEMORY:
        value = address_of(i, op);
        return flags_load(i->flags, i->state, &value, op->size / 8);
    default:
        return any;
    }
    return op->size < 64 && value.kind != VALUE_STACK ? flags_low(i->flags, &value, op->size, false)
                                                      : value;
}

static void write_op(struct insn *i, const ZydisDecodedOperand *op, struct value value)
{
    unsigned low;
    int reg;
    struct value address;

    if (op->type == ZYDIS_OPERAND_TYPE_MEMORY) {
        address = address_of(i, op);
        flags_store(i->flags, i->state, &address, op->size / 8, &value);
    } else if (op->type == ZYDIS_OPERAND_TYPE_REGISTER &&
               (reg = reg_of(op->reg.value, &low)) >= 0) {
        if (op->size == 32)
            value = flags_low(i->flags, &value, 32, false);
        else if (op->size < 32)
            value = flags_insert(i->flags, &i->state->reg[reg], &value, low, op->size);
        i->state->reg[reg] = value;
    }
}

/* What CF, ZF and SF show of a result whose carry means nothing. */
static void outcome_of(struct insn *i, const struct value *result, unsigned bits)
{
    i->state->outcome = (struct outcome){
        .not_zero = flags_nonzero(i->flags, result, bits),
        .sign = flags_implied(i->flags, result, bits - 1),
    };
}

static void compare(struct insn *i, const struct value *left, const struct value *right)
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
        outcome_of(i, left, bits);
    else
        outcome->not_carry = flags_nonzero(i->flags, left, bits);
}

/* What is shown where a condition holds; `holds` false: where it does not. */
static uint64_t shown(const struct outcome *o, ZydisMnemonic mnemonic, bool holds)
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

static void take_cpuid(struct insn *i)
{
    static const uint8_t order[] = {0, 3, 1, 2}; /* eax, ebx, ecx, edx by their numbers */
    struct flags_state *state = i->state;
    struct value leaf = flags_low(i->flags, &state->reg[0], 32, false);
    struct value sub = flags_low(i->flags, &state->reg[1], 32, false);
    bool known = leaf.kind == VALUE_CONSTANT && leaf.number < 0x10000 &&
                 (leaf.number != 7 || (sub.kind == VALUE_CONSTANT && sub.number == 0));

    for (unsigned part = 0; part < 4; part++) {
        uint64_t implies[64];

        for (unsigned bit = 0; bit < 64; bit++)
            implies[bit] = bit >= 32 ? FLAGS_ALL
                           : known   ? isa_flow_extensions(EM_X86_64, FROM_CPUID,
                                                           (uint32_t)leaf.number << 8 | part, bit)
                                     : 0;
        state->reg[order[part]] = flags_make(i->flags, implies);
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
static bool take_arithmetic(struct insn *i)
{
    struct value left = read_op(i, &i->op[0]), right = any, result;
    bool same;

    if (i->insn.operand_count_visible >= 2)
        right = read_op(i, &i->op[1]);
    same = i->insn.operand_count_visible >= 2 && i->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
           i->op[0].type == ZYDIS_OPERAND_TYPE_REGISTER && i->op[0].reg.value == i->op[1].reg.value;
    switch (i->insn.mnemonic) {
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
        result = same ? constant(0) : flags_or(i->flags, &left, &right);
        if (!same && left.kind == VALUE_CONSTANT && right.kind == VALUE_CONSTANT)
            result = constant(left.number ^ right.number);
        break;
    case ZYDIS_MNEMONIC_ADD:
    case ZYDIS_MNEMONIC_SUB:
        if ((left.kind == VALUE_STACK || left.kind == VALUE_CONSTANT) &&
            right.kind == VALUE_CONSTANT) {
            result = left;
            result.number += i->insn.mnemonic == ZYDIS_MNEMONIC_ADD ? right.number : -right.number;
        } else {
            result = same && i->insn.mnemonic == ZYDIS_MNEMONIC_SUB
                         ? constant(0)
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
        outcome_of(i, &result, i->op[0].size);
    if (i->insn.mnemonic == ZYDIS_MNEMONIC_NEG)
        i->state->outcome.carry = i->state->outcome.not_zero;
    write_op(i, &i->op[0], result);
    return true;
}

static void take_exchange(struct insn *i)
{
    struct value left = read_op(i, &i->op[0]), right = read_op(i, &i->op[1]);

    write_op(i, &i->op[0], right);
    write_op(i, &i->op[1], left);
}

static void take_choice(struct insn *i)
{
    struct value left = read_op(i, &i->op[0]), right = read_op(i, &i->op[1]);
    uint64_t yes = shown(&i->state->outcome, i->insn.mnemonic, true);
    uint64_t no = shown(&i->state->outcome, i->insn.mnemonic, false);

    if (i->flags->last && left.kind == VALUE_CONSTANT && no != 0)
        *vec_add(&i->flags->choices) = (struct flags_choice){i->next, left.number, no};
    if (i->flags->last && right.kind == VALUE_CONSTANT && yes != 0)
        *vec_add(&i->flags->choices) = (struct flags_choice){i->next, right.number, yes};
    write_op(i, &i->op[0], flags_join(i->flags, &right, yes, &left, no));
}

/* Whatever else: what it writes is not known. */
static void take_other(struct insn *i)
{
    for (unsigned n = 0; n < i->insn.operand_count; n++)
        if ((i->op[n].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0)
            write_op(i, &i->op[n], any);
    if (i->insn.cpu_flags != NULL && i->insn.cpu_flags->modified != 0)
        i->state->outcome = (struct outcome){0};
}

static void push(struct insn *i, const struct value *value)
{
    struct value *top = &i->state->reg[SP];

    if (top->kind == VALUE_STACK)
        top->number -= 8;
    flags_store(i->flags, i->state, top, 8, value);
}

static struct value pop(struct insn *i)
{
    struct value value = flags_load(i->flags, i->state, &i->state->reg[SP], 8);

    if (i->state->reg[SP].kind == VALUE_STACK)
        i->state->reg[SP].number += 8;
    return value;
}

static void take_plain(struct insn *i)
{
    struct value left, right;

    switch (i->insn.mnemonic) {
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVZX:
        write_op(i, &i->op[0], read_op(i, &i->op[1]));
        return;
    case ZYDIS_MNEMONIC_MOVSX:
    case ZYDIS_MNEMONIC_MOVSXD:
        right = read_op(i, &i->op[1]);
        write_op(i, &i->op[0], flags_low(i->flags, &right, i->op[1].size, true));
        return;
    case ZYDIS_MNEMONIC_LEA:
        write_op(i, &i->op[0], address_of(i, &i->op[1]));
        return;
    case ZYDIS_MNEMONIC_TEST:
        left = read_op(i, &i->op[0]);
        right = read_op(i, &i->op[1]);
        left = flags_and(i->flags, &left, &right);
        outcome_of(i, &left, i->op[0].size);
        return;
    case ZYDIS_MNEMONIC_CMP:
        left = read_op(i, &i->op[0]);
        right = read_op(i, &i->op[1]);
        compare(i, &left, &right);
        return;
    case ZYDIS_MNEMONIC_BT:
        left = read_op(i, &i->op[0]);
        right = read_op(i, &i->op[1]);
        i->state->outcome = (struct outcome){
            .carry = right.kind == VALUE_CONSTANT
                         ? flags_implied(i->flags, &left, (unsigned)right.number & 63)
                         : 0};
        return;
    case ZYDIS_MNEMONIC_PUSH:
        right = read_op(i, &i->op[0]);
        push(i, &right);
        return;
    case ZYDIS_MNEMONIC_POP:
        write_op(i, &i->op[0], pop(i));
        return;
    case ZYDIS_MNEMONIC_LEAVE:
        i->state->reg[SP] = i->state->reg[5];
        i->state->reg[5] = pop(i);
        return;
    case ZYDIS_MNEMONIC_XCHG:
        take_exchange(i);
        return;
    case ZYDIS_MNEMONIC_CPUID:
        take_cpuid(i);
        return;
    default:
        if (i->insn.meta.category == ZYDIS_CATEGORY_SETCC)
            write_op(i, &i->op[0],
                     flags_uniform(i->flags, shown(&i->state->outcome, i->insn.mnemonic, true), 1));
        else if (i->insn.meta.category == ZYDIS_CATEGORY_CMOV)
            take_choice(i);
        else if (i->insn.operand_count_visible == 0 || !take_arithmetic(i))
            take_other(i);
    }
}

void flags_forget_x86(struct flags *flags, struct flags_state *state)
{
    static const uint8_t arguments[] = {7, 6, 2, 1, 8, 9}, lost[] = {0, 1, 2, 6, 7, 8, 9, 10, 11};

    if (flags->go) {
        for (unsigned i = 0; i < 16; i++) {
            flags_escape(flags, state, &state->reg[i]);
            if (i != SP)
                state->reg[i] = any;
        }
        state->escaped = 1;
    }
    for (size_t i = 0; i < sizeof(arguments); i++)
        flags_escape(flags, state, &state->reg[arguments[i]]);
    for (size_t i = 0; i < sizeof(lost); i++)
        state->reg[lost[i]] = any;
    if (state->escaped)
        state->slot_count = 0;
    state->outcome = (struct outcome){0};
}

void flags_step_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address,
                    struct flags_state *state, struct flags_step *step)
{
    struct insn i = {.flags = flags, .state = state};

    if (!flags_decode_x86(&i, at, left, address, step))
        return;
    if (step->next == NEXT_BRANCH) {
        step->taken = shown(&state->outcome, i.insn.mnemonic, true);
        step->falls = shown(&state->outcome, i.insn.mnemonic, false);
    } else if (step->next == NEXT_ON) {
        take_plain(&i);
    }
}
