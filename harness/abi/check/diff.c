/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the exports and versions of two surfaces. */
#include "abi/check/diff.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "abi/elf/code.h"
#include "abi/elf/file.h"
#include "abi/loader/world.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"

#define LIBRARY_MAX (1 << 30)

const char *diff_kind_name(enum diff_kind kind)
{
    static const char *const names[] = {"library-lost",  "library-added", "version-lost",
                                        "version-added", "symbol-lost",   "symbol-added",
                                        "size-changed",  "type-review",   "type-changed"};

    return names[kind];
}

void diff_done(struct diff *diff)
{
    vec_done(&diff->rows);
}

/* The object that the loader would find for this name. */
static const struct surface_object *object_of(struct world *world, const char *library)
{
    struct surface_object like = {.machine = world->machine, .flags = OBJECT_64};
    struct object_ref ref;
    const char *path;

    return world_find_default(world, library, &like, false, &ref, &path) ? world_object(world, ref)
                                                                         : NULL;
}

const struct surface_object *diff_library_object(const struct surface *surface, const char *library)
{
    const struct surface_object *object;
    struct world world;

    world_init(&world, NULL, surface, NULL, true);
    object = object_of(&world, library);
    world_done(&world);
    return object;
}

static const char *version_of(const struct surface *surface, const struct surface_export *export)
{
    return export->version > 0 ? surface_text(surface, surface->versions[export->version - 1].name)
                               : NULL;
}

static const struct surface_export *find_export(const struct surface *surface,
                                                const struct surface_object *object,
                                                const char *name, const char *version)
{
    uint32_t id = surface_find_name(surface, name);

    if (id == SURFACE_NONE)
        return NULL;
    for (uint32_t i = surface->names[id].posting; i < surface->names[id + 1].posting; i++) {
        const struct surface_export *export = &surface->exports[surface->postings[i].export];

        if (&surface->objects[surface->postings[i].object] == object &&
            text_equal(version_of(surface, export), version))
            return export;
    }
    return NULL;
}

static void add(struct diff *diff, enum diff_kind kind, const char *library, const char *symbol,
                const char *version)
{
    *vec_add(&diff->rows) = (struct diff_row){kind, library, symbol, version, 0, 0};
}

static bool defines(const struct surface *surface, const struct surface_object *object,
                    const char *name)
{
    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];

        if (version->file == 0 && strcmp(surface_text(surface, version->name), name) == 0)
            return true;
    }
    return false;
}

/* Adds what `from` has and `to` lacks as rows of these kinds. */
static void one_method(const struct surface *from, const struct surface_object *object,
                       const struct surface *to, const struct surface_object *other,
                       const char *library, enum diff_kind version_kind, enum diff_kind symbol_kind,
                       struct diff *diff)
{
    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &from->versions[object->version + i];
        const char *name = surface_text(from, version->name);

        if (version->file == 0 && (version->flags & VERSION_BASE) == 0 && !defines(to, other, name))
            add(diff, version_kind, library, NULL, name);
    }
    for (uint32_t i = 0; i < object->export_count; i++) {
        const struct surface_export *export = &from->exports[object->export + i];
        const char *name = surface_text(from, from->names[export->name].text);
        const char *version = version_of(from, export);
        const struct surface_export *there = find_export(to, other, name, version);

        if (there == NULL)
            add(diff, symbol_kind, library, name, version);
        else if (symbol_kind == DIFF_SYMBOL_LOST && export->type == STT_OBJECT &&
                 export->size != there->size && export->size != 0 && there->size != 0) {
            add(diff, DIFF_SIZE_CHANGED, library, name, version);
            diff->rows.items[diff->rows.count - 1].before = export->size;
            diff->rows.items[diff->rows.count - 1].after = there->size;
        }
    }
}

static void diff_library(struct world *a, struct world *b, const char *library, struct diff *diff)
{
    const struct surface *from = a->layers[LAYER_IMAGE], *to = b->layers[LAYER_IMAGE];
    const struct surface_object *object = object_of(a, library), *other = object_of(b, library);

    if (object == NULL)
        return;
    if (other == NULL) {
        add(diff, DIFF_LIBRARY_LOST, library, NULL, NULL);
        return;
    }
    one_method(from, object, to, other, library, DIFF_VERSION_LOST, DIFF_SYMBOL_LOST, diff);
    one_method(to, other, from, object, library, DIFF_VERSION_ADDED, DIFF_SYMBOL_ADDED, diff);
}

void diff_surfaces(const struct surface *a, const struct surface *b, const char *library,
                   struct diff *ret_diff)
{
    struct text_map seen = {0};
    struct world from, to;

    world_init(&from, NULL, a, NULL, true);
    world_init(&to, NULL, b, NULL, true);
    *ret_diff = (struct diff){0};
    if (library != NULL && object_of(&from, library) != NULL)
        diff_library(&from, &to, library, ret_diff);
    for (uint64_t i = 0; library == NULL && i < a->counts[TABLE_OBJECTS]; i++) {
        const char *soname = surface_text(a, a->objects[i].soname);

        if (*soname == '\0' || text_map_get(&seen, soname) != TEXT_MAP_NONE)
            continue;
        text_map_put(&seen, soname, 0);
        diff_library(&from, &to, soname, ret_diff);
    }
    for (uint64_t i = 0; library == NULL && i < b->counts[TABLE_OBJECTS]; i++) {
        const char *soname = surface_text(b, b->objects[i].soname);

        if (*soname == '\0' || text_map_get(&seen, soname) != TEXT_MAP_NONE)
            continue;
        text_map_put(&seen, soname, 0);
        if (object_of(&to, soname) != NULL && object_of(&from, soname) == NULL)
            add(ret_diff, DIFF_LIBRARY_ADDED, soname, NULL, NULL);
    }
    text_map_done(&seen);
    world_done(&from);
    world_done(&to);
}

/* Without debug information, abidiff compares only symbols and finds no changed types. */
static int need_debug_info(const char *path, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct elf_file file;
    bool there;
    int code = path_read(path, LIBRARY_MAX, &data, err);

    if (code == 0)
        code = elf_file_open(&file, data.data, data.length, path, err);
    if (code < 0)
        return code;
    there = elf_section(&file, ".debug_info").size > 0;
    elf_file_done(&file);
    return there ? 0
                 : error_set(err, -ENODATA,
                             "'%s' has no debug information; compare builds made with -g that were "
                             "not stripped",
                             path);
}

/* Exit status bits of abidiff (libabigail): 1 error, 2 usage, 4 change, 8 incompatible change. */
int diff_types(const char *file_a, const char *file_b, const char *library, int64_t limit_ms,
               struct diff *diff, struct error **err)
{
    const char *const argv[] = {
        "prlimit", "--as=4294967296", "abidiff", "--no-show-locs", file_a, file_b, NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    struct process_spec spec = PROCESS_SPEC_INIT;
    char *program = process_find("abidiff");
    int code = need_debug_info(file_a, err);

    if (code == 0)
        code = need_debug_info(file_b, err);
    if (code < 0) {
        free(program);
        return code;
    }
    if (program == NULL)
        return error_set(err, -ENOENT,
                         "abidiff is not installed: install abigail-tools (Debian) "
                         "or libabigail to compare types");
    free(program);
    spec.argv = argv;
    code = process_run(&spec, limit_ms, 16 << 20, &output, err);
    if (code < 0)
        return code;
    if (output.exit.timed_out)
        return error_set(
            err, -ETIMEDOUT,
            "abidiff on '%s' took longer than %lld s; set a longer limit with --time-limit",
            library, (long long)limit_ms / 1000);
    if (!output.exit.exited || (output.exit.code & 3) != 0)
        return error_set(err, -EIO, "abidiff on '%s' failed or exceeded its memory limit of 4 GiB",
                         library);
    if (output.exit.code != 0)
        add(diff, (output.exit.code & 8) != 0 ? DIFF_TYPE_CHANGED : DIFF_TYPE_REVIEW, library, NULL,
            NULL);
    return 0;
}
