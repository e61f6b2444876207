/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing, at most half full. */
#include "base/text_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Processes eight bytes at a time, which matters for a million names. The constants are from the
 * public-domain MurmurHash2 64A. */
uint32_t text_hash(const char *text, size_t length)
{
    const uint64_t multiply = UINT64_C(0xc6a4a7935bd1e995);
    uint64_t hash = length * multiply, word;

    for (; length >= 8; text += 8, length -= 8) {
        memcpy(&word, text, 8);
        word *= multiply;
        word ^= word >> 47;
        hash = (hash ^ word * multiply) * multiply;
    }
    word = 0;
    memcpy(&word, text, length);
    hash = (hash ^ word) * multiply;
    hash ^= hash >> 47;
    hash *= multiply;
    return (uint32_t)(hash ^ hash >> 32);
}

static struct text_map_slot *slot_of(const struct text_map *map, const char *key, uint32_t hash)
{
    for (size_t at = hash & map->mask;; at = (at + 1) & map->mask) {
        struct text_map_slot *slot = &map->slots[at];

        if (slot->key == NULL || (slot->hash == hash && strcmp(slot->key, key) == 0))
            return slot;
    }
}

uint32_t text_map_get(const struct text_map *map, const char *key)
{
    const struct text_map_slot *slot;

    if (map->count == 0)
        return TEXT_MAP_NONE;
    slot = slot_of(map, key, text_hash(key, strlen(key)));
    return slot->key != NULL ? slot->value : TEXT_MAP_NONE;
}

static void grow(struct text_map *map)
{
    struct text_map bigger = {.mask = map->slots == NULL ? 63 : map->mask * 2 + 1,
                              .count = map->count};

    bigger.slots = text_calloc(bigger.mask + 1, sizeof(*bigger.slots));
    for (size_t i = 0; map->slots != NULL && i <= map->mask; i++)
        if (map->slots[i].key != NULL)
            *slot_of(&bigger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
    free(map->slots);
    *map = bigger;
}

void text_map_put(struct text_map *map, const char *key, uint32_t value)
{
    uint32_t hash = text_hash(key, strlen(key));
    struct text_map_slot *slot;

    if (map->count * 2 >= map->mask)
        grow(map);
    slot = slot_of(map, key, hash);
    if (slot->key != NULL)
        return;
    *slot = (struct text_map_slot){key, hash, value};
    map->count++;
}

void text_map_clear(struct text_map *map)
{
    if (map->count > 0)
        memset(map->slots, 0, (map->mask + 1) * sizeof(*map->slots));
    map->count = 0;
}

void text_map_done(struct text_map *map)
{
    free(map->slots);
    *map = (struct text_map){0};
}
