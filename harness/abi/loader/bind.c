/* SPDX-License-Identifier: Apache-2.0 */
/* Checks required versions and symbols of everything loaded. Sources: glibc elf/dl-version.c
 * (match_symbol) and elf/dl-lookup.c (check_match, do_lookup_x), whose function names are used in
 * comments. */
#include <string.h>

#include "abi/elf/file.h"
#include "abi/loader/closure.h"

/* True if two versions have the same name. Within a surface a string is stored once. */
static bool same_name(const struct surface *surface, const struct surface_version *version,
                      const struct surface *other_surface, const struct surface_version *other)
{
    if (surface == other_surface)
        return version->name == other->name;
    return strcmp(surface_text(surface, version->name), surface_text(other_surface, other->name)) ==
           0;
}

static bool defines_version(const struct surface *surface, const struct surface_object *object,
                            const struct surface *wanting, const struct surface_version *wanted)
{
    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];

        if (version->file == 0 && same_name(surface, version, wanting, wanted))
            return true;
    }
    return false;
}

/* A missing library has been reported already, so its versions are not. */
static bool is_missing(const struct closure *closure, const char *file)
{
    vec_foreach (missing, &closure->libraries)
        if (strcmp(missing->name, file) == 0)
            return true;
    return false;
}

static void check_need(struct closure *closure, uint32_t by, const struct surface *wanting,
                       const struct surface_version *wanted)
{
    const char *file = surface_text(wanting, wanted->file);
    uint32_t provider = closure_find(closure, file);
    struct missing_version missing = {
        .file = file,
        .version = surface_text(wanting, wanted->name),
        .by = by,
        .provider = provider,
        .weak = (wanted->flags & VERSION_WEAK) != 0,
    };

    if (provider != SURFACE_NONE) {
        struct object_ref ref = closure->loaded.items[provider].ref;
        const struct surface *surface = closure->world->layers[ref.layer];
        const struct surface_object *object = &surface->objects[ref.object];

        missing.unversioned = (object->flags & OBJECT_VERDEF) == 0;
        if (!missing.unversioned && defines_version(surface, object, wanting, wanted))
            return;
    } else if (is_missing(closure, file)) {
        return;
    }
    *vec_add(&closure->versions) = missing;
}

void closure_check_versions(struct closure *closure)
{
    for (uint32_t i = 0; i < closure->loaded.count; i++) {
        struct object_ref ref = closure->loaded.items[i].ref;
        const struct surface *surface = closure->world->layers[ref.layer];
        const struct surface_object *object = &surface->objects[ref.object];

        for (uint32_t v = 0; v < object->version_count; v++) {
            const struct surface_version *version = &surface->versions[object->version + v];

            if (version->file != 0)
                check_need(closure, i, surface, version);
        }
    }
}

/* A reference being looked up. */
struct wanted {
    const struct surface *surface;
    const struct surface_import *import;
    const struct surface_version *version; /* NULL: unversioned */
};

struct match {
    uint32_t position; /* 1 + index in `loaded`; 0: none */
    struct object_ref ref;
    uint32_t export;
};

/* check_match */
static bool matches(const struct wanted *wanted, const struct surface *surface,
                    const struct surface_object *object, const struct surface_export *export)
{
    uint16_t index = export->versym & 0x7fff;
    bool hidden = (export->versym & 0x8000) != 0;

    if ((object->flags & OBJECT_VERSYM) == 0)
        return true;
    if (wanted->version ==
        NULL) /* oldest first: base and first version, else the one that is not hidden */
        return index < 3 || !hidden;
    if (export->version == 0)
        return !hidden && (wanted->import->flags & IMPORT_VERSION_HIDDEN) == 0;
    return same_name(surface, &surface->versions[export->version - 1], wanted->surface,
                     wanted->version);
}

static void look_in(struct closure *closure, const struct wanted *wanted, enum layer layer,
                    uint32_t name, struct match *best)
{
    const struct surface *surface = closure->world->layers[layer];
    bool copy = (wanted->import->references & ELF_REF_COPY) != 0;

    for (uint32_t i = surface->names[name].posting; i < surface->names[name + 1].posting; i++) {
        const struct surface_posting *posting = &surface->postings[i];
        uint32_t position = closure->position[layer][posting->object];

        if (position == 0 || (best->position != 0 && position >= best->position) ||
            (copy && position == 1))
            continue;
        if (matches(wanted, surface, &surface->objects[posting->object],
                    &surface->exports[posting->export]))
            *best = (struct match){position, {layer, posting->object}, posting->export};
    }
}

static void note_missing(struct closure *closure, const struct wanted *wanted, uint32_t by)
{
    const struct surface *surface = wanted->surface;
    struct missing_symbol *missing = vec_add(&closure->symbols);

    missing->name = surface_text(surface, surface->names[wanted->import->name].text);
    missing->by = by;
    missing->lazy = wanted->import->references == ELF_REF_JUMP;
    if (wanted->version != NULL) {
        missing->version = surface_text(surface, wanted->version->name);
        missing->file =
            wanted->version->file != 0 ? surface_text(surface, wanted->version->file) : NULL;
    }
}

static void note_odd(struct closure *closure, const struct wanted *wanted, uint32_t by,
                     const struct match *match)
{
    const struct surface *surface = closure->world->layers[match->ref.layer];
    const struct surface_object *object = &surface->objects[match->ref.object];
    const struct surface_export *export = &surface->exports[match->export];
    struct odd_binding odd = {.by = by, .provider = match->position - 1};

    odd.name = surface_text(wanted->surface, wanted->surface->names[wanted->import->name].text);
    if ((wanted->import->references & ELF_REF_COPY) != 0 && export->size != wanted->import->size &&
        export->size != 0) {
        odd.size_here = wanted->import->size;
        odd.size_there = export->size;
        *vec_add(&closure->copies) = odd;
    }
    /* A library of the image that gets a symbol from the package instead of from the library it was
     * linked to. */
    if (closure->loaded.items[by].ref.layer == LAYER_IMAGE && match->ref.layer == LAYER_PACKAGE &&
        match->position > 1 && wanted->version != NULL && wanted->version->file != 0 &&
        closure_find(closure, surface_text(wanted->surface, wanted->version->file)) !=
            match->position - 1)
        *vec_add(&closure->interposed) = odd;
    if (wanted->version != NULL && (object->flags & OBJECT_VERSYM) == 0) {
        odd.aborts = wanted->version->file != 0 &&
                     closure_find(closure, surface_text(wanted->surface, wanted->version->file)) ==
                         match->position - 1;
        *vec_add(&closure->unversioned) = odd;
    }
}

/*
 * In trace mode, the loader's table of an object's versions ends at the highest index that it
 * checked, and the versions of a missing library are not checked: a reference with a higher index
 * reads beyond the table (_dl_check_map_versions). Such a symbol belongs to the missing library,
 * which is reported; nothing can be said about the symbol itself.
 */
static uint32_t highest_version(const struct closure *closure, const struct surface *surface,
                                const struct surface_object *object)
{
    uint32_t highest = 0;

    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];

        if (version->index > highest &&
            (version->file == 0 ||
             closure_find(closure, surface_text(surface, version->file)) != SURFACE_NONE))
            highest = version->index;
    }
    return highest;
}

static void bind_import(struct closure *closure, uint32_t by, enum layer layer,
                        const struct surface_import *import, uint32_t highest)
{
    const struct surface *surface = closure->world->layers[layer];
    struct wanted wanted = {surface, import,
                            import->version > 0 ? &surface->versions[import->version - 1] : NULL};
    struct match best = {0};

    /* Symbols without relocations are never looked up. */
    if (import->references == 0)
        return;
    if (wanted.version != NULL && wanted.version->index > highest) {
        *vec_add(&closure->unread) = surface_text(surface, surface->names[import->name].text);
        return;
    }
    for (size_t l = 0; l < LAYER_COUNT; l++) {
        uint32_t name = world_translate(closure->world, layer, l, import->name);

        if (name != SURFACE_NONE)
            look_in(closure, &wanted, l, name, &best);
    }
    if (best.position != 0)
        note_odd(closure, &wanted, by, &best);
    else if ((import->flags & IMPORT_WEAK) == 0)
        note_missing(closure, &wanted, by);
}

void closure_bind(struct closure *closure)
{
    for (uint32_t i = 0; i < closure->loaded.count; i++) {
        struct object_ref ref = closure->loaded.items[i].ref;
        const struct surface *surface = closure->world->layers[ref.layer];
        const struct surface_object *object = &surface->objects[ref.object];
        uint32_t highest =
            closure->libraries.count > 0 ? highest_version(closure, surface, object) : UINT32_MAX;

        for (uint32_t s = 0; s < object->import_count; s++)
            bind_import(closure, i, ref.layer, &surface->imports[object->import + s], highest);
    }
}
