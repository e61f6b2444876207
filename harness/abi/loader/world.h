/* SPDX-License-Identifier: Apache-2.0 */
/* The file system as the loader sees it after the package is installed: the package's files
 * overlaid on the image's. This module finds libraries; closure.h loads programs, bind.h binds
 * symbols. Sources: ld.so(8); glibc elf/dl-load.c, elf/dl-cache.c, elf/dl-hwcaps.c. */
#ifndef TS_ABI_LOADER_WORLD_H
#define TS_ABI_LOADER_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/surface/surface.h"
#include "base/text.h"
#include "base/text_map.h"
#include "base/vec.h"

enum layer { LAYER_PACKAGE, LAYER_IMAGE, LAYER_COUNT };

struct object_ref {
    uint32_t layer, object;
};

/* The result of resolving a path's symbolic links. */
struct place {
    bool found; /* a file exists there */
    bool is_object;
    struct object_ref ref;
};

struct world {
    const struct surface *layers[LAYER_COUNT]; /* the package's layer may be NULL */
    uint16_t machine;                          /* e_machine of the image */
    unsigned glibc_minor;                      /* 36 for 2.36; 0: unknown */
    const char *lib;                           /* value of $LIB */
    const char *platform;                      /* value of $PLATFORM */
    struct strv hwcaps;   /* glibc-hwcaps folders that the CPU supports, best first; also names of
                             world_legacy_names */
    struct strv below;    /* subfolders searched before a folder itself, as "/NAME", in order;
                             empty if no file is in one */
    bool assume_ldconfig; /* search the folders of ld.so.conf as if ldconfig had been run */
    struct strv folders;  /* default folders, in order */
    struct strv conf;     /* folders of ld.so.conf of image and package, in ldconfig's order */
    bool conf_changed;    /* by the package: the image's cache is outdated */
    struct strv conf_unread;    /* files that ld.so.conf includes and whose text is not known */
    struct strv first;          /* folders that are searched before RUNPATH, like LD_LIBRARY_PATH */
    unsigned merged;            /* folders that the image has merged into /usr; see world_path.c */
    struct text_map brought;    /* names that the package brings into folders of ldconfig */
    struct text_map by_soname;  /* SONAME -> an object of the package */
    uint32_t *next_soname;      /* the next object of the package with the same SONAME */
    struct strv object_folders; /* of the package's objects, without links */
    struct text_map cache;      /* library name -> row of the image's cache */
    struct text_map
        found; /* library name -> 1 + index in places, for searches without a path tag */
    struct text_map canonical; /* folder -> index in canonicals */
    struct strv found_names, found_paths, canonicals, canonical_keys;
    VEC(struct place) places;
    uint32_t *names[LAYER_COUNT]; /* symbol name of a layer -> that of the other layer; filled on
                                     demand */
};

/* Names of subfolders that loaders up to 2.36 search on some CPUs; ends with NULL. */
extern const char *const world_legacy_names[];

/* machine 0: the image's own. hwcaps: folders that the target's CPU supports, best first. */
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

/* The path without links, "." and ".."; NULL if it has too many links. Caller frees. */
char *world_canonical(const struct world *world, const char *path);

/* Resolves links across both layers. */
struct place world_resolve(const struct world *world, const char *path);

/* Finds a library in a folder and its hwcaps subfolders, among objects with the class and machine
 * of `like`. ret_path (owned by the caller) is set only if it is found. */
bool world_find_in(struct world *world, const char *folder, const char *name,
                   const struct surface_object *like, struct object_ref *ret, char **ret_path);

/* Searches the cache, then the default folders, or only the cache's part outside them. ret_path
 * points into the world. */
bool world_find_default(struct world *world, const char *name, const struct surface_object *like,
                        bool no_default_folders, struct object_ref *ret, const char **ret_path);

/* Searches the folders in `first`. ret_path is owned by the caller and set only if it is found. */
bool world_find_first(struct world *world, const char *name, const struct surface_object *like,
                      struct object_ref *ret, char **ret_path);

/* world_resolve on the image without the package. */
struct place world_resolve_image(const struct world *world, const char *path);

/* Translates a symbol name of `from` to its ID in `to`, or SURFACE_NONE. */
uint32_t world_translate(struct world *world, enum layer from, enum layer to, uint32_t name);

#endif
