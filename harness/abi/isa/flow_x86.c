/* SPDX-License-Identifier: Apache-2.0 */
/* Interprets one x86-64 instruction: its successors, and what is known about registers after it. */
#include <Zydis/Zydis.h>
#include <elf.h>
#include <string.h>

#include "abi/isa/flow.h"
#include "abi/isa/x86.h"

/* Values of FROM_MODEL: the address of __cpu_model itself, of __cpu_features2. */
#define MODEL_POINTER 16
#define FEATURES_POINTER 17

static int number_of(ZydisRegister name)
{
    ZydisRegister large = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, name);

    return ZydisRegisterGetClass(large) == ZYDIS_REGCLASS_GPR64 ? ZydisRegisterGetId(large) : -1;
}

/* A byte or word of libgcc's CPU data: vendor, type, subtype, features. */
static bool of_model(const struct flow *flow, uint64_t address, struct known *ret_known)
{
    uint64_t into = address - (flow->cpu_model + 12), more = address - flow->cpu_features2;

    if (flow->cpu_model != 0 && into < 4)
        *ret_known = (struct known){FROM_MODEL, UINT32_MAX << (8 * into), 0};
    else if (flow->cpu_features2 != 0 && more < 12)
        *ret_known = (struct known){FROM_MODEL, UINT32_MAX << (8 * (more % 4)), 1 + more / 4};
    else
        return false;
    return true;
}

static struct known of_memory(const struct flow *flow, const ZydisDecodedOperand *operand,
                              uint64_t next, const struct flow_state *state)
{
    uint64_t address = (uint64_t)operand->mem.disp.value;
    int base = number_of(operand->mem.base);
    struct known known = {FROM_MEMORY, UINT32_MAX, 0};

    if (operand->mem.base == ZYDIS_REGISTER_RIP)
        address += next;
    else if (base >= 0 && state->reg[base].origin == FROM_MODEL &&
             state->reg[base].value >= MODEL_POINTER)
        address += state->reg[base].value == MODEL_POINTER ? flow->cpu_model : flow->cpu_features2;
    else if (base >= 0 && state->reg[base].origin == FROM_CONSTANT)
        address += state->reg[base].value;
    else if (base >= 0)
        address = 0;
    if (!of_model(flow, address, &known) && (base == 4 || base == 5)) /* the stack */
        known.origin = FROM_ANYWHERE;
    return known;
}

static struct known of_operand(const struct flow *flow, const ZydisDecodedOperand *operand,
                               uint64_t next, const struct flow_state *state)
{
    int reg;

    switch (operand->type) {
    case ZYDIS_OPERAND_TYPE_IMMEDIATE:
        return (struct known){FROM_CONSTANT, UINT32_MAX, operand->imm.value.u};
    case ZYDIS_OPERAND_TYPE_MEMORY:
        return of_memory(flow, operand, next, state);
    case ZYDIS_OPERAND_TYPE_REGISTER:
        reg = number_of(operand->reg.value);
        return reg >= 0 ? state->reg[reg] : (struct known){0};
    default:
        return (struct known){0};
    }
}

/* AH and similar are the second byte of a register. */
static uint32_t shifted(const ZydisDecodedOperand *operand, uint64_t value)
{
    bool high = operand->type == ZYDIS_OPERAND_TYPE_REGISTER &&
                operand->reg.value >= ZYDIS_REGISTER_AH && operand->reg.value <= ZYDIS_REGISTER_BH;

    return high ? (uint32_t)(value & 0xff) << 8 : (uint32_t)value;
}

static void take_test(const struct flow *flow, const ZydisDecodedInstruction *insn,
                      const ZydisDecodedOperand *operands, uint64_t next, struct flow_state *state,
                      struct flow_step *step)
{
    struct known left = of_operand(flow, &operands[0], next, state), right;

    right = of_operand(flow, &operands[1], next, state);
    state->equal_is_set = false;
    state->bit_in_carry = insn->mnemonic == ZYDIS_MNEMONIC_BT;
    state->flags = left;
    if (insn->mnemonic == ZYDIS_MNEMONIC_CMP) {
        state->equal_is_set =
            right.origin == FROM_CONSTANT && right.value != 0 && (uint32_t)right.value == left.mask;
        if (right.origin != FROM_CONSTANT && left.origin == FROM_ANYWHERE)
            state->flags = right;
        else if (!state->equal_is_set && !(right.origin == FROM_CONSTANT && right.value == 0))
            state->flags.mask = 0; /* compared with a number instead of testing bits */
        return;
    }
    if (right.origin != FROM_CONSTANT) { /* test eax, eax; or an unknown mask */
        if (left.origin == FROM_CONSTANT)
            state->flags = right;
        return;
    }
    step->bit_test = true;
    if (operands[0].size < 32) /* immediates are sign-extended */
        right.value &= (1u << operands[0].size) - 1;
    if (state->bit_in_carry)
        state->flags.mask &= right.value < 32 ? 1u << right.value : 0;
    else if (left.origin == FROM_MODEL && operands[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
             left.mask != 0)
        state->flags.mask &= (uint32_t)right.value << __builtin_ctz(left.mask);
    else
        state->flags.mask &= shifted(&operands[0], right.value);
    if (state->flags.origin == FROM_ANYWHERE)
        state->flags.origin = FROM_MEMORY; /* bits of an argument may be CPU feature bits */
}

static enum step_test test_of(const struct flow *flow, ZydisMnemonic mnemonic,
                              const struct flow_state *state, uint64_t *ret_others)
{
    struct known bits = state->flags;
    bool single = bits.mask != 0 && (bits.mask & (bits.mask - 1)) == 0;
    bool zero = mnemonic == ZYDIS_MNEMONIC_JZ, not_zero = mnemonic == ZYDIS_MNEMONIC_JNZ;

    *ret_others = 0;
    if (bits.origin == FROM_ANYWHERE || bits.origin == FROM_CONSTANT)
        return TEST_NONE;
    if (state->bit_in_carry && single &&
        (mnemonic == ZYDIS_MNEMONIC_JB || mnemonic == ZYDIS_MNEMONIC_JNB))
        return isa_flow_test(flow, &bits, mnemonic == ZYDIS_MNEMONIC_JB, ret_others);
    if (!state->bit_in_carry && (state->equal_is_set || single) && (zero || not_zero))
        return isa_flow_test(flow, &bits, state->equal_is_set ? zero : not_zero, ret_others);
    if (mnemonic == ZYDIS_MNEMONIC_JS && bits.mask == UINT32_MAX) {
        bits.mask = 1u << 31;
        return isa_flow_test(flow, &bits, true, ret_others);
    }
    return flow->asks ? TEST_POSSIBLE : TEST_NONE;
}

static int written(const ZydisDecodedInstruction *insn, const ZydisDecodedOperand *operands)
{
    return insn->operand_count_visible > 0 && operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
                   insn->mnemonic != ZYDIS_MNEMONIC_TEST && insn->mnemonic != ZYDIS_MNEMONIC_CMP
               ? number_of(operands[0].reg.value) + 1
               : 0;
}

/* The register that a CMOV selects if the wanted extension is present. */
static int chosen(const struct flow *flow, const ZydisDecodedInstruction *insn,
                  const ZydisDecodedOperand *operands, const struct flow_state *state)
{
    static const ZydisMnemonic as_branch[][2] = {
        {ZYDIS_MNEMONIC_CMOVZ, ZYDIS_MNEMONIC_JZ}, {ZYDIS_MNEMONIC_CMOVNZ, ZYDIS_MNEMONIC_JNZ},
        {ZYDIS_MNEMONIC_CMOVB, ZYDIS_MNEMONIC_JB}, {ZYDIS_MNEMONIC_CMOVNB, ZYDIS_MNEMONIC_JNB},
        {ZYDIS_MNEMONIC_CMOVS, ZYDIS_MNEMONIC_JS},
    };
    const ZydisDecodedOperand *taken = NULL;

    for (size_t i = 0; i < sizeof(as_branch) / sizeof(as_branch[0]); i++)
        if (as_branch[i][0] == insn->mnemonic) {
            uint64_t others;
            enum step_test test = test_of(flow, as_branch[i][1], state, &others);

            taken = test == TEST_SET_TAKEN   ? &operands[1]
                    : test == TEST_SET_FALLS ? &operands[0]
                                             : NULL;
        }
    return taken != NULL && taken->type == ZYDIS_OPERAND_TYPE_REGISTER
               ? number_of(taken->reg.value) + 1
               : 0;
}

static void clobber(struct flow_state *state)
{
    static const uint8_t lost[] = {0, 1, 2, 6, 7, 8, 9, 10, 11};

    for (size_t i = 0; i < sizeof(lost); i++)
        state->reg[lost[i]] = (struct known){0};
    state->reg[0] = (struct known){FROM_CALL, UINT32_MAX, 0};
    state->flags = (struct known){0};
}

static void take_cpuid(struct flow_state *state)
{
    static const uint8_t order[] = {0, 3, 1,
                                    2}; /* order of eax, ebx, ecx, edx in register numbers */
    struct known leaf = state->reg[0], sub = state->reg[1];
    uint64_t value;
    bool known = leaf.origin == FROM_CONSTANT &&
                 isa_flow_leaf(leaf.value, sub.origin == FROM_CONSTANT, sub.value, &value);

    for (unsigned i = 0; i < 4; i++)
        state->reg[order[i]] = known ? (struct known){FROM_CPUID, UINT32_MAX, value | i}
                                     : (struct known){FROM_MEMORY, UINT32_MAX, 0};
}

/* Registers after an instruction that is neither a test, a branch nor a call. */
static void take_plain(const struct flow *flow, const ZydisDecodedInstruction *insn,
                       const ZydisDecodedOperand *operands, uint64_t next, struct flow_state *state,
                       struct flow_step *step)
{
    struct known left = {0}, right = {0}, result = {0}, tested;
    int target = -1;

    if (insn->operand_count_visible >= 1 && operands[0].type == ZYDIS_OPERAND_TYPE_REGISTER)
        target = number_of(operands[0].reg.value);
    if (insn->operand_count_visible >= 2) {
        left = of_operand(flow, &operands[0], next, state);
        right = of_operand(flow, &operands[1], next, state);
    }
    switch (insn->mnemonic) {
    case ZYDIS_MNEMONIC_CPUID:
        take_cpuid(state);
        return;
    case ZYDIS_MNEMONIC_XGETBV:
        state->reg[0] = (struct known){FROM_MEMORY, UINT32_MAX, 1};
        return;
    case ZYDIS_MNEMONIC_TEST:
    case ZYDIS_MNEMONIC_CMP:
    case ZYDIS_MNEMONIC_BT:
        take_test(flow, insn, operands, next, state, step);
        return;
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVZX:
        result = right;
        if (operands[1].type == ZYDIS_OPERAND_TYPE_REGISTER && operands[1].size == 8)
            result.origin = right.origin == FROM_ANYWHERE ? FROM_ANYWHERE : FROM_MEMORY;
        break;
    case ZYDIS_MNEMONIC_LEA:
        if (flow->cpu_model != 0 && operands[1].mem.base == ZYDIS_REGISTER_RIP &&
            next + (uint64_t)operands[1].mem.disp.value == flow->cpu_model)
            result = (struct known){FROM_MODEL, UINT32_MAX, MODEL_POINTER};
        else if (flow->cpu_features2 != 0 && operands[1].mem.base == ZYDIS_REGISTER_RIP &&
                 next + (uint64_t)operands[1].mem.disp.value == flow->cpu_features2)
            result = (struct known){FROM_MODEL, UINT32_MAX, FEATURES_POINTER};
        break;
    case ZYDIS_MNEMONIC_XOR:
        if (target >= 0 && operands[1].type == ZYDIS_OPERAND_TYPE_REGISTER &&
            operands[1].reg.value == operands[0].reg.value)
            result = (struct known){FROM_CONSTANT, UINT32_MAX, 0};
        break;
    case ZYDIS_MNEMONIC_AND:
        result = left;
        tested = left;
        if (right.origin == FROM_CONSTANT) {
            uint32_t whole = shifted(&operands[0], UINT64_MAX), kept;

            if (operands[0].size < 32 && whole == UINT32_MAX)
                whole = (1u << operands[0].size) - 1;
            kept = shifted(&operands[0], right.value) & whole;
            step->bit_test = true;
            tested.mask &= kept;
            result.mask &= kept | ~whole;
            if (result.origin == FROM_ANYWHERE)
                result.origin = tested.origin = FROM_MEMORY;
        } else if (right.origin != FROM_ANYWHERE) {
            result = tested = (struct known){FROM_MEMORY, UINT32_MAX, 0};
        }
        state->flags = tested;
        state->bit_in_carry = state->equal_is_set = false;
        break;
    default:
        /* A value computed from a query result may be one, too. */
        if (right.origin > FROM_CONSTANT || left.origin > FROM_CONSTANT)
            result = (struct known){FROM_MEMORY, UINT32_MAX, 0};
        if (insn->cpu_flags != NULL && insn->cpu_flags->modified != 0) {
            state->flags = result;
            state->bit_in_carry = state->equal_is_set = false;
        }
    }
    if (target >= 0)
        state->reg[target] = result;
}

/* Newer than the decoder: what it writes is not known. */
static void take_unknown(const uint8_t *at, size_t left, struct flow_state *state,
                         struct flow_step *step)
{
    bool may_extend;
    size_t length = isa_x86_length(at, left, &may_extend);

    step->feature = length > 0 ? isa_x86_class(at, length, &step->avx512) : NULL;
    if (step->feature == NULL)
        return;
    step->size = length;
    memset(state, 0, sizeof(*state));
}

void isa_flow_step_x86(const struct flow *flow, const uint8_t *at, size_t left, uint64_t address,
                       struct flow_state *state, struct flow_step *step)
{
    static __thread ZydisDecoder decoder;
    static __thread bool ready;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecodedInstruction insn;
    uint64_t next;

    memset(step, 0, sizeof(*step));
    if (!ready)
        ready = ZYAN_SUCCESS(
            ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
    if (!ready || !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, at, left, &insn, operands))) {
        take_unknown(at, left, state, step);
        return;
    }
    step->size = insn.length;
    step->feature = isa_x86_class(at, insn.length, &step->avx512);
    next = address + insn.length;
    if (insn.operand_count_visible >= 1 && operands[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
        operands[0].imm.is_relative)
        step->target = next + operands[0].imm.value.u;
    switch (insn.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
        step->kind = STEP_BRANCH;
        step->test = test_of(flow, insn.mnemonic, state, &step->others);
        return;
    case ZYDIS_CATEGORY_UNCOND_BR:
        step->kind = step->target != 0 ? STEP_JUMP : STEP_INDIRECT;
        return;
    case ZYDIS_CATEGORY_CALL:
        step->kind = STEP_CALL;
        clobber(state);
        if (!flow->asks)
            state->reg[0] = (struct known){0};
        return;
    case ZYDIS_CATEGORY_RET:
        step->kind = STEP_STOP;
        return;
    case ZYDIS_CATEGORY_CMOV:
        step->when_set = chosen(flow, &insn, operands, state);
        break;
    default:
        if (insn.mnemonic == ZYDIS_MNEMONIC_UD2 || insn.mnemonic == ZYDIS_MNEMONIC_HLT) {
            step->kind = STEP_STOP;
            return;
        }
    }
    take_plain(flow, &insn, operands, next, state, step);
    step->writes = written(&insn, operands);
    /* setcc of a query result is a query result; the flags are not an explicit operand. */
    if (insn.meta.category == ZYDIS_CATEGORY_SETCC && state->flags.origin > FROM_CONSTANT &&
        step->writes != 0)
        state->reg[step->writes - 1] = (struct known){FROM_MEMORY, UINT32_MAX, 0};
}
