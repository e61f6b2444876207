/* SPDX-License-Identifier: Apache-2.0 */
/* Growing arrays: `VEC(struct thing) things;` declares one, zero-initialised. Elements are plain
 * memory: the owner of the array frees the content of each element before vec_done. */
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

/* The same as a named struct, for arrays that are passed to functions: `VEC_TYPE(things, struct
 * thing);`. */
#define VEC_TYPE(name, type)                                                                       \
    struct name {                                                                                  \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* True if an array with this many elements is full: its capacity is the next power of two. */
#define VEC_FULL(count) (((count) & ((count)-1)) == 0)

/* Adds a zeroed element and returns a pointer to it, valid until the next vec_add. Only for arrays
 * that vec_add created. */
#define vec_add(vec)                                                                               \
    ({                                                                                             \
        if (VEC_FULL((vec)->count))                                                                \
            (vec)->items = text_realloc((vec)->items, (vec)->count * 2, sizeof(*(vec)->items));    \
        memset(&(vec)->items[(vec)->count], 0, sizeof(*(vec)->items));                             \
        &(vec)->items[(vec)->count++];                                                             \
    })

/* An empty array has items NULL, and NULL + 0 is undefined behaviour in C. */
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
