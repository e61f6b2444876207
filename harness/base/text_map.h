/* SPDX-License-Identifier: Apache-2.0 */
/* A hash map from text to a number. Keys are borrowed. */
#ifndef TS_BASE_TEXT_MAP_H
#define TS_BASE_TEXT_MAP_H

#include <stddef.h>
#include <stdint.h>

/* MurmurHash2 64A, folded to 32 bits. Surface files contain hash tables, so its values must not
 * change. */
uint32_t text_hash(const char *text, size_t length);

#define TEXT_MAP_NONE UINT32_MAX

/* Zero-initialise; text_map_done frees; text_map_clear retains the memory. */
struct text_map {
    struct text_map_slot {
        const char *key;
        uint32_t hash, value;
    } * slots;
    size_t mask, count;
};

/* The value, or TEXT_MAP_NONE. */
uint32_t text_map_get(const struct text_map *map, const char *key);

/* Sets key to value; an existing key is not changed. */
void text_map_put(struct text_map *map, const char *key, uint32_t value);
void text_map_clear(struct text_map *map);
void text_map_done(struct text_map *map);

#endif
