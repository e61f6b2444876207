/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a surface: maps the file and checks every offset before any lookup. */
#include "abi/surface/surface.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/surface/file.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/text_map.h"

const size_t surface_widths[TABLE_COUNT] = {
    [TABLE_STRINGS] = 1,
    [TABLE_META] = sizeof(struct surface_meta),
    [TABLE_OBJECTS] = sizeof(struct surface_object),
    [TABLE_LISTS] = sizeof(uint32_t),
    [TABLE_VERSIONS] = sizeof(struct surface_version),
    [TABLE_EXPORTS] = sizeof(struct surface_export),
    [TABLE_IMPORTS] = sizeof(struct surface_import),
    [TABLE_NAMES] = sizeof(struct surface_name),
    [TABLE_NAME_SLOTS] = sizeof(uint32_t),
    [TABLE_POSTINGS] = sizeof(struct surface_posting),
    [TABLE_PATHS] = sizeof(struct surface_path),
    [TABLE_PATH_SLOTS] = sizeof(uint32_t),
    [TABLE_CACHE] = sizeof(struct surface_cache),
    [TABLE_FOLDERS] = sizeof(uint32_t),
    [TABLE_CONF] = sizeof(uint32_t),
    [TABLE_KERNEL] = sizeof(struct surface_kernel_symbol),
    [TABLE_PACKAGES] = sizeof(struct surface_package),
    [TABLE_RELATIONS] = sizeof(struct surface_relation),
    [TABLE_OWNED] = sizeof(struct surface_owned),
    [TABLE_SETTINGS] = sizeof(struct surface_setting),
};

/* True if all values in a column of u32 are below the bound. The column is strided; the loop has no
 * branch. */
static bool below(const void *base, size_t width, uint64_t rows, uint64_t bound)
{
    const uint8_t *at = base;
    uint32_t highest = 0, value;

    if (rows == 0)
        return true;
    for (uint64_t i = 0; i < rows; i++, at += width) {
        memcpy(&value, at, sizeof(value));
        highest = value > highest ? value : highest;
    }
    return highest < bound;
}

/* The same for the first two values of each row in one pass, because the tables are larger than the
 * caches. */
static bool pairs_below(const void *base, size_t width, uint64_t rows, uint64_t first_bound,
                        uint64_t second_bound)
{
    const uint8_t *at = base;
    uint32_t first = 0, second = 0, values[2];

    if (rows == 0)
        return true;
    for (uint64_t i = 0; i < rows; i++, at += width) {
        memcpy(values, at, sizeof(values));
        first = values[0] > first ? values[0] : first;
        second = values[1] > second ? values[1] : second;
    }
    return first < first_bound && second < second_bound;
}

/* A table that the file lacks is NULL. */
#define COLUMN(table, type, field)                                                                 \
    (surface->table != NULL ? (const uint8_t *)surface->table + offsetof(type, field) : NULL),     \
        sizeof(type)

#define PAIRS(table, rows, first_bound, second_bound)                                              \
    pairs_below(surface->table, sizeof(*surface->table), n[rows], first_bound, second_bound)

static bool range_fits(uint32_t first, uint32_t count, uint64_t rows)
{
    return first <= rows && count <= rows - first;
}

static bool objects_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;

    for (uint64_t i = 0; i < n[TABLE_OBJECTS]; i++) {
        const struct surface_object *object = &surface->objects[i];
        const uint32_t strings[] = {object->path,     object->soname,  object->interpreter,
                                    object->build_id, object->package, object->rpath,
                                    object->runpath};

        if (!below(strings, sizeof(*strings), sizeof(strings) / sizeof(*strings),
                   n[TABLE_STRINGS]) ||
            !range_fits(object->needed, object->needed_count, n[TABLE_LISTS]) ||
            !range_fits(object->dlopen, object->dlopen_count, n[TABLE_LISTS]) ||
            !range_fits(object->version, object->version_count, n[TABLE_VERSIONS]) ||
            !range_fits(object->export, object->export_count, n[TABLE_EXPORTS]) ||
            !range_fits(object->import, object->import_count, n[TABLE_IMPORTS]))
            return false;
    }
    return true;
}

static bool names_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;
    uint32_t text = 0, last = 0;
    bool falls = false;

    if (n[TABLE_NAMES] == 0)
        return false;
    for (uint64_t i = 0; i < n[TABLE_NAMES]; i++) {
        const struct surface_name *name = &surface->names[i];

        text = name->text > text ? name->text : text;
        falls |= name->posting < last;
        last = name->posting;
    }
    return !falls && last <= n[TABLE_POSTINGS] && text < n[TABLE_STRINGS];
}

/* At least one slot must be free, or probing would not end. */
static bool slots_fit(const uint32_t *slots, uint64_t count, uint64_t entries)
{
    uint64_t used = 0;
    uint32_t highest = 0;

    for (uint64_t i = 0; i < count; i++) {
        used += slots[i] != 0;
        highest = slots[i] > highest ? slots[i] : highest;
    }
    return (count & (count - 1)) == 0 && highest <= entries && (count == 0 || used < count);
}

static bool paths_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;

    if (!below(COLUMN(paths, struct surface_path, path), n[TABLE_PATHS], n[TABLE_STRINGS]))
        return false;
    for (uint64_t i = 0; i < n[TABLE_PATHS]; i++) {
        const struct surface_path *row = &surface->paths[i];

        if (row->value >= (row->kind == PATH_OBJECT ? n[TABLE_OBJECTS] : n[TABLE_STRINGS]))
            return false;
    }
    return slots_fit(surface->path_slots, n[TABLE_PATH_SLOTS], n[TABLE_PATHS]);
}

static bool packages_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;

    for (uint64_t i = 0; i < n[TABLE_PACKAGES]; i++) {
        const struct surface_package *package = &surface->packages[i];
        const uint32_t strings[] = {package->name, package->arch, package->version,
                                    package->payload};

        if (!below(strings, sizeof(*strings), 4, n[TABLE_STRINGS]) ||
            !range_fits(package->relation, package->relation_count, n[TABLE_RELATIONS]) ||
            !range_fits(package->owned, package->owned_count, n[TABLE_OWNED]))
            return false;
    }
    for (uint64_t i = 0; i < n[TABLE_OWNED]; i++)
        if (surface->owned[i].package >= n[TABLE_PACKAGES] ||
            ((surface->owned[i].mode & S_IFMT) == S_IFLNK &&
             surface->owned[i].content >= n[TABLE_STRINGS]))
            return false;
    return PAIRS(relations, TABLE_RELATIONS, n[TABLE_STRINGS], n[TABLE_STRINGS]) &&
           PAIRS(owned, TABLE_OWNED, n[TABLE_STRINGS], n[TABLE_STRINGS]) &&
           below(COLUMN(owned, struct surface_owned, user), n[TABLE_OWNED], n[TABLE_STRINGS]) &&
           below(COLUMN(owned, struct surface_owned, group), n[TABLE_OWNED], n[TABLE_STRINGS]);
}

static bool settings_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;

    return PAIRS(settings, TABLE_SETTINGS, n[TABLE_STRINGS], n[TABLE_STRINGS]) &&
           below(COLUMN(settings, struct surface_setting, value), n[TABLE_SETTINGS],
                 n[TABLE_STRINGS]) &&
           below(COLUMN(settings, struct surface_setting, origin), n[TABLE_SETTINGS],
                 n[TABLE_STRINGS]);
}

static bool tables_fit(const struct surface *surface)
{
    const uint64_t *n = surface->counts;
    uint64_t names = n[TABLE_NAMES] - 1, strings = n[TABLE_STRINGS];

    return strings > 0 && surface->strings[0] == '\0' && surface->strings[strings - 1] == '\0' &&
           objects_fit(surface) && names_fit(surface) && paths_fit(surface) &&
           packages_fit(surface) && settings_fit(surface) &&
           slots_fit(surface->name_slots, n[TABLE_NAME_SLOTS], names) &&
           below(surface->meta, sizeof(uint32_t), n[TABLE_META] * 2, strings) &&
           below(surface->lists, sizeof(uint32_t), n[TABLE_LISTS], strings) &&
           below(surface->folders, sizeof(uint32_t), n[TABLE_FOLDERS], strings) &&
           below(surface->conf, sizeof(uint32_t), n[TABLE_CONF], strings) &&
           PAIRS(versions, TABLE_VERSIONS, strings, strings) &&
           PAIRS(exports, TABLE_EXPORTS, names, n[TABLE_VERSIONS] + 1) &&
           PAIRS(imports, TABLE_IMPORTS, names, n[TABLE_VERSIONS] + 1) &&
           PAIRS(postings, TABLE_POSTINGS, n[TABLE_OBJECTS], n[TABLE_EXPORTS]) &&
           below(COLUMN(cache, struct surface_cache, name), n[TABLE_CACHE], strings) &&
           below(COLUMN(cache, struct surface_cache, path), n[TABLE_CACHE], strings) &&
           below(COLUMN(cache, struct surface_cache, hwcaps), n[TABLE_CACHE], strings) &&
           below(COLUMN(kernel, struct surface_kernel_symbol, release), n[TABLE_KERNEL], strings) &&
           below(COLUMN(kernel, struct surface_kernel_symbol, name), n[TABLE_KERNEL], strings) &&
           below(COLUMN(kernel, struct surface_kernel_symbol, module), n[TABLE_KERNEL], strings);
}

static int place(struct surface *surface, const char *what, struct error **err)
{
    const struct surface_header *header = surface->map;
    const void **slots[TABLE_COUNT] = {
        (const void **)&surface->strings,    (const void **)&surface->meta,
        (const void **)&surface->objects,    (const void **)&surface->lists,
        (const void **)&surface->versions,   (const void **)&surface->exports,
        (const void **)&surface->imports,    (const void **)&surface->names,
        (const void **)&surface->name_slots, (const void **)&surface->postings,
        (const void **)&surface->paths,      (const void **)&surface->path_slots,
        (const void **)&surface->cache,      (const void **)&surface->folders,
        (const void **)&surface->conf,       (const void **)&surface->kernel,
        (const void **)&surface->packages,   (const void **)&surface->relations,
        (const void **)&surface->owned,      (const void **)&surface->settings};
    /* Numbers of tables of this version and of earlier ones. */
    static const uint64_t versions[] = {TABLE_PACKAGES, TABLE_SETTINGS, TABLE_COUNT};
    bool whole = surface->size >= SURFACE_HEADER_SIZE(TABLE_PACKAGES) &&
                 memcmp(header->magic, SURFACE_MAGIC, 8) == 0;
    bool known = false;

    for (size_t i = 0; whole && i < sizeof(versions) / sizeof(versions[0]); i++)
        known = known || header->tables == versions[i];
    if (!known || surface->size < SURFACE_HEADER_SIZE(header->tables))
        return error_set(
            err, -EBADMSG,
            "%s: not a surface of this version: collect it again with 'touchstone abi harvest'",
            what);
    for (size_t i = 0; i < header->tables; i++) {
        uint64_t offset = header->table[i].offset, count = header->table[i].count;

        if (header->size != surface->size || offset % 8 != 0 || offset > surface->size ||
            count > (surface->size - offset) / surface_widths[i])
            return error_set(
                err, -EBADMSG,
                "%s: truncated or damaged surface; collect it again with 'touchstone abi harvest'",
                what);
        surface->counts[i] = count;
        *slots[i] = (const char *)surface->map + offset;
    }
    if (surface->counts[TABLE_STRINGS] == 0 || !tables_fit(surface))
        return error_set(err, -EBADMSG,
                         "%s: damaged surface (an index exceeds its table); collect it again with "
                         "'touchstone abi harvest'",
                         what);
    return 0;
}

int surface_open_memory(void *data, size_t size, const char *what, struct surface **ret_surface,
                        struct error **err)
{
    struct surface *surface = text_calloc(1, sizeof(*surface));
    int code;

    surface->map = data;
    surface->size = size;
    code = place(surface, what, err);
    if (code < 0) {
        surface_close(surface);
        return code;
    }
    *ret_surface = surface;
    return 0;
}

int surface_open(const char *path, struct surface **ret_surface, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct surface *surface;
    struct stat st;
    void *map;
    int code;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set_errno(err, -errno, "cannot open surface '%s'", path);
    if (!S_ISREG(st.st_mode) || st.st_size < (off_t)SURFACE_HEADER_SIZE(TABLE_PACKAGES))
        return error_set(err, -EBADMSG, "'%s' is not a surface file", path);
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (map == MAP_FAILED)
        return error_set_errno(err, -errno, "cannot map '%s'", path);
    surface = text_calloc(1, sizeof(*surface));
    surface->map = map;
    surface->size = (size_t)st.st_size;
    surface->mapped = true;
    code = place(surface, path, err);
    if (code < 0) {
        surface_close(surface);
        return code;
    }
    *ret_surface = surface;
    return 0;
}

void surface_close(struct surface *surface)
{
    if (surface == NULL)
        return;
    if (surface->mapped)
        munmap(surface->map, surface->size);
    else
        free(surface->map);
    free(surface);
}

const char *surface_meta_get(const struct surface *surface, const char *key)
{
    for (uint64_t i = 0; i < surface->counts[TABLE_META]; i++)
        if (strcmp(surface_text(surface, surface->meta[i].key), key) == 0)
            return surface_text(surface, surface->meta[i].value);
    return NULL;
}

uint32_t surface_find_name(const struct surface *surface, const char *name)
{
    uint64_t mask = surface->counts[TABLE_NAME_SLOTS] - 1;
    uint32_t hash = text_hash(name, strlen(name));

    if (surface->counts[TABLE_NAME_SLOTS] == 0)
        return SURFACE_NONE;
    for (uint64_t at = hash & mask; surface->name_slots[at] != 0; at = (at + 1) & mask) {
        const struct surface_name *row = &surface->names[surface->name_slots[at] - 1];

        if (row->hash == hash && strcmp(surface_text(surface, row->text), name) == 0)
            return surface->name_slots[at] - 1;
    }
    return SURFACE_NONE;
}

uint32_t surface_find_path(const struct surface *surface, const char *path, size_t length)
{
    uint64_t mask = surface->counts[TABLE_PATH_SLOTS] - 1;

    if (surface->counts[TABLE_PATH_SLOTS] == 0)
        return SURFACE_NONE;
    for (uint64_t at = text_hash(path, length) & mask; surface->path_slots[at] != 0;
         at = (at + 1) & mask) {
        const char *there = surface_text(surface, surface->paths[surface->path_slots[at] - 1].path);

        if (strncmp(there, path, length) == 0 && there[length] == '\0')
            return surface->path_slots[at] - 1;
    }
    return SURFACE_NONE;
}
