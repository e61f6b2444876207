/* SPDX-License-Identifier: Apache-2.0 */
/* ld.so.cache in the new format (glibc elf/dl-cache.c, sysdeps/generic/dl-cache.h), alone or after
 * the old one. Entries contain flags (library kind and ABI) and a hwcap word, which since glibc
 * 2.33 may refer to a glibc-hwcaps folder in the extension section. */
#include <string.h>

#include "abi/elf/file.h"
#include "abi/surface/harvest.h"

#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"
#define ENTRY_SIZE 24
#define HEADER_SIZE 48
#define ENTRIES_MAX 200000
#define EXTENSION_MAGIC 0xeaa42174u /* (uint32_t)-358342284 */
#define EXTENSION_HWCAPS 1
#define HWCAP_EXTENSION (UINT64_C(1) << 62)

struct cache {
    const char *data;
    size_t size, base; /* base: offset that strings of the new format are relative to */
};

static const char *cache_text(const struct cache *cache, uint32_t offset)
{
    size_t at = cache->base + offset;

    if (at >= cache->size || memchr(cache->data + at, '\0', cache->size - at) == NULL)
        return NULL;
    return cache->data + at;
}

/* The name at index i of the hwcaps section, or NULL. */
static const char *hwcaps_name(const struct cache *cache, uint32_t extension, uint32_t i)
{
    size_t at = cache->base + extension;
    uint32_t count;

    if (extension == 0 || at + 8 > cache->size ||
        elf_u32((const uint8_t *)cache->data + at) != EXTENSION_MAGIC)
        return NULL;
    count = elf_u32((const uint8_t *)cache->data + at + 4);
    for (uint32_t s = 0; s < count && s < 64 && at + 8 + (s + 1) * 16 <= cache->size; s++) {
        const uint8_t *section = (const uint8_t *)cache->data + at + 8 + s * 16;
        uint32_t offset = elf_u32(section + 8), size = elf_u32(section + 12);

        if (elf_u32(section) != EXTENSION_HWCAPS)
            continue;
        if (i >= size / 4 || cache->base + offset + (i + 1) * 4 > cache->size)
            return NULL;
        return cache_text(cache,
                          elf_u32((const uint8_t *)cache->data + cache->base + offset + i * 4));
    }
    return NULL;
}

void harvest_read_cache(struct harvest *harvest, const struct fact *fact)
{
    struct cache cache = {fact->data.data, fact->data.length, 0};
    const uint8_t *header;
    uint32_t count, extension;

    if (cache.size > 16 && memcmp(cache.data, OLD_MAGIC, sizeof(OLD_MAGIC) - 1) == 0) {
        uint64_t old = elf_u32((const uint8_t *)cache.data + 12);

        cache.base = (16 + old * 12 + 7) & ~UINT64_C(7);
    }
    if (cache.base > cache.size || cache.size - cache.base < HEADER_SIZE ||
        memcmp(cache.data + cache.base, NEW_MAGIC, sizeof(NEW_MAGIC) - 1) != 0) {
        surface_builder_meta(harvest->builder, "ld.so.cache", "unreadable");
        return;
    }
    header = (const uint8_t *)cache.data + cache.base;
    count = elf_u32(header + 20);
    extension = elf_u32(header + 32);
    for (uint32_t i = 0; i < count && i < ENTRIES_MAX; i++) {
        const uint8_t *entry = header + HEADER_SIZE + (size_t)i * ENTRY_SIZE;
        const char *name, *path, *hwcaps = NULL;
        struct surface_cache row = {0};
        uint64_t hwcap;

        if ((const char *)entry + ENTRY_SIZE > cache.data + cache.size)
            break;
        name = cache_text(&cache, elf_u32(entry + 4));
        path = cache_text(&cache, elf_u32(entry + 8));
        hwcap = elf_u64(entry + 16);
        if (name == NULL || path == NULL)
            continue;
        if ((hwcap & HWCAP_EXTENSION) != 0)
            hwcaps = hwcaps_name(&cache, extension, (uint32_t)hwcap);
        else if (hwcap != 0)
            hwcaps = "legacy";
        row.name = surface_builder_string(harvest->builder, name);
        row.path = surface_builder_string(harvest->builder, path);
        row.flags = elf_u32(entry);
        row.hwcaps = surface_builder_string(harvest->builder, hwcaps);
        *(struct surface_cache *)surface_builder_row(harvest->builder, TABLE_CACHE, NULL) = row;
    }
    surface_builder_meta(harvest->builder, "ld.so.cache", "present");
}
