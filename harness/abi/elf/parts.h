/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of elf_file_open, each in a file of its own. Internal to abi/elf/. */
#ifndef TS_ABI_ELF_PARTS_H
#define TS_ABI_ELF_PARTS_H

#include "abi/elf/view.h"

int elf_dynamic_read(struct elf_file *file, const char *what, struct error **err);
int elf_versions_read(struct elf_file *file, struct elf_range verdef, uint64_t verdef_count,
                      struct elf_range verneed, uint64_t verneed_count, const char *what,
                      struct error **err);
void elf_notes_read(struct elf_file *file);

#endif
