/* SPDX-License-Identifier: Apache-2.0 */
/* Finds libraries in two overlaid surfaces. */
#include "abi/loader/world.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/loader/world_path.h"
#include "base/cleanup.h"
#include "base/path.h"

#define NOT_ASKED (UINT32_MAX - 1)

/* _DL_CACHE_DEFAULT_ID in glibc's sysdeps/…/dl-cache.h */
static uint32_t cache_flags(uint16_t machine)
{
    return machine == EM_X86_64 ? 0x0303 : machine == EM_AARCH64 ? 0x0a03 : 0x0003;
}

static uint32_t rank_of(const struct world *world, const char *hwcaps)
{
    if (*hwcaps == '\0')
        return 1000;
    for (size_t i = 0; i < world->hwcaps.count; i++)
        if (strcmp(world->hwcaps.items[i], hwcaps) == 0)
            return (uint32_t)i;
    return SURFACE_NONE; /* not supported by this CPU */
}

static void index_cache(struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    _cleanup_free_ uint32_t *best = text_calloc(image->counts[TABLE_CACHE], sizeof(*best));

    for (uint32_t i = 0; i < image->counts[TABLE_CACHE]; i++) {
        const struct surface_cache *row = &image->cache[i];
        const char *name = surface_text(image, row->name);
        uint32_t rank = rank_of(world, surface_text(image, row->hwcaps)), there;

        if (rank == SURFACE_NONE || row->flags != cache_flags(world->machine))
            continue;
        there = text_map_get(&world->cache, name);
        if (there == TEXT_MAP_NONE) {
            text_map_put(&world->cache, name, i);
            best[i] = i;
        } else if (rank < rank_of(world, surface_text(image, image->cache[best[there]].hwcaps))) {
            best[there] = i;
        }
    }
    for (size_t s = 0; world->cache.count > 0 && s <= world->cache.mask; s++)
        if (world->cache.slots[s].key != NULL)
            world->cache.slots[s].value = best[world->cache.slots[s].value];
}

static void add_strings(struct strv *to, const struct surface *surface, const uint32_t *strings,
                        uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (!strv_has(to, surface_text(surface, strings[i])))
            strv_add(to, surface_text(surface, strings[i]));
}

static bool any_hwcaps(const struct surface *surface)
{
    for (uint64_t i = 0; surface != NULL && i < surface->counts[TABLE_PATHS]; i++)
        if (strstr(surface_text(surface, surface->paths[i].path), "/glibc-hwcaps/") != NULL)
            return true;
    return false;
}

static uint16_t machine_of(const char *name)
{
    return name == NULL                   ? 0
           : strcmp(name, "x86_64") == 0  ? EM_X86_64
           : strcmp(name, "aarch64") == 0 ? EM_AARCH64
                                          : 0;
}

static void set_defaults(struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    const char *glibc = surface_meta_get(image, "glibc");
    bool multiarch = false;
    unsigned minor;

    world->machine = machine_of(surface_meta_get(image, "machine"));
    if (glibc != NULL && sscanf(glibc, "2.%u", &minor) == 1)
        world->glibc_minor = minor;
    add_strings(&world->folders, image, image->folders, image->counts[TABLE_FOLDERS]);
    if (world->folders.count == 0) {
        strv_add(&world->folders, "/lib64");
        strv_add(&world->folders, "/usr/lib64");
    }
    for (size_t i = 0; i < world->folders.count; i++)
        multiarch |= strstr(world->folders.items[i], "-linux-gnu") != NULL;
    if (world->machine == EM_AARCH64) {
        world->lib = multiarch ? "lib/aarch64-linux-gnu" : "lib64";
        world->platform = "aarch64";
    } else {
        world->lib = multiarch ? "lib/x86_64-linux-gnu" : "lib64";
        world->platform = "x86_64";
    }
}

/* The file in ld.so.conf.d that names a folder; "" if ld.so.conf does or it is unknown. */
static const char *conf_file(const struct surface *surface, const char *folder)
{
    _cleanup_free_ char *key = text_format("conf-file:%s", folder);
    const char *file = surface_meta_get(surface, key);

    return file != NULL ? path_base(file) : "";
}

/* Merges the package's folders with the image's in the order of their files: ldconfig(8) reads
 * those by name. If a surface does not record the files, the package's come first. */
static void place_conf(struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    const struct surface *package = world->layers[LAYER_PACKAGE];
    _cleanup_strv_ struct strv theirs = {0};
    size_t next = 0;

    for (uint64_t i = 0; i < package->counts[TABLE_CONF]; i++) {
        const char *folder = surface_text(package, package->conf[i]);
        const char *file = conf_file(package, folder);

        while (next < image->counts[TABLE_CONF] &&
               strcmp(conf_file(image, surface_text(image, image->conf[next])), file) <= 0)
            add_strings(&theirs, image, &image->conf[next++], 1);
        if (!strv_has(&theirs, folder))
            strv_add(&theirs, folder);
    }
    add_strings(&theirs, image, &image->conf[next], image->counts[TABLE_CONF] - next);
    strv_copy(&world->conf, &theirs);
    world->conf_first = true;
}

void world_search_first(struct world *world, const struct strv *folders)
{
    struct strv all = {0};

    if (folders->count == 0)
        return;
    strv_copy(&all, folders);
    strv_copy(&all, &world->conf);
    strv_done(&world->conf);
    world->conf = all;
    world->conf_first = true;
}

void world_init(struct world *world, const struct surface *package, const struct surface *image,
                const struct strv *hwcaps, bool assume_ldconfig)
{
    memset(world, 0, sizeof(*world));
    world->layers[LAYER_PACKAGE] = package;
    world->layers[LAYER_IMAGE] = image;
    world->assume_ldconfig = assume_ldconfig;
    set_defaults(world);
    /* Loaders before 2.33 do not support glibc-hwcaps folders. */
    if (hwcaps != NULL && (world->glibc_minor == 0 || world->glibc_minor >= 33))
        strv_copy(&world->hwcaps, hwcaps);
    world->has_hwcaps = world->hwcaps.count > 0 && (any_hwcaps(package) || any_hwcaps(image));
    if (package != NULL && package->counts[TABLE_CONF] > 0)
        place_conf(world);
    else
        add_strings(&world->conf, image, image->conf, image->counts[TABLE_CONF]);
    index_cache(world);
    for (size_t l = 0; l < LAYER_COUNT; l++) {
        uint64_t names = world->layers[l] != NULL ? world->layers[l]->counts[TABLE_NAMES] : 0;

        world->names[l] = text_calloc(names, sizeof(uint32_t));
        for (uint64_t i = 0; i < names; i++)
            world->names[l][i] = NOT_ASKED;
    }
}

void world_done(struct world *world)
{
    strv_done(&world->hwcaps);
    strv_done(&world->folders);
    strv_done(&world->conf);
    strv_done(&world->found_names);
    strv_done(&world->found_paths);
    strv_done(&world->canonicals);
    strv_done(&world->canonical_keys);
    text_map_done(&world->cache);
    text_map_done(&world->found);
    text_map_done(&world->canonical);
    vec_done(&world->places);
    for (size_t l = 0; l < LAYER_COUNT; l++)
        free(world->names[l]);
}

uint32_t world_translate(struct world *world, enum layer from, enum layer to, uint32_t name)
{
    uint32_t *slot = &world->names[from][name];

    if (from == to)
        return name;
    if (world->layers[to] == NULL)
        return SURFACE_NONE;
    if (*slot == NOT_ASKED)
        *slot = surface_find_name(
            world->layers[to],
            surface_text(world->layers[from], world->layers[from]->names[name].text));
    return *slot;
}

/* dl-load.c: files of another class or machine, and missing files, are skipped. */
static bool fits(const struct world *world, struct place place, const struct surface_object *like)
{
    const struct surface_object *object;

    if (!place.is_object)
        return false;
    object = world_object(world, place.ref);
    return object->machine == like->machine && ((object->flags ^ like->flags) & OBJECT_64) == 0 &&
           (object->flags & OBJECT_STATIC) == 0;
}

static bool find_exactly(struct world *world, const char *folder, const char *name,
                         const struct surface_object *like, struct object_ref *ret)
{
    const char *canonical = world_canonical_folder(world, folder);
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", canonical, name);
    const struct surface_path *row;
    struct place place = {0};
    enum layer layer;

    if (length < 0 || (size_t)length >= sizeof(path))
        return false;
    row = world_path_row(world, path, (size_t)length, &layer);
    if (row == NULL)
        return false;
    if (row->kind == PATH_OBJECT)
        place = (struct place){true, true, {layer, row->value}};
    else if (row->kind == PATH_LINK)
        place = world_resolve(world, path);
    if (!fits(world, place, like))
        return false;
    *ret = place.ref;
    return true;
}

bool world_find_in(struct world *world, const char *folder, const char *name,
                   const struct surface_object *like, struct object_ref *ret, char **ret_path)
{
    for (size_t i = 0; world->has_hwcaps && i < world->hwcaps.count; i++) {
        _cleanup_free_ char *below =
            text_format("%s/glibc-hwcaps/%s", folder, world->hwcaps.items[i]);

        if (find_exactly(world, below, name, like, ret)) {
            *ret_path = text_format("%s/%s", below, name);
            return true;
        }
    }
    if (!find_exactly(world, folder, name, like, ret))
        return false;
    *ret_path = text_format("%s/%s", folder, name);
    return true;
}

static bool find_in_cache(struct world *world, const char *name, const struct surface_object *like,
                          bool no_default_folders, struct place *place, char **path)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    uint32_t row = text_map_get(&world->cache, name);
    const char *cached;

    if (row == TEXT_MAP_NONE)
        return false;
    cached = surface_text(image, image->cache[row].path);
    for (size_t i = 0; no_default_folders && i < world->folders.count; i++)
        if (text_starts(cached, world->folders.items[i]) &&
            strchr(cached + strlen(world->folders.items[i]) + 1, '/') == NULL)
            return false;
    *place = world_resolve(world, cached);
    if (!fits(world, *place, like))
        return false;
    *path = text_dup(cached);
    return true;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/' &&
           strchr(path + length + 1, '/') == NULL;
}

/* ldconfig creates a link with a library's SONAME beside it. */
static bool find_linked(struct world *world, const char *folder, const char *name,
                        const struct surface_object *like, struct object_ref *ret, char **ret_path)
{
    const struct surface *package = world->layers[LAYER_PACKAGE];
    const char *canonical = world_canonical_folder(world, folder);
    const char *other = world_package_spelling(world, canonical);

    for (uint32_t i = 0; package != NULL && i < package->counts[TABLE_OBJECTS]; i++) {
        const char *path = surface_text(package, package->objects[i].path);
        struct place place = {true, true, {LAYER_PACKAGE, i}};

        if (strcmp(surface_text(package, package->objects[i].soname), name) != 0 ||
            !(is_below(path, canonical) || (other != NULL && is_below(path, other))) ||
            !fits(world, place, like))
            continue;
        *ret = place.ref;
        *ret_path = text_format("%s/%s", folder, name);
        return true;
    }
    return false;
}

static bool find_in_folders(struct world *world, const struct strv *folders, const char *name,
                            const struct surface_object *like, struct place *place, char **path)
{
    for (size_t i = 0; i < folders->count; i++)
        if (world_find_in(world, folders->items[i], name, like, &place->ref, path) ||
            (world->assume_ldconfig &&
             find_linked(world, folders->items[i], name, like, &place->ref, path)))
            return place->found = true;
    return false;
}

static bool search_default(struct world *world, const char *name, const struct surface_object *like,
                           bool no_default_folders, struct place *place, char **path)
{
    *place = (struct place){0};
    if (world->assume_ldconfig && world->conf_first &&
        find_in_folders(world, &world->conf, name, like, place, path))
        return true;
    if (find_in_cache(world, name, like, no_default_folders, place, path))
        return true;
    if (world->assume_ldconfig && !world->conf_first &&
        find_in_folders(world, &world->conf, name, like, place, path))
        return true;
    return !no_default_folders && find_in_folders(world, &world->folders, name, like, place, path);
}

bool world_find_default(struct world *world, const char *name, const struct surface_object *like,
                        bool no_default_folders, struct object_ref *ret, const char **ret_path)
{
    bool usual =
        !no_default_folders && like->machine == world->machine && (like->flags & OBJECT_64) != 0;
    uint32_t at = usual ? text_map_get(&world->found, name) : TEXT_MAP_NONE;
    struct place place;
    char *path = NULL;

    if (at == TEXT_MAP_NONE) {
        place.found = search_default(world, name, like, no_default_folders, &place, &path);
        strv_add(&world->found_names, name);
        strv_take(&world->found_paths, path != NULL ? path : text_dup(""));
        *vec_add(&world->places) = place;
        at = (uint32_t)world->places.count - 1;
        if (usual)
            text_map_put(&world->found, world->found_names.items[at], at);
    }
    if (!world->places.items[at].found)
        return false;
    *ret = world->places.items[at].ref;
    *ret_path = world->found_paths.items[at];
    return true;
}
