/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ELF file as the loader sees it: program headers and PT_DYNAMIC, so that stripped or wrong
 * section headers make no difference. The file is not trusted: every offset is checked against the
 * size of the file before it is used. A view borrows the bytes that it was opened on. Sources:
 * System V gABI, chapters 4 and 5; psABI x86-64 and AArch64; glibc elf/dl-load.c.
 */
#ifndef TS_ABI_ELF_FILE_H
#define TS_ABI_ELF_FILE_H

#include "abi/elf/view.h"

/* -EBADMSG with the reason: not an ELF file, or inconsistent; -ENOTSUP: big-endian. `what` names
 * the file in messages. */
int elf_file_open(struct elf_file *file, const void *data, size_t size, const char *what,
                  struct error **err);
void elf_file_done(struct elf_file *file);

/* Returns symbol i < symbol_count; false if its name is outside the string table. */
bool elf_file_symbol(const struct elf_file *file, size_t i, struct elf_symbol *ret_symbol);

/* ORs enum elf_reference into kinds[symbol_count] for every relocation that refers to a symbol. */
void elf_file_references(const struct elf_file *file, uint8_t *kinds);

/* The version that a symbol's versym refers to, or NULL for local, global and unknown ones. */
const struct elf_version *elf_file_version(const struct elf_file *file, uint16_t versym);

const char *elf_machine_name(uint16_t machine); /* x86_64, aarch64, i386, arm, … or "machine" */

#endif
