/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries that are missing, or are found only in a certain place. */
#include "abi/check/loading.h"

#include <stdlib.h>
#include <string.h>

#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"

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
    struct finding *row =
        findings_add(check->findings, FINDING_UNKNOWN, loading_path(closure, missing->by), NULL,
                     NULL, missing->name);

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

void loading_note_library(struct check *check, const struct missing_library *missing, bool plugin)
{
    const struct closure *closure = &check->closure;
    const char *here = brought_along(check, missing->name);
    _cleanup_free_ char *remedy = NULL, *installed = NULL;
    struct finding *row;

    if (!loading_is_ours(closure, missing->by))
        return;
    if (check->reference && here == NULL) {
        note_undescribed(check, missing);
        return;
    }
    row = findings_add(check->findings, FINDING_LIB_MISSING, loading_path(closure, missing->by),
                       NULL, NULL, missing->name);
    if (here != NULL && leads_nowhere(check, here) != NULL) {
        finding_set_found(row, "%s of the package is a link to '%s', where no file is", here,
                          leads_nowhere(check, here));
        finding_set_remedy(row, "ship the file that the link names");
        return;
    }
    if (here != NULL && plugin && (is_host(missing->name) || check->opens)) {
        row->severity = is_host(missing->name) &&
                                (check->opens || is_near(loading_path(closure, missing->by), here))
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
void loading_note_place(struct check *check, const struct loaded *loaded)
{
    const struct closure *closure = &check->closure;
    bool elsewhere = check->package->elsewhere;
    struct finding *row;

    if (check->placed || !loaded->usual || loaded->ref.layer != LAYER_PACKAGE ||
        !loading_is_ours(closure, loaded->loader) || is_installed_beside(check, loaded))
        return;
    row = findings_add(check->findings, elsewhere ? FINDING_LIB_MISSING : FINDING_PLACE_ASSUMED,
                       loading_path(closure, loaded->loader), NULL, NULL, loaded->name);
    finding_set_found(row,
                      elsewhere ? "the product contains %s, which is not unpacked at /"
                                : "the loader finds it at %s only if the product is unpacked at /",
                      loaded->path);
    if (elsewhere)
        finding_set_remedy(row, "link with -Wl,-rpath,'$ORIGIN/…' so that the loader finds it");
    if (elsewhere && sets_library_path(check))
        row->severity = SEVERITY_HIGH;
}
