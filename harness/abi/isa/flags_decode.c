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

bool flags_decode_x86(struct insn *i, const uint8_t *at, size_t left, uint64_t address,
                      struct flags_step *step)
{
    static __thread ZydisDecoder decoder;
    static __thread bool ready;

    memset(step, 0, sizeof(*step));
    if (!ready)
        ready = ZYAN_SUCCESS(
            ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64));
    if (!ready || !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, at, left, &i->insn, i->op)))
        return false;
    step->size = i->insn.length;
    i->next = address + i->insn.length;
    if (i->insn.operand_count_visible >= 1 && i->op[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
        i->op[0].imm.is_relative)
        step->target = i->next + i->op[0].imm.value.u;
    if (i->insn.mnemonic == ZYDIS_MNEMONIC_LEA && i->op[1].mem.base == ZYDIS_REGISTER_RIP)
        step->made = i->next + (uint64_t)i->op[1].mem.disp.value;
    switch (i->insn.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
        step->next = NEXT_BRANCH;
        break;
    case ZYDIS_CATEGORY_UNCOND_BR:
        /* Through a pointer at a fixed place: on to another function. */
        step->next = step->target == 0 && i->op[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
                             i->op[0].mem.index == ZYDIS_REGISTER_NONE
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
        step->padding = i->insn.mnemonic == ZYDIS_MNEMONIC_INT3;
        if (i->insn.mnemonic == ZYDIS_MNEMONIC_UD2 || i->insn.mnemonic == ZYDIS_MNEMONIC_HLT ||
            step->padding)
            step->next = NEXT_STOP;
    }
    return true;
}

void flags_look_x86(const uint8_t *at, size_t left, uint64_t address, struct flags_step *step)
{
    struct insn i; /* as below: not cleared, for it is large, and the decoder fills it */

    flags_decode_x86(&i, at, left, address, step);
}

uint64_t flags_replaced_x86(const uint8_t *at, size_t left, uint64_t address)
{
    uint64_t replaced = 0, read = 0;
    struct flags_step step;

    for (unsigned n = 0; n < REPLACED_WITHIN; n++) {
        struct insn i;

        if (!flags_decode_x86(&i, at, left, address, &step) || step.next != NEXT_ON)
            break;
        for (unsigned o = 0; o < i.insn.operand_count; o++) {
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

bool flags_spoil_x86(struct flags *flags, const struct elf_function *function)
{
    struct elf_range code = elf_file_at(flags->file, function->address, 1, true);
    uint64_t size = function->size < code.size ? function->size : code.size;
    struct flags_step step;
    bool changed = false;

    for (uint64_t offset = 0; offset < size; offset += step.size) {
        struct insn i;

        if (!flags_decode_x86(&i, flags->file->data + code.offset + offset, size - offset,
                              function->address + offset, &step)) {
            vec_foreach (byte, &flags->bytes) /* data among code: what it writes is unknown */
                changed |= spoil(flags, byte->address, 1);
            return changed;
        }
        for (unsigned n = 0; n < i.insn.operand_count; n++) {
            const ZydisDecodedOperand *op = &i.op[n];
            uint64_t first = i.next + (uint64_t)op->mem.disp.value;

            if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || op->mem.base != ZYDIS_REGISTER_RIP)
                continue;
            if (i.insn.mnemonic == ZYDIS_MNEMONIC_LEA)
                changed |= flags_spoil(flags, first);
            else if ((op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0)
                changed |= spoil(flags, first, op->size / 8);
        }
    }
    return changed;
}
