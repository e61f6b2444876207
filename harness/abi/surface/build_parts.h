/* SPDX-License-Identifier: Apache-2.0 */
/* What a surface is built in: for build.c and build_write.c alone. */
#ifndef TS_ABI_SURFACE_BUILD_PARTS_H
#define TS_ABI_SURFACE_BUILD_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "abi/surface/surface.h"

struct table {
    uint8_t *data;
    size_t count, capacity;
};

/* Slots contain 1 + the entry's number; the hash is stored beside it, so that probing rarely
 * compares text. */
struct index {
    struct index_slot {
        uint32_t entry, hash;
    } * slots;
    size_t mask, count;
};

struct surface_builder {
    struct table tables[TABLE_COUNT];
    struct index strings, names, paths;
};

#endif
