/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the results of simulating the loader into findings. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/hosts.h"
#include "abi/elf/file.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Prefixes of functions that were removed: sunrpc was removed from glibc in 2.32. */
static const char *const sunrpc[] = {"clnt", "svc_",  "svctcp_", "svcudp_",
                                     "xdr_", "xprt_", "pmap_"};

static const char *path_of(const struct closure *closure, uint32_t loaded)
{
    return closure->loaded.items[loaded].path;
}

static bool is_ours(const struct closure *closure, uint32_t loaded)
{
    return closure->loaded.items[loaded].ref.layer == LAYER_PACKAGE;
}

/* Path of a file with this name in the package itself; NULL: none. */
static const char *brought_along(const struct check *check, const char *name)
{
    const struct surface *surface = check->package->surface;

    for (uint64_t i = 0; i < surface->counts[TABLE_PATHS]; i++) {
        const char *path = surface_text(surface, surface->paths[i].path);

        if (strcmp(path_base(path), path_base(name)) == 0)
            return path;
    }
    return NULL;
}

/* What the link at this path names, if nothing is there; else NULL. */
static const char *leads_nowhere(const struct check *check, const char *path)
{
    const struct surface *surface = check->package->surface;
    uint32_t row = surface_find_path(surface, path, strlen(path));

    return row != SURFACE_NONE && surface->paths[row].kind == PATH_LINK &&
                   !world_resolve(&check->world, path).found
               ? surface_text(surface, surface->paths[row].value)
               : NULL;
}

/* True for what a package installs that is given beside the product. */
static bool is_installed_beside(const struct check *check, const struct loaded *loaded)
{
    const struct surface *surface = check->package->surface;

    return surface->counts[TABLE_PACKAGES] > check->package->own_packages &&
           strv_has(&check->package->brought,
                    surface_text(surface, surface->objects[loaded->ref.object].path));
}

static bool sets_library_path(const struct check *check)
{
    vec_foreach (script, &check->package->scripts)
        if (strstr(script->text, "LD_LIBRARY_PATH") != NULL)
            return true;
    return false;
}

/* A library that a reference does not describe: names the package that provides it, if known. */
static void note_undescribed(struct check *check, const struct missing_library *missing)
{
    const struct closure *closure = &check->closure;
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    const struct surface_object *object =
        world_object(&check->world, closure->loaded.items[missing->by].ref);
    bool narrow = (object->flags & OBJECT_64) == 0;
    _cleanup_free_ char *remedy = narrow ? NULL : remedy_text(image, missing->name);
    const char *package = remedy_package(image, missing->name);
    struct finding *row = findings_add(check->findings, FINDING_UNKNOWN,
                                       path_of(closure, missing->by), NULL, NULL, missing->name);

    finding_set_found(
        row, "the reference describes only glibc, libstdc++ and libgcc_s%s, not this library",
        narrow ? " for 64 bit" : "");
    if (narrow)
        finding_set_remedy(row, "install %s.i686, or build it for x86_64",
                           package != NULL ? package : "glibc");
    else if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
    else
        finding_set_remedy(row, "check against the surface of a real image");
}

/* A plug-in's host program has already loaded it, and the loader finds loaded libraries by their
 * SONAME (elf/dl-load.c): the JVM, and languages that are embedded as a library. */
static bool is_host(const char *name)
{
    static const char *const hosts[] = {"libjvm.so",  "libjli.so", "libpython", "libperl.so",
                                        "libruby.so", "libphp",    "libnode.so"};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
        if (text_starts(name, hosts[i]))
            return true;
    return false;
}

/* A plug-in and its host in one tree: below the folder in which the plug-in's folder is. */
static bool is_near(const char *plugin, const char *host)
{
    _cleanup_free_ char *folder = text_ndup(plugin, (size_t)(path_base(plugin) - plugin - 1));

    return strncmp(host, folder, (size_t)(path_base(folder) - folder)) == 0;
}

static void note_library(struct check *check, const struct missing_library *missing, bool plugin)
{
    const struct closure *closure = &check->closure;
    const char *here = brought_along(check, missing->name);
    _cleanup_free_ char *remedy = NULL, *installed = NULL;
    struct finding *row;

    if (!is_ours(closure, missing->by))
        return;
    if (check->reference && here == NULL) {
        note_undescribed(check, missing);
        return;
    }
    row = findings_add(check->findings, FINDING_LIB_MISSING, path_of(closure, missing->by), NULL,
                       NULL, missing->name);
    if (here != NULL && leads_nowhere(check, here) != NULL) {
        finding_set_found(row, "%s of the package is a link to '%s', where no file is", here,
                          leads_nowhere(check, here));
        finding_set_remedy(row, "ship the file that the link names");
        return;
    }
    if (here != NULL && plugin && (is_host(missing->name) || check->opens)) {
        row->severity =
            is_host(missing->name) && (check->opens || is_near(path_of(closure, missing->by), here))
                ? SEVERITY_WARN
                : SEVERITY_HIGH;
        finding_set_found(row,
                          "it is not in the loader's search path; %s of the package is used only "
                          "if the program has loaded it before this file",
                          here);
        finding_set_remedy(row,
                           "nothing to do if the program loads %s first; otherwise link with "
                           "-Wl,-rpath,'$ORIGIN/…'",
                           missing->name);
        return;
    }
    if (here != NULL) {
        finding_set_found(row, "the package contains %s, which is not in the loader's search path",
                          here);
        if (strchr(missing->name, '/') != NULL) {
            finding_set_found(row,
                              "the package contains %s, but the required name contains a slash, so "
                              "the loader opens it only relative to the working directory",
                              here);
            finding_set_remedy(row,
                               "give the library a SONAME (-Wl,-soname,%s), and relink the program "
                               "with -Wl,-rpath,'$ORIGIN/…'",
                               path_base(missing->name));
            return;
        }
        finding_set_remedy(row, "link with -Wl,-rpath,'$ORIGIN/…' so that the loader finds it");
        installed = installs_library(check->package, missing->name);
        if (installed != NULL) {
            row->severity = SEVERITY_WARN;
            finding_set_found(row, "the loader finds it only after %s", installed);
            finding_set_remedy(row, "run the product's installation before the program");
        }
        /* Packages with a wrapper that sets the path are meant to be started by it. */
        else if (sets_library_path(check))
            row->severity = SEVERITY_HIGH;
        return;
    }
    finding_set_found(row, "no file with this name is in the loader's search path");
    remedy = remedy_text(check->world.layers[LAYER_IMAGE], missing->name);
    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}

/* Found only because the product's files lie where a system's do, which nothing shows, or which is
 * not so. */
static void note_place(struct check *check, const struct loaded *loaded)
{
    const struct closure *closure = &check->closure;
    bool elsewhere = check->package->elsewhere;
    struct finding *row;

    if (check->placed || !loaded->usual || loaded->ref.layer != LAYER_PACKAGE ||
        !is_ours(closure, loaded->loader) || is_installed_beside(check, loaded))
        return;
    row = findings_add(check->findings, elsewhere ? FINDING_LIB_MISSING : FINDING_PLACE_ASSUMED,
                       path_of(closure, loaded->loader), NULL, NULL, loaded->name);
    finding_set_found(row,
                      elsewhere ? "the product contains %s, which is not unpacked at /"
                                : "the loader finds it at %s only if the product is unpacked at /",
                      loaded->path);
    if (elsewhere)
        finding_set_remedy(row, "link with -Wl,-rpath,'$ORIGIN/…' so that the loader finds it");
    if (elsewhere && sets_library_path(check))
        row->severity = SEVERITY_HIGH;
}

/* The highest version of the same family that the provider has: GLIBC_2.36 for GLIBC_2.38. */
static void set_have(const struct check *check, struct finding *row,
                     const struct missing_version *missing)
{
    struct object_ref ref = check->closure.loaded.items[missing->provider].ref;
    const struct surface *surface = check->world.layers[ref.layer];
    const struct surface_object *object = &surface->objects[ref.object];
    size_t family = strcspn(missing->version, "0123456789");
    const char *best = NULL, *glibc = surface_meta_get(check->world.layers[LAYER_IMAGE], "glibc");

    for (uint32_t i = 0; i < object->version_count; i++) {
        const struct surface_version *version = &surface->versions[object->version + i];
        const char *name = surface_text(surface, version->name);

        if (version->file == 0 && strncmp(name, missing->version, family) == 0 &&
            name[family] >= '0' && name[family] <= '9' &&
            (best == NULL || strverscmp(name, best) > 0))
            best = name;
    }
    if (best != NULL)
        finding_set_found(row, "%s has versions up to %s",
                          path_of(&check->closure, missing->provider), best);
    else
        finding_set_found(row, "%s does not have this version",
                          path_of(&check->closure, missing->provider));
    if (text_starts(missing->version, "GLIBC_") && glibc != NULL)
        finding_set_remedy(row, "build on a system with glibc %s or older", glibc);
    else if (text_starts(missing->version, "GLIBCXX_") || text_starts(missing->version, "CXXABI_"))
        finding_set_remedy(row, "build with an older gcc, or link with -static-libstdc++");
}

static void note_version(struct check *check, const struct missing_version *missing)
{
    const struct closure *closure = &check->closure;
    struct finding *row;

    if (missing->weak || (!is_ours(closure, missing->by) && (missing->provider == SURFACE_NONE ||
                                                             !is_ours(closure, missing->provider))))
        return;
    if (missing->unversioned) {
        row = findings_add(check->findings, FINDING_PROVIDER_UNVERSIONED,
                           path_of(closure, missing->by), NULL, missing->version, missing->file);
        finding_set_found(row, "%s defines no symbol versions",
                          path_of(closure, missing->provider));
        return;
    }
    /* Private versions and markers without symbols are in no public list. */
    if (check->reference && strcmp(missing->version, "GLIBC_PRIVATE") == 0)
        return;
    row = findings_add(check->findings, FINDING_VERSION_MISSING, path_of(closure, missing->by),
                       NULL, missing->version, missing->file);
    if (missing->provider == SURFACE_NONE)
        finding_set_found(row, "%s is not loaded", missing->file);
    else
        set_have(check, row, missing);
}

static bool is_exported(const struct surface *surface, const char *name)
{
    uint32_t id = surface_find_name(surface, name);

    return id != SURFACE_NONE && surface->names[id].posting < surface->names[id + 1].posting;
}

/* True if anything exports it: a plug-in imports symbols from the program that loads it. */
static bool exported_somewhere(struct check *check, const char *name)
{
    for (size_t l = 0; l < LAYER_COUNT; l++)
        if (is_exported(check->world.layers[l], name))
            return true;
    return false;
}

/* True if the program that loads the plug-in is in the package, which then defines other symbols
 * that the plug-in imports. */
static bool host_is_ours(const struct check *check, uint32_t plugin)
{
    vec_foreach (other, &check->closure.symbols)
        if (other->by == plugin && other->file == NULL &&
            is_exported(check->world.layers[LAYER_PACKAGE], other->name))
            return true;
    return false;
}

static void note_symbol(struct check *check, const struct missing_symbol *missing, bool plugin)
{
    const struct closure *closure = &check->closure;
    const struct surface_object *object;
    struct finding *row;
    bool now, ours = false;

    if (!is_ours(closure, missing->by))
        return;
    /* Symbols of a missing library, or of a missing version, belong to that finding. */
    if (closure->libraries.count > 0 &&
        (missing->file == NULL || closure_find(closure, missing->file) == SURFACE_NONE))
        return;
    vec_foreach (version, &closure->versions)
        if (missing->version != NULL && !version->unversioned && version->by == missing->by &&
            strcmp(version->version, missing->version) == 0)
            return;
    if (plugin && missing->file == NULL) {
        enum host_answer answer;

        if (exported_somewhere(check, missing->name))
            return;
        answer = hosts_explain(check, path_of(closure, missing->by), missing->name);
        if (answer == HOST_EXPLAINS)
            return;
        ours = answer == HOST_UNKNOWN && host_is_ours(check, missing->by);
        if (answer == HOST_UNKNOWN && !ours) {
            row = findings_add(check->findings, FINDING_UNKNOWN, path_of(closure, missing->by),
                               missing->name, NULL, "the program that loads it");
            finding_set_found(row, "no file of the package or the image defines it");
            return;
        }
    }
    object = world_object(&check->world, closure->loaded.items[missing->by].ref);
    now = !missing->lazy || (object->flags & OBJECT_BIND_NOW) != 0;
    row =
        findings_add(check->findings, now ? FINDING_SYM_MISSING_NOW : FINDING_SYM_MISSING_LAZY,
                     path_of(closure, missing->by), missing->name, missing->version, missing->file);
    if (ours) { /* the program goes on without this plug-in */
        row->severity = SEVERITY_HIGH;
        finding_set_found(row, "the package defines other symbols that this plug-in imports, but "
                               "neither the package nor the image defines this one");
    } else {
        finding_set_found(row, "none of the %zu loaded libraries defines it",
                          closure->loaded.count - 1);
    }
    for (size_t i = 0; i < sizeof(sunrpc) / sizeof(sunrpc[0]); i++)
        if (text_starts(missing->name, sunrpc[i]))
            finding_set_remedy(row, "glibc no longer has Sun RPC since 2.32: link with libtirpc");
}

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
        if (is_ours(closure, copy->by)) {
            row = findings_add(check->findings, FINDING_COPY_SIZE, path_of(closure, copy->by),
                               copy->name, NULL, path_of(closure, copy->provider));
            finding_set_found(row, "%u bytes in the program, %u in the library", copy->size_here,
                              copy->size_there);
        }
    vec_foreach (odd, &closure->unversioned)
        if (odd->aborts && (is_ours(closure, odd->by) || is_ours(closure, odd->provider))) {
            row = findings_add(check->findings, FINDING_PROVIDER_UNVERSIONED_ABORT,
                               path_of(closure, odd->by), odd->name, NULL,
                               path_of(closure, odd->provider));
            finding_set_found(row, "%s has neither symbol versions nor a version table",
                              path_of(closure, odd->provider));
        }
    vec_foreach (odd, &closure->interposed) {
        row = findings_add(check->findings, FINDING_INTERPOSED, packed_path(check, odd->provider),
                           odd->name, NULL, NULL);
        finding_set_found(row, "%s of the image binds it to the package's library",
                          path_of(closure, odd->by));
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
        note_library(check, row, plugin);
    vec_foreach (row, &closure->versions)
        note_version(check, row);
    vec_foreach (row, &closure->symbols)
        note_symbol(check, row, plugin);
    note_bindings(check);
    if (closure->cut)
        finding_set_found(
            findings_add(check->findings, FINDING_UNKNOWN, elf->path, NULL, NULL, NULL),
            "it loads more than %d libraries; the rest were not checked", CLOSURE_MAX);
    for (uint32_t i = 0; i < closure->loaded.count; i++)
        if (is_ours(closure, i)) {
            note_place(check, &closure->loaded.items[i]);
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
