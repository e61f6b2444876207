/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ELF file as the loader sees it: program headers and PT_DYNAMIC, so a file whose section
 * headers are stripped or lie is read the same way. Nothing in the file is trusted: every offset is
 * held to the file's own bounds before it is followed. A view borrows the bytes it was opened on.
 * Sources: System V gABI chapters 4 and 5; psABI x86-64 and AArch64; glibc elf/dl-load.c.
 */
#ifndef TS_ABI_ELF_FILE_H
#define TS_ABI_ELF_FILE_H

#include "abi/elf/view.h"

/* -EBADMSG with the reason when the bytes are no ELF file or one that breaks its own bounds;
 * -ENOTSUP for big-endian files. `what` names the file in messages. */
int elf_file_open(struct elf_file *file, const void *data, size_t size, const char *what,
                  struct error **err);
void elf_file_done(struct elf_file *file);

/* Symbol i < symbol_count; false when its name is outside of the string table. */
bool elf_file_symbol(const struct elf_file *file, size_t i, struct elf_symbol *ret_symbol);

/* ORs enum elf_reference into kinds[symbol_count] for every relocation that names a symbol. */
void elf_file_references(const struct elf_file *file, uint8_t *kinds);

/* The version that a symbol's versym means, or NULL for local, global and unknown ones. */
const struct elf_version *elf_file_version(const struct elf_file *file, uint16_t versym);

const char *elf_machine_name(uint16_t machine); /* x86_64, aarch64, i386, arm, … or "machine" */

#endif
