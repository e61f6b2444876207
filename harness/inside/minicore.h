/* SPDX-License-Identifier: Apache-2.0 */
/* Reduces a core file to its notes and, within a size limit, the memory that is most useful: first
 * the stack of the thread, then small mappings. */
#ifndef TS_INSIDE_MINICORE_H
#define TS_INSIDE_MINICORE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

enum { MINICORE_SEGMENTS = 4096, MINICORE_NOTES = 1 << 20 };

struct minicore {
    int in, out;
    uint64_t pc, sp, address; /* of the thread that received the signal; address: of the memory
                                 access that faulted */
    int sender;               /* the process that sent the signal; 0: the kernel */
    bool whole;               /* nothing was left out */
    Elf64_Ehdr header;
    Elf64_Phdr segments[MINICORE_SEGMENTS];
    char *notes;
    uint64_t at; /* position in the input */
};

/* Reads header, segments and notes. Returns false if it is not a supported core file. */
bool minicore_read_head(struct minicore *core);

/* Continues to read and writes at most `limit` bytes. */
bool minicore_write(struct minicore *core, uint64_t limit);

#endif
