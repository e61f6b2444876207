/* SPDX-License-Identifier: Apache-2.0 */
/* Finds locations and strings in an open ELF file, within its bounds. */
#include "abi/elf/view.h"

struct elf_range elf_file_at(const struct elf_file *file, uint64_t address, uint64_t size,
                             bool to_end)
{
    struct elf_range none = {0, 0};

    vec_foreach (segment, &file->segments) {
        uint64_t into = address - segment->p_vaddr;

        if (segment->p_type != PT_LOAD || address < segment->p_vaddr || into >= segment->p_filesz)
            continue;
        if (size > segment->p_filesz - into)
            return none;
        return (struct elf_range){segment->p_offset + into,
                                  to_end ? segment->p_filesz - into : size};
    }
    return none;
}

const char *elf_file_string(const struct elf_file *file, uint64_t offset)
{
    /* The table's last byte is NUL: elf_dynamic_read rejects others. */
    return offset < file->strtab.size ? (const char *)file->data + file->strtab.offset + offset
                                      : NULL;
}
