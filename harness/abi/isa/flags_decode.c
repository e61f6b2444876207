/* SPDX-License-Identifier: Apache-2.0 */
/* x86-64 instructions without a state: where they go, and what they touch. */
#include <string.h>

#include "abi/isa/flags_x86.h"

#define REPLACED_WITHIN 6 /* instructions */

/* A general register as a set of one. */
static uint64_t bit_of(ZydisRegister name)
{
    ZydisRegister large = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, name);

    return ZydisRegisterGetClass(large) == ZYDIS_REGCLASS_GPR64
               ? UINT64_C(1) << ZydisRegisterGetId(large)
               : 0;
}

static void describe(struct flags_decoded *decoded, uint64_t next)
{
    const ZydisDecodedInstruction *insn = &decoded->insn;
    const ZydisDecodedOperand *op = decoded->op;
    struct flags_step *step = &decoded->step;

    *step = (struct flags_step){.size = insn->length};
    if (insn->operand_count_visible >= 1 && op[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
        op[0].imm.is_relative)
        step->target = next + op[0].imm.value.u;
    if (insn->mnemonic == ZYDIS_MNEMONIC_LEA && op[1].mem.base == ZYDIS_REGISTER_RIP)
        step->made = next + (uint64_t)op[1].mem.disp.value;
    switch (insn->meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
        step->next = NEXT_BRANCH;
        break;
    case ZYDIS_CATEGORY_UNCOND_BR:
        /* Through a pointer at a fixed place: on to another function. */
        step->next = step->target == 0 && op[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
                             op[0].mem.index == ZYDIS_REGISTER_NONE
                         ? NEXT_RETURN
                         : NEXT_JUMP;
        break;
    case ZYDIS_CATEGORY_CALL:
        step->next = NEXT_CALL;
        break;
    case ZYDIS_CATEGORY_RET:
        step->next = NEXT_RETURN;
        break;
    case ZYDIS_CATEGORY_NOP:
    case ZYDIS_CATEGORY_WIDENOP:
        step->padding = true;
        break;
    default:
        step->padding = insn->mnemonic == ZYDIS_MNEMONIC_INT3;
        if (insn->mnemonic == ZYDIS_MNEMONIC_UD2 || insn->mnemonic == ZYDIS_MNEMONIC_HLT ||
            step->padding)
            step->next = NEXT_STOP;
    }
}

/* Functions are run again and again: what was decoded last is kept. */
static const struct flags_decoded *decode(struct flags *flags, const uint8_t *at, size_t left,
                                          uint64_t address)
{
    static __thread ZydisDecoder decoder;
    static __thread bool ready;
    struct flags_decoded *kept =
        &flags->decoded[address * UINT64_C(0x9e3779b97f4a7c15) >> (64 - FLAGS_DECODED_BITS)];

    if (kept->step.size != 0 && kept->address == address && kept->step.size <= left)
        return kept;
    if (!ready)
        ready = ZYAN_SUCCESS(
            ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
    kept->step.size = 0;
    kept->address = address;
    if (!ready || !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, at, left, &kept->insn, kept->op)))
        return NULL;
    describe(kept, address + kept->insn.length);
    return kept;
}

bool flags_decode_x86(struct insn *i, const uint8_t *at, size_t left, uint64_t address,
                      struct flags_step *step)
{
    const struct flags_decoded *decoded = decode(i->flags, at, left, address);

    if (decoded == NULL) {
        memset(step, 0, sizeof(*step));
        return false;
    }
    *step = decoded->step;
    i->insn = &decoded->insn;
    i->op = decoded->op;
    i->next = address + step->size;
    return true;
}

void flags_look_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address,
                    struct flags_step *step)
{
    struct insn i = {.flags = flags};

    flags_decode_x86(&i, at, left, address, step);
}

uint64_t flags_replaced_x86(struct flags *flags, const uint8_t *at, size_t left, uint64_t address)
{
    uint64_t replaced = 0, read = 0;
    struct flags_step step;

    for (unsigned n = 0; n < REPLACED_WITHIN; n++) {
        struct insn i = {.flags = flags};

        if (!flags_decode_x86(&i, at, left, address, &step) || step.next != NEXT_ON)
            break;
        for (unsigned o = 0; o < i.insn->operand_count; o++) {
            const ZydisDecodedOperand *op = &i.op[o];
            uint64_t used = 0;

            if (op->type == ZYDIS_OPERAND_TYPE_MEMORY)
                used = bit_of(op->mem.base) | bit_of(op->mem.index);
            else if (op->type == ZYDIS_OPERAND_TYPE_REGISTER && step.made == 0)
                used = bit_of(op->reg.value);
            read |= used;
        }
        if (step.made != 0)
            replaced |= bit_of(i.op[0].reg.value) & ~read;
        at += step.size;
        left -= step.size;
        address += step.size;
    }
    return replaced;
}

/* Marks the bytes that an operand writes or whose address it makes. True: one was not marked yet.
 */
static bool spoil(const struct flags *flags, uint64_t first, uint64_t size)
{
    bool changed = false;

    for (uint64_t i = 0; i < size; i++) {
        struct flags_byte *byte = flags_byte_at(flags, first + i);

        if (byte != NULL && !byte->spoilt)
            byte->spoilt = changed = true;
    }
    return changed;
}

static void read_touches(struct flags *flags, const struct elf_function *function,
                         struct flags_touched *touched)
{
    struct elf_range code = elf_file_at(flags->file, function->address, 1, true);
    uint64_t size = function->size < code.size ? function->size : code.size;
    struct flags_step step;

    for (uint64_t offset = 0; offset < size; offset += step.size) {
        struct insn i = {.flags = flags};

        if (!flags_decode_x86(&i, flags->file->data + code.offset + offset, size - offset,
                              function->address + offset, &step)) {
            touched->lost = true;
            return;
        }
        for (unsigned n = 0; n < i.insn->operand_count; n++) {
            const ZydisDecodedOperand *op = &i.op[n];
            bool made = i.insn->mnemonic == ZYDIS_MNEMONIC_LEA;

            if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || op->mem.base != ZYDIS_REGISTER_RIP ||
                (!made && (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) == 0))
                continue;
            *vec_add(&flags->touches) =
                (struct flags_touch){i.next + (uint64_t)op->mem.disp.value, op->size / 8, made};
            touched->count++;
        }
    }
}

/* Of a function of the layout. Read once: it is asked for in every round. */
static const struct flags_touched *touched_by(struct flags *flags,
                                              const struct elf_function *function)
{
    uint32_t *row = &flags->touched_by[function - flags->layout->functions.items];
    struct flags_touched touched = {.first = flags->touches.count};

    if (*row == 0) {
        read_touches(flags, function, &touched);
        *vec_add(&flags->touched) = touched;
        *row = (uint32_t)flags->touched.count;
    }
    return &flags->touched.items[*row - 1];
}

bool flags_spoil_x86(struct flags *flags, const struct elf_function *function)
{
    const struct flags_touched *touched = touched_by(flags, function);
    bool changed = false;

    for (size_t i = touched->first; i < touched->first + touched->count; i++) {
        const struct flags_touch *touch = &flags->touches.items[i];

        changed |= touch->made ? flags_spoil(flags, touch->address)
                               : spoil(flags, touch->address, touch->size);
    }
    if (touched->lost)
        vec_foreach (byte, &flags->bytes)
            changed |= spoil(flags, byte->address, 1);
    return changed;
}
