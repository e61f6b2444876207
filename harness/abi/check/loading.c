/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the results of simulating the loader into findings. */
#include "abi/check/loading.h"

#include <string.h>

#include "abi/check/hosts.h"
#include "abi/elf/file.h"

/* Path of the library in the package, however it was found: /lib may be a link to /usr/lib. */
static const char *packed_path(const struct check *check, uint32_t loaded)
{
    const struct surface *surface = check->package->surface;
    struct object_ref ref = check->closure.loaded.items[loaded].ref;

    return surface_text(surface, surface->objects[ref.object].path);
}

static void note_bindings(struct check *check)
{
    const struct closure *closure = &check->closure;
    struct finding *row;

    vec_foreach (copy, &closure->copies)
        if (loading_is_ours(closure, copy->by)) {
            row = findings_add(check->findings, FINDING_COPY_SIZE, loading_path(closure, copy->by),
                               copy->name, NULL, loading_path(closure, copy->provider));
            finding_set_found(row, "%u bytes in the program, %u in the library", copy->size_here,
                              copy->size_there);
        }
    vec_foreach (odd, &closure->unversioned)
        if (odd->aborts &&
            (loading_is_ours(closure, odd->by) || loading_is_ours(closure, odd->provider))) {
            row = findings_add(check->findings, FINDING_PROVIDER_UNVERSIONED_ABORT,
                               loading_path(closure, odd->by), odd->name, NULL,
                               loading_path(closure, odd->provider));
            finding_set_found(row, "%s has neither symbol versions nor a version table",
                              loading_path(closure, odd->provider));
        }
    vec_foreach (odd, &closure->interposed) {
        row = findings_add(check->findings, FINDING_INTERPOSED, packed_path(check, odd->provider),
                           odd->name, NULL, NULL);
        finding_set_found(row, "%s of the image binds it to the package's library",
                          loading_path(closure, odd->by));
    }
}

static void note_load(struct check *check, const char *program, const char *library)
{
    struct findings *findings = check->findings;

    if (findings->loads.count < FINDINGS_MAX && strcmp(program, library) != 0)
        *(struct finding_load *)vec_add(&findings->loads) =
            (struct finding_load){text_dup(program), text_dup(library)};
}

static void check_one(struct check *check, const struct package_elf *elf, bool plugin)
{
    struct closure *closure = &check->closure;

    closure_load(closure, (struct object_ref){LAYER_PACKAGE, elf->object}, elf->path);
    closure_check_versions(closure);
    closure_bind(closure);
    vec_foreach (row, &closure->libraries)
        loading_note_library(check, row, plugin);
    vec_foreach (row, &closure->versions)
        loading_note_version(check, row);
    vec_foreach (row, &closure->symbols)
        loading_note_symbol(check, row, plugin);
    note_bindings(check);
    if (closure->cut)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL, NULL),
            "it loads more than %d libraries; the rest were not checked", CLOSURE_MAX);
    for (uint32_t i = 0; i < closure->loaded.count; i++)
        if (loading_is_ours(closure, i)) {
            loading_note_place(check, &closure->loaded.items[i]);
            check->covered[closure->loaded.items[i].ref.object] |=
                plugin ? COVERED_BY_LIBRARY : COVERED_BY_PROGRAM;
            if (!plugin)
                note_load(check, elf->path, packed_path(check, i));
        }
}

void check_load(struct check *check, const struct package_elf *elf)
{
    check_one(check, elf, false);
}

static bool loads(const struct check *check, const struct surface_object *object)
{
    return (object->flags & (OBJECT_STATIC | OBJECT_UPX)) == 0 &&
           (object->machine == check->world.machine ||
            (object->machine == EM_386 && check->world.machine == EM_X86_64));
}

/* How much of the loader's surplus of static TLS a library uses, together with its dependencies. */
static void note_static_tls(struct check *check, const struct package_elf *elf)
{
    uint64_t total = 0;
    size_t count = 0;

    vec_foreach (loaded, &check->closure.loaded) {
        const struct surface_object *object = world_object(&check->world, loaded->ref);

        if (loaded->ref.layer != LAYER_PACKAGE || (object->flags & OBJECT_STATIC_TLS) == 0)
            continue;
        total += object->tls_size;
        count++;
    }
    if (total > 1024)
        finding_set_found(
            findings_add(check->findings, FINDING_STATIC_TLS, elf->path, NULL, NULL, "ld.so"),
            "%llu bytes of static TLS in %zu of the libraries that are loaded with it; the loader "
            "reserves about 1.6 KiB for libraries loaded after startup",
            (unsigned long long)total, count);
}

/* True if the package has a program that opens libraries at run time. */
static bool opens_libraries(const struct check *check)
{
    const struct surface *surface = check->package->surface;

    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        for (uint32_t i = 0; i < object->import_count; i++)
            if (strcmp(surface_text(surface,
                                    surface->names[surface->imports[object->import + i].name].text),
                       "dlopen") == 0)
                return true;
    }
    return false;
}

void check_loading(struct check *check)
{
    const struct surface *surface = check->package->surface;

    check->opens = opens_libraries(check);
    vec_foreach (elf, &check->package->elves)
        if (loads(check, &surface->objects[elf->object]) && !check->spare[elf->object] &&
            surface->objects[elf->object].interpreter != 0)
            check_one(check, elf, false);
    /* Libraries that no program of the package loads: other programs load them. */
    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        if (!loads(check, object) || check->spare[elf->object] || check->covered[elf->object])
            continue;
        check_one(check, elf, true);
        hosts_check_exports(check, elf);
        note_static_tls(check, elf);
    }
}
