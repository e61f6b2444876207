/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays of structs that grow: `VEC(struct thing) things;` declares one, zero-initialised. The
 * elements are plain memory: whoever owns the array ends each element before vec_done.
 */
#ifndef TS_BASE_VEC_H
#define TS_BASE_VEC_H

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* The same as a named struct, for arrays that are passed on: `VEC_TYPE(things, struct thing);`. */
#define VEC_TYPE(name, type)                                                                       \
    struct name {                                                                                  \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* Whether an array of so many is full: its capacity is the next power of two. */
#define VEC_FULL(count) (((count) & ((count)-1)) == 0)

/* Adds a zeroed element and yields a pointer to it, good until the next vec_add. Only for arrays
 * that vec_add made. */
#define vec_add(vec)                                                                               \
    ({                                                                                             \
        if (VEC_FULL((vec)->count))                                                                \
            (vec)->items = text_realloc((vec)->items, (vec)->count * 2, sizeof(*(vec)->items));    \
        memset(&(vec)->items[(vec)->count], 0, sizeof(*(vec)->items));                             \
        &(vec)->items[(vec)->count++];                                                             \
    })

/* An empty array has no items at all: NULL + 0 is undefined in C. */
#define vec_foreach(item, vec)                                                                     \
    for (__typeof__((vec)->items + 0) item = (vec)->items;                                         \
         item != NULL && item < (vec)->items + (vec)->count; item++)

#define vec_done(vec)                                                                              \
    do {                                                                                           \
        free((vec)->items);                                                                        \
        (vec)->items = NULL;                                                                       \
        (vec)->count = 0;                                                                          \
    } while (0)

#endif
