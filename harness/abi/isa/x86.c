/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86-64 code. Capstone finds where instructions begin; which extension one belongs to is told from
 * its opcode bytes by the tables of isa_x86_class.c, so what Capstone 4 cannot decode (kmov,
 * vptestm, vpternlog, …) is classed all the same, and its length is computed here.
 */
#include <capstone/capstone.h>
#include <elf.h>
#include <string.h>

#include "abi/isa/isa.h"
#include "abi/isa/x86.h"

/* Bytes of a VEX or EVEX instruction from its ModRM on: ModRM, SIB, displacement. 0: cut off. */
static size_t operand_length(const uint8_t *at, size_t left)
{
    uint8_t mod, rm;

    if (left == 0)
        return 0;
    mod = at[0] >> 6;
    rm = at[0] & 7;
    if (mod == 3)
        return 1;
    if (rm == 4) {
        if (left < 2)
            return 0;
        return 2 + (mod == 1 ? 1 : mod == 2 || (at[1] & 7) == 5 ? 4 : 0);
    }
    return 1 + (mod == 1 ? 1 : mod == 2 || rm == 5 ? 4 : 0);
}

size_t isa_x86_vector_length(const uint8_t *code, size_t left)
{
    size_t prefix = code[0] == 0xc5 ? 2 : code[0] == 0xc4 ? 3 : 4, operands;
    unsigned map = code[0] == 0xc5 ? 1 : left > 1 ? code[1] & (code[0] == 0x62 ? 7 : 31) : 0;
    bool immediate;

    if (left < prefix + 2)
        return 0;
    operands = operand_length(code + prefix + 1, left - prefix - 1);
    if (operands == 0)
        return 0;
    immediate = map == 3 || (map == 1 && ((code[prefix] >= 0x70 && code[prefix] <= 0x73) ||
                                          code[prefix] == 0xc2 ||
                                          (code[prefix] >= 0xc4 && code[prefix] <= 0xc6)));
    return prefix + 1 + operands + immediate;
}

uint64_t isa_x86_scan(const uint8_t *code, size_t size, uint64_t address, isa_hit_function *hit,
                      void *context)
{
    uint64_t decoded = 0;
    cs_insn *insn;
    csh handle;

    if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
        return 0;
    insn = cs_malloc(handle);
    while (size > 0) {
        const uint8_t *at = code;
        uint64_t here = address;
        const char *feature;

        if (cs_disasm_iter(handle, &code, &size, &address, insn)) {
            decoded++;
        } else {
            size_t length = *code == 0x62 || *code == 0xc4 || *code == 0xc5
                                ? isa_x86_vector_length(code, size)
                                : 0;

            length = length == 0 || length > size ? 1 : length;
            code += length;
            address += length;
            size -= length;
        }
        feature = isa_x86_class(at, (size_t)(code - at));
        if (feature != NULL)
            hit(context, feature, here);
    }
    cs_free(insn, 1);
    cs_close(&handle);
    return decoded;
}

uint64_t isa_capstone_decode(uint16_t machine, const uint8_t *code, size_t size, uint64_t address)
{
    uint64_t decoded = 0;
    cs_insn *insn;
    csh handle;

    if (cs_open(machine == EM_AARCH64 ? CS_ARCH_ARM64 : CS_ARCH_X86,
                machine == EM_AARCH64 ? CS_MODE_LITTLE_ENDIAN : CS_MODE_64, &handle) != CS_ERR_OK)
        return 0;
    cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
    insn = cs_malloc(handle);
    while (cs_disasm_iter(handle, &code, &size, &address, insn))
        decoded++;
    cs_free(insn, 1);
    cs_close(&handle);
    return decoded;
}
