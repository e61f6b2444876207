/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the loader would see on the target once the package is installed there: the package's files
 * over the image's. Finding a library is here; loading a program is closure.h, binding bind.h.
 * Sources: ld.so(8); glibc elf/dl-load.c, elf/dl-cache.c, elf/dl-hwcaps.c.
 */
#ifndef TS_ABI_LOADER_WORLD_H
#define TS_ABI_LOADER_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/surface/surface.h"
#include "abi/surface/text_map.h"
#include "base/text.h"
#include "base/vec.h"

enum layer { LAYER_PACKAGE, LAYER_IMAGE, LAYER_COUNT };

struct object_ref {
    uint32_t layer, object;
};

/* Where a path ends after its links. */
struct place {
    bool found; /* a file is there */
    bool is_object;
    struct object_ref ref;
};

struct world {
    const struct surface *layers[LAYER_COUNT]; /* the package may be NULL */
    uint16_t machine;                          /* e_machine of the image */
    unsigned glibc_minor;                      /* 36 for 2.36; 0: not known */
    const char *lib;                           /* $LIB */
    const char *platform;                      /* $PLATFORM */
    struct strv hwcaps;                        /* glibc-hwcaps folders this CPU takes, best first */
    bool has_hwcaps;                           /* any path holds a glibc-hwcaps folder */
    bool assume_ldconfig;      /* folders of ld.so.conf are searched as if ldconfig had run */
    struct strv folders;       /* default folders, in order */
    struct strv conf;          /* folders of ld.so.conf, image's and package's, as ldconfig reads */
    bool conf_first;           /* the package's own are among them: the image's cache is old */
    struct text_map cache;     /* library name -> row of the image's cache */
    struct text_map found;     /* library name -> 1 + index in places: search without a path tag */
    struct text_map canonical; /* folder -> index in canonicals */
    struct strv found_names, found_paths, canonicals, canonical_keys;
    VEC(struct place) places;
    uint32_t *names[LAYER_COUNT]; /* symbol name of a layer -> the other layer's, lazily */
};

/* machine 0: the image's own. Hwcaps as the CPU of the target takes them, best first. */
void world_init(struct world *world, const struct surface *package, const struct surface *image,
                const struct strv *hwcaps, bool assume_ldconfig);
void world_done(struct world *world);

static inline const struct surface_object *world_object(const struct world *world,
                                                        struct object_ref ref)
{
    return &world->layers[ref.layer]->objects[ref.object];
}
static inline const char *world_text(const struct world *world, struct object_ref ref,
                                     uint32_t string)
{
    return surface_text(world->layers[ref.layer], string);
}

/* Follows links over both layers. */
struct place world_resolve(const struct world *world, const char *path);

/* One library below one folder, with its hwcaps folders: objects of the class and machine of like.
 * ret_path (owned by the caller) is set only when found. */
bool world_find_in(struct world *world, const char *folder, const char *name,
                   const struct surface_object *like, struct object_ref *ret, char **ret_path);

/* Cache, then default folders. ret_path is borrowed from the world. */
bool world_find_default(struct world *world, const char *name, const struct surface_object *like,
                        bool no_default_folders, struct object_ref *ret, const char **ret_path);

/* Folders that are searched before those of ld.so.conf, as LD_LIBRARY_PATH has it. Before the first
 * search. */
void world_search_first(struct world *world, const struct strv *folders);

/* world_resolve on the image as it was before the package. */
struct place world_resolve_image(const struct world *world, const char *path);

/* The id in `to` of a symbol name of `from`, or SURFACE_NONE. */
uint32_t world_translate(struct world *world, enum layer from, enum layer to, uint32_t name);

#endif
