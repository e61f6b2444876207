/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves paths and their links in two overlaid surfaces. */
#include "abi/loader/world_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define LINKS_MAX 40

/* The folders that distributions have merged into those of /usr. */
static const char *const mergeable[] = {"/lib", "/lib64", "/lib32", "/libx32", "/bin", "/sbin"};

void world_find_merged(struct world *world)
{
    const struct surface *image = world->layers[LAYER_IMAGE];
    const struct surface *package = world->layers[LAYER_PACKAGE];

    if (package == NULL)
        return;
    for (size_t i = 0; i < sizeof(mergeable) / sizeof(mergeable[0]); i++) {
        const char *folder = mergeable[i], *target;
        uint32_t row = surface_find_path(image, folder, strlen(folder));

        if (row == SURFACE_NONE || image->paths[row].kind != PATH_LINK)
            continue;
        target = surface_text(image, image->paths[row].value);
        target += *target == '/';
        if (text_starts(target, "usr/") && strcmp(target + 3, folder) == 0)
            world->merged |= 1u << i;
    }
}

/* The package's spelling of a path without links, a part of `path`; NULL: there is no other. */
static const char *package_spelling(const struct world *world, const char *path)
{
    for (size_t i = 0; world->merged != 0 && i < sizeof(mergeable) / sizeof(mergeable[0]); i++) {
        size_t length = strlen(mergeable[i]);

        if ((world->merged & 1u << i) != 0 && text_starts(path, "/usr/") &&
            strncmp(path + 4, mergeable[i], length) == 0 && path[4 + length] == '/')
            return path + 4;
    }
    return NULL;
}

static uint32_t find_path(const struct world *world, enum layer layer, const char *path,
                          size_t length)
{
    uint32_t row = surface_find_path(world->layers[layer], path, length);
    const char *other = row == SURFACE_NONE && layer == LAYER_PACKAGE && length > 4
                            ? package_spelling(world, path)
                            : NULL;

    return other != NULL ? surface_find_path(world->layers[layer], other, length - 4) : row;
}

const struct surface_path *world_path_row(const struct world *world, const char *path,
                                          size_t length, enum layer *ret_layer)
{
    for (size_t l = 0; l < LAYER_COUNT; l++) {
        uint32_t row;

        if (world->layers[l] == NULL)
            continue;
        row = find_path(world, l, path, length);
        if (row != SURFACE_NONE) {
            *ret_layer = l;
            return &world->layers[l]->paths[row];
        }
    }
    return NULL;
}

char *world_canonical(const struct world *world, const char *path)
{
    _cleanup_free_ char *rest = text_dup(path);
    _cleanup_buffer_ struct buffer done = {0};
    char *next = rest;
    int links = 0;

    buffer_add(&done, "", 0);
    while (*next != '\0') {
        size_t part = strcspn(next, "/"), before = done.length;
        const struct surface_path *row;
        enum layer layer;
        char *more;

        if (part == 0 || (part == 1 && next[0] == '.')) {
            next += part + (next[part] == '/');
            continue;
        }
        if (part == 2 && next[0] == '.' && next[1] == '.') {
            char *slash = strrchr(done.data, '/');

            done.length = slash != NULL ? (size_t)(slash - done.data) : 0;
            done.data[done.length] = '\0';
            next += part + (next[part] == '/');
            continue;
        }
        buffer_add(&done, "/", 1);
        buffer_add(&done, next, part);
        next += part + (next[part] == '/');
        row = world_path_row(world, done.data, done.length, &layer);
        if (row == NULL || row->kind != PATH_LINK)
            continue;
        if (++links > LINKS_MAX)
            return NULL;
        more = text_format("%s/%s", surface_text(world->layers[layer], row->value), next);
        done.length = more[0] == '/' ? 0 : before;
        done.data[done.length] = '\0';
        free(rest);
        rest = next = more;
    }
    return buffer_steal(&done);
}

static struct place place_of(const struct world *world, const char *canonical)
{
    struct place place = {0};
    enum layer layer;
    const struct surface_path *row = world_path_row(world, canonical, strlen(canonical), &layer);

    if (row == NULL || (row->kind != PATH_OBJECT && row->kind != PATH_FILE))
        return place;
    place.found = true;
    place.is_object = row->kind == PATH_OBJECT;
    if (place.is_object)
        place.ref = (struct object_ref){layer, row->value};
    return place;
}

struct place world_resolve(const struct world *world, const char *path)
{
    _cleanup_free_ char *canonical = world_canonical(world, path);

    return canonical != NULL ? place_of(world, canonical) : (struct place){0};
}

struct place world_resolve_image(const struct world *world, const char *path)
{
    struct world image = {.layers = {[LAYER_IMAGE] = world->layers[LAYER_IMAGE]}};

    return world_resolve(&image, path);
}

const char *world_canonical_folder(struct world *world, const char *folder)
{
    uint32_t at = text_map_get(&world->canonical, folder);
    char *canonical;

    if (at != TEXT_MAP_NONE)
        return world->canonicals.items[at];
    canonical = world_canonical(world, folder);
    strv_add(&world->canonical_keys, folder);
    strv_take(&world->canonicals, canonical != NULL ? canonical : text_dup("/"));
    text_map_put(&world->canonical, world->canonical_keys.items[world->canonical_keys.count - 1],
                 (uint32_t)world->canonicals.count - 1);
    return world->canonicals.items[world->canonicals.count - 1];
}
