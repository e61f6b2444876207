/* SPDX-License-Identifier: Apache-2.0 */
/* One x86-64 instruction on values of flags.h. */
#include <elf.h>
#include <string.h>

#include "abi/isa/flags_x86.h"
#include "abi/isa/flow.h"

#define SP 4

static void take_cpuid(struct insn *i)
{
    static const uint8_t order[] = {0, 3, 1, 2}; /* eax, ebx, ecx, edx by their numbers */
    struct flags_state *state = i->state;
    struct value leaf = flags_low(i->flags, &state->reg[0], 32, false);
    struct value sub = flags_low(i->flags, &state->reg[1], 32, false);
    uint64_t key;
    bool known = leaf.kind == VALUE_CONSTANT &&
                 isa_flow_leaf(leaf.number, sub.kind == VALUE_CONSTANT, sub.number, &key);

    for (unsigned part = 0; part < 4; part++) {
        uint64_t implies[64] = {0};

        if (known)
            isa_flow_word(EM_X86_64, FROM_CPUID, key | part, implies);
        for (unsigned bit = 32; bit < 64; bit++)
            implies[bit] = FLAGS_ALL;
        state->reg[order[part]] = flags_make(i->flags, implies);
    }
}

static void take_exchange(struct insn *i)
{
    struct value left = flags_x86_read(i, &i->op[0]), right = flags_x86_read(i, &i->op[1]);

    flags_x86_write(i, &i->op[0], right);
    flags_x86_write(i, &i->op[1], left);
}

/* Whatever else: what it writes is not known. */
static void take_other(struct insn *i)
{
    for (unsigned n = 0; n < i->insn->operand_count; n++)
        if ((i->op[n].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0)
            flags_x86_write(i, &i->op[n], FLAGS_ANY);
    if (i->insn->cpu_flags != NULL && i->insn->cpu_flags->modified != 0)
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

    switch (i->insn->mnemonic) {
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVZX:
        flags_x86_write(i, &i->op[0], flags_x86_read(i, &i->op[1]));
        return;
    case ZYDIS_MNEMONIC_MOVSX:
    case ZYDIS_MNEMONIC_MOVSXD:
        right = flags_x86_read(i, &i->op[1]);
        flags_x86_write(i, &i->op[0], flags_low(i->flags, &right, i->op[1].size, true));
        return;
    case ZYDIS_MNEMONIC_LEA:
        flags_x86_write(i, &i->op[0], flags_x86_address(i, &i->op[1]));
        return;
    case ZYDIS_MNEMONIC_TEST:
        left = flags_x86_read(i, &i->op[0]);
        right = flags_x86_read(i, &i->op[1]);
        left = flags_and(i->flags, &left, &right);
        flags_x86_outcome(i, &left, i->op[0].size);
        return;
    case ZYDIS_MNEMONIC_CMP:
        left = flags_x86_read(i, &i->op[0]);
        right = flags_x86_read(i, &i->op[1]);
        flags_x86_compare(i, &left, &right);
        return;
    case ZYDIS_MNEMONIC_BT:
        left = flags_x86_read(i, &i->op[0]);
        right = flags_x86_read(i, &i->op[1]);
        i->state->outcome = (struct outcome){
            .carry = right.kind == VALUE_CONSTANT
                         ? flags_implied(i->flags, &left, (unsigned)right.number & 63)
                         : 0};
        return;
    case ZYDIS_MNEMONIC_PUSH:
        right = flags_x86_read(i, &i->op[0]);
        push(i, &right);
        return;
    case ZYDIS_MNEMONIC_POP:
        flags_x86_write(i, &i->op[0], pop(i));
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
        if (i->insn->meta.category == ZYDIS_CATEGORY_SETCC)
            flags_x86_write(
                i, &i->op[0],
                flags_uniform(i->flags,
                              flags_x86_shown(&i->state->outcome, i->insn->mnemonic, true), 1));
        else if (i->insn->meta.category == ZYDIS_CATEGORY_CMOV)
            flags_x86_choose(i);
        else if (i->insn->operand_count_visible == 0 ||
                 (!flags_x86_move_vector(i) && !flags_x86_arithmetic(i)))
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
                state->reg[i] = FLAGS_ANY;
        }
        state->escaped = 1;
    }
    for (size_t i = 0; i < sizeof(arguments); i++)
        flags_escape(flags, state, &state->reg[arguments[i]]);
    for (size_t i = 0; i < sizeof(lost); i++)
        state->reg[lost[i]] = FLAGS_ANY;
    memset(state->vector, 0, sizeof(state->vector));
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
        step->taken = flags_x86_shown(&state->outcome, i.insn->mnemonic, true);
        step->falls = flags_x86_shown(&state->outcome, i.insn->mnemonic, false);
    } else if (step->next == NEXT_ON) {
        take_plain(&i);
    }
}
