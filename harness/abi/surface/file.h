/* SPDX-License-Identifier: Apache-2.0 */
/* Layout of a surface file: this header, then the tables, each aligned to 8 bytes. */
#ifndef TS_ABI_SURFACE_FILE_H
#define TS_ABI_SURFACE_FILE_H

#include "abi/surface/surface.h"

#define SURFACE_MAGIC "TSURF01" /* 8 bytes including NUL */

struct surface_header {
    char magic[8];
    uint64_t size;
    uint64_t tables;
    struct {
        uint64_t offset, count;
    } table[TABLE_COUNT];
};
/* Size of the header before tables for packages were added. */
#define SURFACE_HEADER_FIRST                                                                       \
    (sizeof(struct surface_header) -                                                               \
     (TABLE_COUNT - TABLE_COUNT_FIRST) * sizeof(((struct surface_header *)NULL)->table[0]))

#endif
