/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that the loader maps for a program or library, in its order: breadth first over
 * DT_NEEDED. Source: glibc elf/dl-deps.c, elf/dl-load.c (_dl_map_object), elf/dl-version.c. */
#ifndef TS_ABI_LOADER_CLOSURE_H
#define TS_ABI_LOADER_CLOSURE_H

#include "abi/loader/world.h"

#define CLOSURE_MAX 4096

struct loaded {
    struct object_ref ref;
    const char *name; /* as requested; points into a surface */
    char *path;       /* as opened by the loader; owned */
    uint32_t loader;  /* index of the object that requested it first */
    bool usual;       /* found in a folder of the system, not along RPATH or RUNPATH */
};

struct missing_library {
    const char *name;
    uint32_t by; /* index in `loaded` */
};

/* A required version that the named file does not define. */
struct missing_version {
    const char *file, *version;
    uint32_t by;
    uint32_t provider; /* index in `loaded`; SURFACE_NONE: that file is not loaded at all */
    bool weak;         /* the loader ignores it */
    bool unversioned;  /* the provider defines no versions at all: the loader warns and binds */
};

struct missing_symbol {
    const char *name, *version, *file; /* version and file may be NULL */
    uint32_t by;
    bool lazy; /* referenced by JUMP_SLOT only: the program starts without it */
};

/* A symbol that is bound, but not as it was linked. */
struct odd_binding {
    const char *name;
    uint32_t by, provider;
    uint32_t size_here, size_there; /* for COPY relocations */
    bool aborts; /* the provider has no versions and is the named file: the loader fails an
                    assertion (exit code 127) */
};

struct closure {
    struct world *world;
    VEC(struct loaded) loaded;
    VEC(struct missing_library) libraries;
    VEC(struct missing_version) versions;
    VEC(struct missing_symbol) symbols;
    VEC(struct odd_binding) copies, unversioned, interposed;
    VEC(const char *) unread; /* symbols of missing libraries; see bind.c */
    struct text_map names;    /* every name and SONAME under which an object is loaded */
    struct place interpreter; /* the loader itself, which is mapped before all dependencies */
    const char *interpreter_path;
    uint16_t *position[LAYER_COUNT]; /* for each object, 1 + index in `loaded`; compact for cache
                                        efficiency */
    const struct strv *preloads; /* names that are loaded after the program; NULL: none. Set by the
                                    caller */
    bool secure; /* the program runs with more privileges than its user (AT_SECURE): $ORIGIN and
                    the environment are ignored. Set by the caller */
    bool cut;    /* CLOSURE_MAX was reached */
};

void closure_init(struct closure *closure, struct world *world);
void closure_done(struct closure *closure);

/* Loads ref, which the loader opens as `path`, what is preloaded (if it is there and fits, else the
 * loader only warns), and all dependencies. Clears earlier content. */
void closure_load(struct closure *closure, struct object_ref ref, const char *path);

/* Check required versions, then symbols, of everything that was loaded. Defined in bind.c. */
void closure_check_versions(struct closure *closure);
void closure_bind(struct closure *closure);

/* Index in `loaded` of the object with this name, or SURFACE_NONE. */
uint32_t closure_find(const struct closure *closure, const char *name);

#endif
