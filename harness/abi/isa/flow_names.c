/* SPDX-License-Identifier: Apache-2.0 */
/* Names of called functions. */
#include <elf.h>

#include "abi/isa/flow.h"

/* The imported function whose PLT entry begins here: ADRP X16, then a load of X17 from its slot. */
static const char *import_at(const struct elf_file *file, uint64_t address)
{
    struct elf_range code = elf_file_at(file, address, 16, false);
    uint64_t page = 0, slot = 0;

    for (uint64_t i = 0; i + 4 <= code.size && slot == 0; i += 4) {
        uint32_t word = elf_u32(file->data + code.offset + i);
        uint64_t pages = (uint64_t)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);

        if ((word & 0x9f00001f) == 0x90000010)
            page = (address & ~UINT64_C(4095)) + ((uint64_t)((int64_t)(pages << 43) >> 43) << 12);
        else if ((word & 0xffc003ff) == 0xf9400211 && page != 0)
            slot = page + (uint64_t)(word >> 10 & 0xfff) * 8;
    }
    for (uint64_t i = 0; slot != 0 && i + 24 <= file->jmprel.size; i += 24) {
        const uint8_t *row = file->data + file->jmprel.offset + i;
        struct elf_symbol symbol;

        if (elf_u64(row) == slot && elf_file_symbol(file, elf_u32(row + 12), &symbol))
            return symbol.name;
    }
    return NULL;
}

const char *isa_flow_name(const struct flow *flow, uint64_t address)
{
    const struct elf_function *function = elf_layout_function(flow->layout, address);

    if (function != NULL && function->address == address && function->name != NULL)
        return function->name;
    return flow->file->machine == EM_AARCH64 ? import_at(flow->file, address) : NULL;
}
