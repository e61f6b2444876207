/* SPDX-License-Identifier: Apache-2.0 */
/* Interprets one A64 instruction: its successors, and what is known about registers after it. */
#include <elf.h>
#include <string.h>

#include "abi/isa/flow.h"

static uint64_t relative(uint64_t address, uint32_t word, unsigned low, unsigned bits)
{
    int64_t value = (int64_t)((uint64_t)(word >> low) << (64 - bits)) >> (64 - bits);

    return address + (uint64_t)(value * 4);
}

static void take_feature(void *context, const char *feature, uint64_t address)
{
    (void)address;
    *(const char **)context = feature;
}

static enum step_test test_of(const struct flow *flow, const struct known *known, bool single_bit,
                              bool taken_when_set, uint64_t *ret_others)
{
    if (known->origin <= FROM_CONSTANT || known->origin == FROM_PAGE)
        return TEST_NONE;
    if (single_bit)
        return isa_flow_test(flow, known, taken_when_set, ret_others);
    return flow->asks ? TEST_POSSIBLE : TEST_NONE;
}

/* The mask of a logical immediate with a single bit set: N:imms 1:000000 or 0:000000, rotated by
 * immr. */
static uint64_t logical_mask(uint32_t word)
{
    unsigned n = word >> 22 & 1, imms = word >> 10 & 63, immr = word >> 16 & 63;
    unsigned size = n != 0 ? 64 : 32, ones = imms + 1;
    uint64_t value = ones >= 64 ? UINT64_MAX : (UINT64_C(1) << ones) - 1;

    if (n == 0 && (imms & 32) != 0)
        return UINT64_MAX; /* a repeated pattern with several bits */
    immr %= size;
    if (immr != 0)
        value = value >> immr | value << (size - immr);
    return size == 32 ? value & UINT32_MAX : value;
}

static void take_call(const struct flow *flow, uint64_t target, struct flow_state *state)
{
    const char *name = isa_flow_name(flow, target);
    struct known argument = state->reg[0];

    for (unsigned i = 0; i <= 18; i++)
        state->reg[i] = (struct known){0};
    if (name != NULL && (strcmp(name, "getauxval") == 0 || strcmp(name, "__getauxval") == 0 ||
                         strcmp(name, "__getauxval2") == 0)) {
        if (argument.origin != FROM_CONSTANT)
            state->reg[0] = (struct known){FROM_CALL, UINT32_MAX, 0};
        else if (argument.value == 16 || argument.value == 26) /* AT_HWCAP, AT_HWCAP2 */
            state->reg[0] = (struct known){FROM_HWCAP, UINT32_MAX, argument.value == 26};
    } else if (flow->asks) {
        state->reg[0] = (struct known){FROM_CALL, UINT32_MAX, 0};
    }
}

/* Go's compiler puts "if runtime.arm64HasATOMICS" before each atomic instruction, and a loop of
 * exclusive loads and stores on the other side (cmd/compile/internal/ssagen, atomics). */
static bool is_go_fallback(const struct flow *flow, uint64_t address)
{
    struct elf_range code = elf_file_at(flow->file, address, 24, false);

    if (!flow->file->go || strcmp(flow->wanted, "atomics") != 0)
        return false;
    for (uint64_t i = 0; i + 4 <= code.size; i += 4)
        if ((elf_u32(flow->file->data + code.offset + i) & 0x3fe00000) == 0x08400000)
            return true;
    return false;
}

static enum step_test test_of_go(const struct flow *flow, uint32_t word, uint64_t next,
                                 const struct flow_step *step)
{
    bool when_set = (word >> 24 & 1) != 0;

    if (!is_go_fallback(flow, when_set ? next : step->target))
        return step->test;
    return when_set ? TEST_SET_TAKEN : TEST_SET_FALLS;
}

/* What a mask leaves of a word: of its upper half, only if nothing of the lower one. */
static void take_mask(struct known *known, uint64_t mask)
{
    if (known->origin == FROM_HWCAP && known->value < 2 && known->mask == UINT32_MAX &&
        (uint32_t)mask == 0 && mask != 0) {
        known->value += 2;
        known->mask = (uint32_t)(mask >> 32);
    } else {
        known->mask &= (uint32_t)mask;
    }
}

static bool is_single(uint64_t mask)
{
    return mask != 0 && (mask & (mask - 1)) == 0;
}

static void take_plain(const struct flow *flow, uint32_t word, uint64_t address,
                       struct flow_state *state, struct flow_step *step)
{
    unsigned rd = word & 31, rn = word >> 5 & 31;
    struct known result = {0};

    if ((word & 0x1f800000) == 0x12000000) { /* AND, ORR, EOR, ANDS with an immediate */
        unsigned what = word >> 29 & 3;

        if (what == 0 || what == 3) {
            uint64_t mask = logical_mask(word);

            result = state->reg[rn];
            take_mask(&result, mask);
            if (result.origin == FROM_ANYWHERE)
                result.origin = FROM_MEMORY;
            step->bit_test = true;
            if (what == 3) {
                state->flags = result;
                state->equal_is_set = false;
            }
        }
    } else if ((word & 0x7f800000) == 0x52800000) { /* MOVZ */
        result = (struct known){FROM_CONSTANT, UINT32_MAX, word >> 5 & 0xffff};
        if ((word >> 21 & 3) != 0)
            result.value = UINT64_MAX;
    } else if ((word & 0x7fe0ffe0) == 0x2a0003e0) { /* MOV */
        result = state->reg[word >> 16 & 31];
    } else if ((word & 0x9f000000) == 0x90000000) { /* ADRP */
        uint64_t pages = (word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);

        result = (struct known){FROM_PAGE, UINT32_MAX,
                                (address & ~UINT64_C(4095)) +
                                    ((uint64_t)((int64_t)(pages << 43) >> 43) << 12)};
    } else if ((word & 0x7f80001f) == 0x7100001f) { /* CMP with an immediate */
        state->flags = state->reg[rn];
        state->equal_is_set = state->flags.mask != UINT32_MAX && (word >> 10 & 0xfff) != 0 &&
                              (word >> 10 & 0xfff) == state->flags.mask;
        if (!state->equal_is_set && (word >> 10 & 0xfff) != 0)
            state->flags.mask = 0;
        return;
    } else if ((word & 0x7f20001f) == 0x6b00001f) { /* CMP of registers */
        state->flags = state->reg[rn];
        state->flags.mask = 0;
        return;
    } else if ((word & 0x7f800000) == 0x53000000 && state->reg[rn].origin == FROM_HWCAP &&
               (word >> 16 & 63) == (word >> 10 & 63)) { /* UBFX of one bit */
        result = state->reg[rn];
        take_mask(&result, UINT64_C(1) << (word >> 16 & 63));
    } else if ((word & 0x0a000000) == 0x08000000) { /* loads and stores */
        if ((word & 0x04000000) == 0 && (word & 0x00400000) != 0)
            result.origin = rn == 31 || rn == 29 ? FROM_ANYWHERE : FROM_MEMORY;
        else if ((word & 0x04000000) != 0 || (word & 0x3b000000) != 0x18000000)
            return;
        result.mask = UINT32_MAX;
    } else if ((word & 0xfff00000) == 0xd5300000) { /* MRS, including ID registers */
        result = (struct known){(word & 0xfff80000) == 0xd5380000 ? FROM_MEMORY : FROM_ANYWHERE,
                                UINT32_MAX, 0};
    } else if ((word & 0x1fe00000) == 0x1a800000) { /* CSEL, CSET */
        unsigned condition = word >> 12 & 15, rm = word >> 16 & 31;

        if (condition < 2 && (word & 0x40000c00) == 0 &&
            (is_single(state->flags.mask) || state->equal_is_set) &&
            isa_flow_shows(EM_AARCH64, &state->flags, flow->wanted))
            step->when_set = (int)((condition == 1) != state->equal_is_set ? rn : rm) + 1;
        if (state->flags.origin > FROM_CONSTANT)
            result = (struct known){FROM_MEMORY, UINT32_MAX, 0};
    } else if (state->reg[rn].origin > FROM_CONSTANT && state->reg[rn].origin != FROM_PAGE) {
        result = (struct known){FROM_MEMORY, UINT32_MAX, 0};
    }
    step->writes = (int)rd + 1;
    if (rd != 31)
        state->reg[rd] = result;
}

void isa_flow_step_aarch64(const struct flow *flow, const uint8_t *at, size_t left,
                           uint64_t address, struct flow_state *state, struct flow_step *step)
{
    uint32_t word;

    memset(step, 0, sizeof(*step));
    if (left < 4)
        return;
    word = elf_u32(at);
    step->size = 4;
    isa_aarch64_scan(at, 4, address, take_feature, &step->feature);
    if ((word & 0x7c000000) == 0x14000000) { /* B, BL */
        step->kind = word >> 31 ? STEP_CALL : STEP_JUMP;
        step->target = relative(address, word, 0, 26);
        if (word >> 31)
            take_call(flow, step->target, state);
    } else if ((word & 0xff000000) == 0x54000000) { /* B.cond, BC.cond */
        unsigned condition = word & 15;
        bool single = is_single(state->flags.mask) || state->equal_is_set;

        step->kind = STEP_BRANCH;
        step->target = relative(address, word, 5, 19);
        step->test = test_of(flow, &state->flags, condition < 2 && single,
                             (condition == 1) != state->equal_is_set, &step->others);
    } else if ((word & 0x7e000000) == 0x34000000) { /* CBZ, CBNZ */
        const struct known *known = &state->reg[word & 31];

        step->kind = STEP_BRANCH;
        step->target = relative(address, word, 5, 19);
        step->test =
            test_of(flow, known, is_single(known->mask), (word >> 24 & 1) != 0, &step->others);
        /* libgcc's outline atomics (config/aarch64/lse.S): "ldrb w16, have_lse; cbz w16, 1f". */
        if ((word & 0xff00001f) == (0x34000000 | 16) && known->origin == FROM_MEMORY &&
            strcmp(flow->wanted, "atomics") == 0)
            step->test = TEST_SET_FALLS;
        else if (known->origin == FROM_MEMORY)
            step->test = test_of_go(flow, word, address + 4, step);
    } else if ((word & 0x7e000000) == 0x36000000) { /* TBZ, TBNZ */
        unsigned bit = (word >> 19 & 31) | (word >> 31) << 5;
        struct known known = state->reg[word & 31];

        take_mask(&known, UINT64_C(1) << bit);
        if (known.origin == FROM_ANYWHERE)
            known.origin = FROM_MEMORY;
        step->kind = STEP_BRANCH;
        step->bit_test = true;
        step->target = relative(address, word, 5, 14);
        step->test = test_of(flow, &known, known.mask != 0, (word >> 24 & 1) != 0, &step->others);
        if (bit == 0 && known.origin == FROM_MEMORY)
            step->test = test_of_go(flow, word, address + 4, step);
    } else if ((word & 0xfe000000) == 0xd6000000) { /* BR, BLR, RET */
        unsigned what = word >> 21 & 15;

        step->kind = (what & 3) == 1 ? STEP_CALL : (what & 3) == 2 ? STEP_STOP : STEP_INDIRECT;
        if (step->kind == STEP_CALL)
            take_call(flow, 0, state);
    } else if (word >> 16 == 0 || (word & 0xffe0001f) == 0xd4200000) { /* UDF, BRK */
        step->kind = STEP_STOP;
    } else {
        take_plain(flow, word, address, state, step);
    }
}
