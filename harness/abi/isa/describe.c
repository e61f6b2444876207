/* SPDX-License-Identifier: Apache-2.0 */
/* Disassembles one instruction for display. What Capstone does not know is shown as bytes. */
#include <capstone/capstone.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/isa/isa.h"
#include "base/text.h"

struct first {
    uint64_t address;
    const char *feature;
};

static void take_first(void *context, const char *feature, uint64_t address)
{
    struct first *first = context;

    if (address == first->address) /* the last is the most special one */
        first->feature = feature;
}

static char *disassemble(enum arch arch, const uint8_t *code, size_t size, uint64_t address)
{
    struct buffer text = {0};
    cs_insn *insn = NULL;
    csh handle;

    if (cs_open(arch == ARCH_AARCH64 ? CS_ARCH_ARM64 : CS_ARCH_X86,
                arch == ARCH_AARCH64 ? CS_MODE_LITTLE_ENDIAN : CS_MODE_64, &handle) == CS_ERR_OK) {
        if (cs_disasm(handle, code, size, address, 1, &insn) == 1) {
            buffer_format(&text, "%s%s%s", insn->mnemonic, insn->op_str[0] != '\0' ? " " : "",
                          insn->op_str);
            cs_free(insn, 1);
        }
        cs_close(&handle);
    }
    if (text.length == 0 && arch == ARCH_AARCH64 && size >= 4)
        buffer_format(&text, ".inst 0x%08x", elf_u32(code));
    else if (text.length == 0)
        for (size_t i = 0; i < size && i < 8; i++)
            buffer_format(&text, "%s%02x", i > 0 ? " " : "", code[i]);
    return buffer_steal(&text);
}

char *isa_describe(enum arch arch, const uint8_t *code, size_t size, uint64_t address,
                   const char **ret_feature)
{
    struct first first = {.address = address};

    if (arch == ARCH_AARCH64)
        isa_aarch64_scan(code, size < 4 ? size : 4, address, take_first, &first);
    else
        isa_x86_scan(code, size, address, NULL, take_first, &first);
    *ret_feature = first.feature;
    return disassemble(arch, code, size, address);
}
