/* SPDX-License-Identifier: Apache-2.0 */
/* How a surface lies in its file: this header, then the tables, each from a multiple of 8. */
#ifndef TS_ABI_SURFACE_FILE_H
#define TS_ABI_SURFACE_FILE_H

#include "abi/surface/surface.h"

#define SURFACE_MAGIC "TSURF01" /* with its NUL, 8 bytes */

struct surface_header {
    char magic[8];
    uint64_t size;
    uint64_t tables;
    struct {
        uint64_t offset, count;
    } table[TABLE_COUNT];
};
/* As it was before packages were kept. */
#define SURFACE_HEADER_FIRST                                                                       \
    (sizeof(struct surface_header) -                                                               \
     (TABLE_COUNT - TABLE_COUNT_FIRST) * sizeof(((struct surface_header *)NULL)->table[0]))

#endif
