/* SPDX-License-Identifier: Apache-2.0 */
/* Finds libraries in two overlaid surfaces. */
#include "abi/loader/world.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/loader/world_below.h"
#include "abi/loader/world_conf.h"
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
    for (uint64_t i = 0; i < image->counts[TABLE_FOLDERS]; i++)
        strv_add(&world->folders, surface_text(image, image->folders[i]));
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

static bool is_searched(struct world *world, const char *folder)
{
    for (size_t l = 0; l < 2; l++) {
        const struct strv *list = l == 0 ? &world->conf : &world->folders;

        for (size_t i = 0; i < list->count; i++)
            if (strcmp(world_canonical_folder(world, list->items[i]), folder) == 0)
                return true;
    }
    return false;
}

/* The folder of a package's file, without links where the package manager follows them. */
static char *installed_folder(struct world *world, const char *path)
{
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(path_base(path) - path - 1));

    return text_dup(world->merged != 0 ? world_canonical_folder(world, folder) : folder);
}

static void index_brought(struct world *world)
{
    const struct surface *package = world->layers[LAYER_PACKAGE];

    for (uint32_t i = 0; i < package->counts[TABLE_PATHS]; i++) {
        const struct surface_path *row = &package->paths[i];
        const char *path = surface_text(package, row->path);
        _cleanup_free_ char *folder = NULL;

        if ((row->kind != PATH_OBJECT && row->kind != PATH_LINK) || strchr(path, '!') != NULL)
            continue;
        folder = installed_folder(world, path);
        world_cut_below(world, folder);
        if (!is_searched(world, folder))
            continue;
        text_map_put(&world->brought, path_base(path), i);
        if (row->kind == PATH_OBJECT && package->objects[row->value].soname != 0)
            text_map_put(&world->brought,
                         surface_text(package, package->objects[row->value].soname), i);
    }
}

static void index_sonames(struct world *world)
{
    const struct surface *package = world->layers[LAYER_PACKAGE];

    world->next_soname = text_calloc(package->counts[TABLE_OBJECTS], sizeof(*world->next_soname));
    for (uint32_t i = 0; i < package->counts[TABLE_OBJECTS]; i++) {
        const char *soname = surface_text(package, package->objects[i].soname);
        uint32_t there = text_map_get(&world->by_soname, soname);

        strv_take(&world->object_folders,
                  installed_folder(world, surface_text(package, package->objects[i].path)));
        world->next_soname[i] = there != TEXT_MAP_NONE ? world->next_soname[there] : TEXT_MAP_NONE;
        if (there != TEXT_MAP_NONE)
            world->next_soname[there] = i;
        else
            text_map_put(&world->by_soname, soname, i);
    }
}

void world_init(struct world *world, const struct surface *package, const struct surface *image,
                const struct strv *hwcaps, bool assume_ldconfig)
{
    memset(world, 0, sizeof(*world));
    world->layers[LAYER_PACKAGE] = package;
    world->layers[LAYER_IMAGE] = image;
    world->assume_ldconfig = assume_ldconfig;
    set_defaults(world);
    if (hwcaps != NULL)
        strv_copy(&world->hwcaps, hwcaps);
    world_list_below(world);
    world_read_conf(world);
    index_cache(world);
    world_find_merged(world);
    if (package != NULL) {
        index_sonames(world);
        index_brought(world);
    }
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
    strv_done(&world->below);
    strv_done(&world->folders);
    strv_done(&world->conf);
    strv_done(&world->conf_unread);
    strv_done(&world->first);
    strv_done(&world->object_folders);
    text_map_done(&world->brought);
    text_map_done(&world->by_soname);
    free(world->next_soname);
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
