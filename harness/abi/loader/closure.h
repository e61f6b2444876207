/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that the loader maps for one program or library, in its order: breadth first over
 * DT_NEEDED. Source: glibc elf/dl-deps.c, elf/dl-load.c (_dl_map_object), elf/dl-version.c.
 */
#ifndef TS_ABI_LOADER_CLOSURE_H
#define TS_ABI_LOADER_CLOSURE_H

#include "abi/loader/world.h"

#define CLOSURE_MAX 4096

struct loaded {
    struct object_ref ref;
    const char *name; /* as it was asked for; borrowed from a surface */
    char *path;       /* as the loader opened it; owned */
    uint32_t loader;  /* index of who asked first */
};

struct missing_library {
    const char *name;
    uint32_t by; /* index in loaded */
};

/* A version need that the file it names does not meet. */
struct missing_version {
    const char *file, *version;
    uint32_t by;
    uint32_t provider; /* index in loaded; SURFACE_NONE: that file is not loaded at all */
    bool weak;         /* the loader lets it pass */
    bool unversioned;  /* the provider defines no versions at all: a warning, it binds */
};

struct missing_symbol {
    const char *name, *version, *file; /* version and file may be NULL */
    uint32_t by;
    bool lazy; /* only JUMP_SLOT refers to it: the program starts without */
};

/* Bound, but not as it was linked. */
struct odd_binding {
    const char *name;
    uint32_t by, provider;
    uint32_t size_here, size_there; /* COPY */
    bool aborts; /* the provider has no versions and is the file that was named: assertion, 127 */
};

struct closure {
    struct world *world;
    VEC(struct loaded) loaded;
    VEC(struct missing_library) libraries;
    VEC(struct missing_version) versions;
    VEC(struct missing_symbol) symbols;
    VEC(struct odd_binding) copies, unversioned, interposed;
    VEC(const char *) unread; /* symbols of missing libraries; see bind.c */
    struct text_map names;    /* every name and SONAME that finds a loaded object */
    struct place interpreter; /* the loader that runs: it is there before all that is needed */
    const char *interpreter_path;
    uint16_t *position[LAYER_COUNT]; /* object -> 1 + index in loaded; small, for the cache */
    bool cut;                        /* CLOSURE_MAX was reached */
};

void closure_init(struct closure *closure, struct world *world);
void closure_done(struct closure *closure);

/* Loads ref, known to the loader by path, and everything it needs. Clears what was there. */
void closure_load(struct closure *closure, struct object_ref ref, const char *path);

/* Version needs, then symbols, of all that was loaded. In bind.c. */
void closure_check_versions(struct closure *closure);
void closure_bind(struct closure *closure);

/* Index in loaded of the object that answers to this name, or SURFACE_NONE. */
uint32_t closure_find(const struct closure *closure, const char *name);

#endif
