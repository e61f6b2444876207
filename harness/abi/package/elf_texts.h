/* SPDX-License-Identifier: Apache-2.0 */
/* What the texts in a program tell: names of libraries, checks for strings. Read on a thread of its
 * own, beside the code. */
#ifndef TS_ABI_PACKAGE_ELF_TEXTS_H
#define TS_ABI_PACKAGE_ELF_TEXTS_H

#include <pthread.h>
#include <stdbool.h>

struct elf_file;
struct package_elf;

struct elf_texts {
    const struct elf_file *file;
    struct package_elf *elf;
    pthread_t thread;
    bool runs;
};

/* The file and the row must stay where they are until elf_texts_end. */
void elf_texts_begin(struct elf_texts *texts, const struct elf_file *file, struct package_elf *elf);
void elf_texts_end(struct elf_texts *texts);

#endif
