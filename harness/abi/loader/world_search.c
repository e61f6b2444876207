/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a library in the folders of two overlaid surfaces. ldconfig is taken to run after the
 * package is installed: a name that the package brings into one of its folders is looked up in the
 * cache that it then writes, not in the image's. Sources: glibc elf/ldconfig.c (search_dir),
 * elf/cache.c, elf/dl-cache.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/loader/world_path.h"
#include "base/cleanup.h"
#include "base/path.h"

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

/* ret_link: the target, if the file is a link, else NULL. */
static bool find_exactly(struct world *world, const char *folder, const char *name,
                         const struct surface_object *like, struct object_ref *ret,
                         const char **ret_link)
{
    const char *canonical = world_canonical_folder(world, folder);
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", canonical, name);
    const struct surface_path *row;
    struct place place = {0};
    enum layer layer;

    *ret_link = NULL;
    if (length < 0 || (size_t)length >= sizeof(path))
        return false;
    row = world_path_row(world, path, (size_t)length, &layer);
    if (row == NULL)
        return false;
    if (row->kind == PATH_OBJECT) {
        place = (struct place){true, true, {layer, row->value}};
    } else if (row->kind == PATH_LINK) {
        place = world_resolve(world, path);
        *ret_link = surface_text(world->layers[layer], row->value);
    }
    if (!fits(world, place, like))
        return false;
    *ret = place.ref;
    return true;
}

bool world_find_in(struct world *world, const char *folder, const char *name,
                   const struct surface_object *like, struct object_ref *ret, char **ret_path)
{
    const char *link;

    for (size_t i = 0; i < world->below.count; i++) {
        _cleanup_free_ char *below = text_format("%s%s", folder, world->below.items[i]);

        if (find_exactly(world, below, name, like, ret, &link)) {
            *ret_path = text_format("%s/%s", below, name);
            return true;
        }
    }
    if (!find_exactly(world, folder, name, like, ret, &link))
        return false;
    *ret_path = text_format("%s/%s", folder, name);
    return true;
}

static bool find_in_list(struct world *world, const struct strv *folders, const char *name,
                         const struct surface_object *like, struct place *place, char **path)
{
    for (size_t i = 0; i < folders->count; i++)
        if (world_find_in(world, folders->items[i], name, like, &place->ref, path))
            return place->found = true;
    return false;
}

static bool is_default_folder(const struct world *world, const char *path)
{
    const char *slash = strrchr(path, '/');

    for (size_t i = 0; i < world->folders.count; i++)
        if (strlen(world->folders.items[i]) == (size_t)(slash - path) &&
            text_starts(path, world->folders.items[i]))
            return true;
    return false;
}

static bool find_in_cache(struct world *world, const char *name, const struct surface_object *like,
                          struct place *place, char **path)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    uint32_t row = text_map_get(&world->cache, name);
    const char *cached;

    if (row == TEXT_MAP_NONE)
        return false;
    cached = surface_text(image, image->cache[row].path);
    *place = world_resolve(world, cached);
    if (!fits(world, *place, like))
        return false;
    *path = text_dup(cached);
    return true;
}

/* Of the package's files in this folder with this SONAME, the one of the highest version: ldconfig
 * makes a link with that name to it, unless an existing one leads to a higher version. */
static bool find_linked(struct world *world, const char *folder, const char *name,
                        const struct surface_object *like, const char *link, struct object_ref *ret)
{
    const struct surface *package = world->layers[LAYER_PACKAGE];
    const char *canonical = world_canonical_folder(world, folder), *best = link;
    uint32_t i = text_map_get(&world->by_soname, name);

    for (; i != TEXT_MAP_NONE; i = world->next_soname[i]) {
        const char *path = surface_text(package, package->objects[i].path);
        struct place place = {true, true, {LAYER_PACKAGE, i}};

        if (strcmp(world->object_folders.items[i], canonical) != 0 ||
            (best != NULL && strverscmp(path_base(path), best) <= 0) || !fits(world, place, like))
            continue;
        best = path_base(path);
        *ret = place.ref;
    }
    return best != link;
}

static bool find_as_linked(struct world *world, const char *folder, const char *name,
                           const struct surface_object *like, struct place *place, char **path)
{
    const char *target;
    bool there = find_exactly(world, folder, name, like, &place->ref, &target);

    /* What leads to another folder counts by its own name. */
    if (target != NULL)
        target = strchr(target, '/') == NULL ? target : name;
    if (!there || target != NULL)
        there |= find_linked(world, folder, name, like, target, &place->ref);
    if (!there)
        return false;
    *path = text_format("%s/%s", folder, name);
    return place->found = true;
}

/* elf/dl-cache.h: _dl_is_dso */
static bool is_cached(const char *name)
{
    return (text_starts(name, "lib") || text_starts(name, "ld")) && strstr(name, ".so") != NULL;
}

/* In the cache, a build for the CPU precedes the general one, in whichever folders they are. */
static bool find_in_new_cache(struct world *world, const char *name,
                              const struct surface_object *like, struct place *place, char **path)
{
    const struct strv *lists[] = {&world->conf, &world->folders};

    if (!is_cached(name))
        return false;
    for (size_t h = 0; h <= world->below.count; h++)
        for (size_t l = 0; l < 2; l++)
            for (size_t i = 0; i < lists[l]->count; i++) {
                _cleanup_free_ char *below =
                    text_format("%s%s", lists[l]->items[i],
                                h < world->below.count ? world->below.items[h] : "");

                if (find_as_linked(world, below, name, like, place, path))
                    return true;
            }
    return false;
}

static bool is_brought(const struct world *world, const char *name)
{
    return world->conf_changed || text_map_get(&world->brought, name) != TEXT_MAP_NONE;
}

static bool search_default(struct world *world, const char *name, const struct surface_object *like,
                           bool no_default_folders, struct place *place, char **path)
{
    bool cached;

    *place = (struct place){0};
    if (world->assume_ldconfig)
        cached = (is_brought(world, name) && find_in_new_cache(world, name, like, place, path)) ||
                 find_in_cache(world, name, like, place, path) ||
                 find_in_new_cache(world, name, like, place, path);
    else
        cached = find_in_cache(world, name, like, place, path);
    if (cached && !(no_default_folders && is_default_folder(world, *path)))
        return true;
    if (cached)
        free(*path);
    *path = NULL;
    return place->found =
               !no_default_folders && find_in_list(world, &world->folders, name, like, place, path);
}

bool world_find_first(struct world *world, const char *name, const struct surface_object *like,
                      struct object_ref *ret, char **ret_path)
{
    struct place place;

    if (!find_in_list(world, &world->first, name, like, &place, ret_path))
        return false;
    *ret = place.ref;
    return true;
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
