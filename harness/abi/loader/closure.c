/* SPDX-License-Identifier: Apache-2.0 */
/* The loader's search rules and load order. */
#include "abi/loader/closure.h"

#include <stdlib.h>
#include <string.h>

#include "abi/elf/file.h"
#include "base/cleanup.h"

void closure_init(struct closure *closure, struct world *world)
{
    memset(closure, 0, sizeof(*closure));
    closure->world = world;
    for (size_t l = 0; l < LAYER_COUNT; l++)
        closure->position[l] =
            text_calloc(world->layers[l] != NULL ? world->layers[l]->counts[TABLE_OBJECTS] : 0,
                        sizeof(*closure->position[l]));
}

static void clear(struct closure *closure)
{
    vec_foreach (loaded, &closure->loaded) {
        closure->position[loaded->ref.layer][loaded->ref.object] = 0;
        free(loaded->path);
    }
    closure->loaded.count = closure->libraries.count = closure->versions.count = 0;
    closure->symbols.count = closure->copies.count = closure->unversioned.count = 0;
    closure->unread.count = closure->interposed.count = 0;
    closure->cut = false;
    text_map_clear(&closure->names);
}

void closure_done(struct closure *closure)
{
    clear(closure);
    vec_done(&closure->loaded);
    vec_done(&closure->libraries);
    vec_done(&closure->versions);
    vec_done(&closure->symbols);
    vec_done(&closure->copies);
    vec_done(&closure->unversioned);
    vec_done(&closure->unread);
    vec_done(&closure->interposed);
    text_map_done(&closure->names);
    for (size_t l = 0; l < LAYER_COUNT; l++)
        free(closure->position[l]);
}

uint32_t closure_find(const struct closure *closure, const char *name)
{
    return text_map_get(&closure->names, name);
}

static void add(struct closure *closure, struct object_ref ref, const char *name, char *path,
                uint32_t loader, bool usual)
{
    const struct surface_object *object = world_object(closure->world, ref);
    uint32_t index = (uint32_t)closure->loaded.count;

    *vec_add(&closure->loaded) = (struct loaded){ref, name, path, loader, usual};
    closure->position[ref.layer][ref.object] = (uint16_t)(index + 1);
    text_map_put(&closure->names, name, index);
    text_map_put(&closure->names, path, index);
    if (object->soname != 0)
        text_map_put(&closure->names, world_text(closure->world, ref, object->soname), index);
}

static const char *token(const char *at, const char *name)
{
    size_t length = strlen(name);

    if (at[0] != '$')
        return NULL;
    if (strncmp(at + 1, name, length) == 0 &&
        strspn(at + 1 + length,
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == 0)
        return at + 1 + length;
    if (at[1] == '{' && strncmp(at + 2, name, length) == 0 && at[2 + length] == '}')
        return at + 3 + length;
    return NULL;
}

/* Expands $ORIGIN, $LIB and $PLATFORM in one path element. */
static void expand(const struct closure *closure, uint32_t of, const char *text, size_t length,
                   struct buffer *ret)
{
    const char *path = closure->loaded.items[of].path, *end = text + length;
    const char *slash = strrchr(path, '/');

    while (text < end) {
        const char *next;

        if ((next = token(text, "ORIGIN")) != NULL)
            buffer_add(ret, path, slash != NULL ? (size_t)(slash - path) : 0);
        else if ((next = token(text, "LIB")) != NULL)
            buffer_text(ret, closure->world->lib);
        else if ((next = token(text, "PLATFORM")) != NULL)
            buffer_text(ret, closure->world->platform);
        else {
            buffer_add(ret, text, 1);
            next = text + 1;
        }
        text = next;
    }
}

static bool is_musl(const struct closure *closure)
{
    return closure->interpreter_path != NULL &&
           strstr(closure->interpreter_path, "/ld-musl-") != NULL;
}

/* glibc compares the text, without resolving links (elf/dl-load.c: is_trusted_path_normalize). */
static bool is_trusted(const struct closure *closure, const char *folder)
{
    static const struct world none = {0};
    _cleanup_free_ char *plain = world_canonical(&none, folder);

    for (size_t i = 0; plain != NULL && i < closure->world->folders.count; i++) {
        const char *trusted = closure->world->folders.items[i];
        size_t length = strlen(trusted);

        if (strncmp(plain, trusted, length) == 0 && (plain[length] == '/' || plain[length] == '\0'))
            return true;
    }
    return false;
}

/* In secure execution, glibc accepts $ORIGIN only at the beginning of an element that lies in a
 * default folder then (elf/dl-load.c: _dl_dst_substitute). */
static bool is_refused(const struct closure *closure, const char *text, size_t length,
                       const char *expanded)
{
    const char *rest = token(text, "ORIGIN");

    if (!closure->secure || is_musl(closure))
        return false;
    for (const char *at = text + 1; at < text + length; at++)
        if (token(at, "ORIGIN") != NULL)
            return true;
    return length > 0 && rest != NULL &&
           ((*rest != '/' && rest < text + length) || !is_trusted(closure, expanded));
}

/* musl ignores the whole list of the program itself, which the kernel mapped (ldso/dynlink.c:
 * fixup_rpath); libraries keep theirs. */
static bool ignores_list(const struct closure *closure, uint32_t of, const char *list)
{
    return closure->secure && of == 0 && is_musl(closure) &&
           (strstr(list, "$ORIGIN") != NULL || strstr(list, "${ORIGIN}") != NULL);
}

/* Searches a colon-separated list of folders, which belongs to the object `of`. */
static bool find_along(struct closure *closure, uint32_t of, uint32_t list, const char *name,
                       const struct surface_object *like, struct object_ref *ret, char **path)
{
    const char *at;

    if (list == 0)
        return false;
    at = world_text(closure->world, closure->loaded.items[of].ref, list);
    if (ignores_list(closure, of, at))
        return false;
    for (;;) {
        size_t length = strcspn(at, ":");
        _cleanup_buffer_ struct buffer folder = {0};

        expand(closure, of, at, length, &folder);
        while (folder.length > 1 && folder.data[folder.length - 1] == '/')
            folder.data[--folder.length] = '\0';
        if (folder.length > 0 && folder.data[0] == '/' &&
            !is_refused(closure, at, length, folder.data) &&
            world_find_in(closure->world, folder.data, name, like, ret, path))
            return true;
        if (at[length] == '\0')
            return false;
        at += length + 1;
    }
}

/* RPATH of the chain of loading objects, unless the requesting object has RUNPATH; then
 * LD_LIBRARY_PATH; then RUNPATH; then the system's folders. */
static bool search(struct closure *closure, uint32_t by, const char *name, struct object_ref *ret,
                   char **path, bool *ret_usual)
{
    struct world *world = closure->world;
    const struct surface_object *asker = world_object(world, closure->loaded.items[by].ref);
    const char *borrowed;
    uint32_t of = by;

    *ret_usual = false;
    if (strchr(name, '/') != NULL) {
        _cleanup_buffer_ struct buffer whole = {0};
        struct place place;

        expand(closure, by, name, strlen(name), &whole);
        /* A relative name starts at the folder in which the program is started: not known. */
        place = whole.data[0] == '/' && !is_refused(closure, name, strlen(name), whole.data)
                    ? world_resolve(world, whole.data)
                    : (struct place){0};
        if (!place.is_object)
            return false;
        *ret = place.ref;
        *path = buffer_steal(&whole);
        return true;
    }
    while (asker->runpath == 0) {
        const struct surface_object *object = world_object(world, closure->loaded.items[of].ref);

        if (find_along(closure, of, object->rpath, name, asker, ret, path))
            return true;
        if (of == 0)
            break;
        of = closure->loaded.items[of].loader;
    }
    if (!closure->secure && world_find_first(world, name, asker, ret, path))
        return true;
    if (find_along(closure, by, asker->runpath, name, asker, ret, path))
        return true;
    if (!world_find_default(world, name, asker, (asker->flags & OBJECT_NODEFLIB) != 0, ret,
                            &borrowed))
        return false;
    *path = text_dup(borrowed);
    return *ret_usual = true;
}

/* A program's own; for a library, that of the programs that load it: the names defined by the
 * psABIs. */
static const char *interpreter_path(const struct surface *surface,
                                    const struct surface_object *object)
{
    if (object->interpreter != 0)
        return surface_text(surface, object->interpreter);
    switch (object->machine) {
    case EM_X86_64:
        return (object->flags & OBJECT_64) != 0 ? "/lib64/ld-linux-x86-64.so.2"
                                                : "/libx32/ld-linux-x32.so.2";
    case EM_AARCH64:
        return "/lib/ld-linux-aarch64.so.1";
    case EM_386:
        return "/lib/ld-linux.so.2";
    case EM_ARM:
        return "/lib/ld-linux-armhf.so.3";
    default:
        return NULL;
    }
}

static void find_interpreter(struct closure *closure, struct object_ref ref)
{
    closure->interpreter_path =
        interpreter_path(closure->world->layers[ref.layer], world_object(closure->world, ref));
    closure->interpreter = closure->interpreter_path != NULL
                               ? world_resolve(closure->world, closure->interpreter_path)
                               : (struct place){0};
}

/* musl's loader is the C library, by each of these names (ldso/dynlink.c: load_library). */
static bool is_musl_name(const char *name)
{
    static const char *const parts[] = {"c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."};

    for (size_t i = 0; strncmp(name, "lib", 3) == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strncmp(name + 3, parts[i], strlen(parts[i])) == 0)
            return true;
    return false;
}

/* The loader is in the list of loaded objects from the start and matches its SONAME, even if a file
 * of that name exists elsewhere (elf/rtld.c, elf/dl-load.c: _dl_map_object). */
static bool is_interpreter(const struct closure *closure, const char *name)
{
    const struct place *place = &closure->interpreter;

    if (place->is_object && is_musl(closure) && is_musl_name(name))
        return true;
    return place->is_object &&
           strcmp(name, world_text(closure->world, place->ref,
                                   world_object(closure->world, place->ref)->soname)) == 0;
}

/* Adds an object that was found; takes the path. */
static void add_found(struct closure *closure, struct object_ref ref, const char *name, char *path,
                      uint32_t by, bool usual)
{
    uint32_t there = closure->position[ref.layer][ref.object];

    if (there != 0) { /* the same file under another name */
        text_map_put(&closure->names, name, there - 1);
        free(path);
        return;
    }
    if (closure->loaded.count >= CLOSURE_MAX) {
        closure->cut = true;
        free(path);
        return;
    }
    add(closure, ref, name, path, by, usual);
}

/* elf/rtld.c (do_preload): what is not there or does not fit is ignored with a warning. */
static void preload(struct closure *closure, const char *name)
{
    const struct surface_object *program =
        world_object(closure->world, closure->loaded.items[0].ref);
    const struct surface_object *object;
    struct object_ref ref;
    char *path = NULL;
    bool usual;

    if (closure_find(closure, name) != SURFACE_NONE ||
        !search(closure, 0, name, &ref, &path, &usual))
        return;
    object = world_object(closure->world, ref);
    if (object->machine == program->machine && ((object->flags ^ program->flags) & OBJECT_64) == 0)
        add_found(closure, ref, name, path, 0, usual);
    else
        free(path);
}

static void need(struct closure *closure, uint32_t by, const char *name)
{
    struct object_ref ref;
    char *path = NULL;
    bool usual = false;

    if (closure_find(closure, name) != SURFACE_NONE)
        return;
    if (is_interpreter(closure, name)) {
        ref = closure->interpreter.ref;
        path = text_dup(closure->interpreter_path);
    } else if (!search(closure, by, name, &ref, &path, &usual)) {
        *vec_add(&closure->libraries) = (struct missing_library){name, by};
        return;
    }
    add_found(closure, ref, name, path, by, usual);
}

void closure_load(struct closure *closure, struct object_ref ref, const char *path)
{
    clear(closure);
    find_interpreter(closure, ref);
    add(closure, ref, path, text_dup(path), 0, false);
    for (size_t i = 0; closure->preloads != NULL && i < closure->preloads->count; i++)
        preload(closure, closure->preloads->items[i]);
    for (uint32_t i = 0; i < closure->loaded.count; i++) {
        struct object_ref of = closure->loaded.items[i].ref;
        const struct surface *surface = closure->world->layers[of.layer];
        const struct surface_object *object = &surface->objects[of.object];

        for (uint32_t n = 0; n < object->needed_count; n++)
            need(closure, i, surface_text(surface, surface->lists[object->needed + n]));
    }
}
