/* SPDX-License-Identifier: Apache-2.0 */
/* A core file made small: its notes and, as far as a bound allows, the memory that a reader of it
 * wants first, the stack that the thread stood on and then the small mappings. */
#ifndef TS_INSIDE_MINICORE_H
#define TS_INSIDE_MINICORE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

enum { MINICORE_SEGMENTS = 4096, MINICORE_NOTES = 1 << 20 };

struct minicore {
    int in, out;
    uint64_t pc, sp, address; /* of the thread that the signal ended; address: of the fault */
    int sender;               /* the process that sent the signal; 0: the kernel gave it */
    bool whole;               /* nothing was left out */
    Elf64_Ehdr header;
    Elf64_Phdr segments[MINICORE_SEGMENTS];
    char *notes;
    uint64_t at; /* in the input */
};

/* Header, segments and notes. False: it is no core that can be read here. */
bool minicore_read_head(struct minicore *core);

/* Reads on and writes at most `limit` bytes. */
bool minicore_write(struct minicore *core, uint64_t limit);

#endif
