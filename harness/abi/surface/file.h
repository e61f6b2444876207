/* SPDX-License-Identifier: Apache-2.0 */
/* Layout of a surface file: this header, then the tables, each aligned to 8 bytes. */
#ifndef TS_ABI_SURFACE_FILE_H
#define TS_ABI_SURFACE_FILE_H

#include <stddef.h>

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
/* Size of the header of a file with this number of tables; later versions add tables at the end. */
#define SURFACE_HEADER_SIZE(count)                                                                 \
    (offsetof(struct surface_header, table) +                                                      \
     (count) * sizeof(((struct surface_header *)NULL)->table[0]))

#endif
