/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the product's installation on the image's own programs: those that would load a
 * library of the product are loaded with and without it, and what is missing only with it is caused
 * by the product. PAM and NSS modules are loaded into programs of the image too. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/check/check.h"
#include "base/cleanup.h"
#include "base/path.h"

#define BROKEN_MAX 200 /* number of programs that are listed */

struct effects {
    struct check *check;
    struct world after, before;
    struct closure with, without;
    const char *cause; /* mentioned in the finding after the library; "": the search order */
    size_t broken;
};

/* True if a program that requests one of its names would get a library of the product. */
static bool is_public(struct world *world, const struct surface_object *object)
{
    const char *names[2] = {surface_text(world->layers[LAYER_PACKAGE], object->soname), NULL};
    const char *borrowed;
    struct object_ref ref;

    names[1] = path_base(surface_text(world->layers[LAYER_PACKAGE], object->path));
    for (size_t i = 0; i < 2; i++) {
        _cleanup_free_ char *path = NULL;

        if (*names[i] != '\0' &&
            (world_find_first(world, names[i], object, &ref, &path) ||
             world_find_default(world, names[i], object, false, &ref, &borrowed)) &&
            ref.layer == LAYER_PACKAGE)
            return true;
    }
    return false;
}

static bool any_public(struct effects *effects)
{
    const struct surface *package = effects->check->package->surface;

    for (uint64_t i = 0; i < package->counts[TABLE_OBJECTS]; i++)
        if (package->objects[i].interpreter == 0 &&
            is_public(&effects->after, &package->objects[i]))
            return true;
    return false;
}

static const char *product_library(const struct closure *closure)
{
    vec_foreach (loaded, &closure->loaded)
        if (loaded->ref.layer == LAYER_PACKAGE)
            return loaded->path;
    return NULL;
}

static size_t missing_count(const struct closure *closure)
{
    size_t count = closure->libraries.count + closure->symbols.count;

    vec_foreach (version, &closure->versions)
        count += !version->weak && !version->unversioned;
    return count;
}

static void load(struct closure *closure, uint32_t object, const char *path)
{
    closure_load(closure, (struct object_ref){LAYER_IMAGE, object}, path);
    closure_check_versions(closure);
    closure_bind(closure);
}

/* What the finding names: the first missing version, symbol or library. */
static const char *first_missing(const struct closure *closure, const char **ret_version)
{
    *ret_version = NULL;
    vec_foreach (version, &closure->versions)
        if (!version->weak && !version->unversioned) {
            *ret_version = version->version;
            return NULL;
        }
    if (closure->symbols.count > 0)
        return closure->symbols.items[0].name;
    return closure->libraries.count > 0 ? closure->libraries.items[0].name : NULL;
}

static void check_program(struct effects *effects, uint32_t object, const char *path)
{
    const char *library, *symbol, *version;
    size_t missing, missed;
    struct finding *row;

    load(&effects->with, object, path);
    library = product_library(&effects->with);
    if (library == NULL)
        return;
    load(&effects->without, object, path);
    missing = missing_count(&effects->with);
    missed = missing_count(&effects->without);
    if (missing <= missed || effects->broken++ >= BROKEN_MAX)
        return;
    symbol = first_missing(&effects->with, &version);
    row = findings_add(effects->check->findings, FINDING_IMAGE_BROKEN, path, symbol, version,
                       library);
    finding_set_found(row,
                      "it loads %s of the product%s: %zu symbols, versions or libraries that "
                      "it needs are then missing",
                      library, effects->cause, missing - missed);
}

static bool is_module(const char *path)
{
    return strstr(path, "/security/pam_") != NULL || text_starts(path_base(path), "libnss_");
}

static bool is_command(const char *path)
{
    static const char *const folders[] = {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return false;
}

/* Commands first, so that they are listed if there are too many. */
static void check_programs(struct effects *effects, bool commands)
{
    const struct surface *image = effects->check->world.layers[LAYER_IMAGE];

    for (uint32_t i = 0; i < image->counts[TABLE_OBJECTS]; i++) {
        const struct surface_object *object = &image->objects[i];
        const char *path = surface_text(image, object->path);

        if (object->machine != effects->after.machine ||
            (object->flags & (OBJECT_STATIC | OBJECT_REFERENCE)) != 0 ||
            (object->interpreter == 0 && !is_module(path)) || is_command(path) != commands ||
            surface_find_path(effects->check->package->surface, path, strlen(path)) != SURFACE_NONE)
            continue;
        check_program(effects, i, path);
    }
}

static void note_rest(struct effects *effects)
{
    if (effects->broken > BROKEN_MAX)
        finding_set_found(findings_add(effects->check->findings, FINDING_IMAGE_BROKEN, NULL, NULL,
                                       NULL, "further programs"),
                          "%zu more programs of the image", effects->broken - BROKEN_MAX);
}

/* Returns whether a program of the image would load a library of the product. */
static bool run(struct check *check, const struct strv *first, const struct strv *hwcaps,
                const char *cause)
{
    struct effects effects = {.check = check, .cause = cause};
    const struct surface *image = check->world.layers[LAYER_IMAGE];

    bool public;

    world_init(&effects.after, check->package->surface, image, hwcaps, true);
    strv_copy(&effects.after.first, first);
    public = any_public(&effects);
    if (public) {
        world_init(&effects.before, NULL, image, hwcaps, true);
        closure_init(&effects.with, &effects.after);
        closure_init(&effects.without, &effects.before);
        check_programs(&effects, true);
        check_programs(&effects, false);
        note_rest(&effects);
        closure_done(&effects.with);
        closure_done(&effects.without);
        world_done(&effects.before);
    }
    world_done(&effects.after);
    return public;
}

static bool brings_level(const struct check *check, const char *level)
{
    const struct surface *package = check->package->surface;
    _cleanup_free_ char *folder = text_format("/glibc-hwcaps/%s/", level);

    for (uint64_t i = 0; i < package->counts[TABLE_OBJECTS]; i++)
        if (strstr(surface_text(package, package->objects[i].path), folder) != NULL)
            return true;
    return false;
}

/* Without a platform, the CPU may be of any level for which the package has libraries. */
static void run_levels(struct check *check)
{
    static const struct strv none = {0};
    size_t before = check->findings->rows.count;

    run(check, &none, &check->world.hwcaps, "");
    for (size_t l = 0;
         check->platform == NULL && check->findings->rows.count == before && l < CHECK_X86_LEVELS;
         l++) {
        _cleanup_free_ char *cause = text_format(" on a CPU of level %s", check_x86_levels[l].name);
        _cleanup_strv_ struct strv hwcaps = {0};

        for (size_t i = l + 1; i-- > 0;)
            strv_add(&hwcaps, check_x86_levels[i].name);
        if (brings_level(check, check_x86_levels[l].name))
            run(check, &none, &hwcaps, cause);
    }
}

/* The text after "NAME=" from this position on; NULL: the variable is not set. */
static const char *find_setting(const char *text, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = text; *line != '\0'; line += *line != '\0') {
        const char *end = line + strcspn(line, "\n");
        const char *first = line + strspn(line, " \t");
        const char *at = line;

        while (*first != '#' && (at = memmem(at, (size_t)(end - at), name, length)) != NULL) {
            bool whole = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');

            at += length;
            if (whole && at < end && *at == '=')
                return at + 1;
        }
        line = end;
    }
    return NULL;
}

/* The folders in "LD_LIBRARY_PATH=/a:/b:$LD_LIBRARY_PATH" that are literal. */
static void folders_set(const char *text, struct strv *ret)
{
    for (const char *at = text; (at = find_setting(at, "LD_LIBRARY_PATH")) != NULL;) {
        _cleanup_free_ char *value = NULL;
        _cleanup_strv_ struct strv parts = {0};

        at += *at == '"' || *at == '\'';
        value = text_ndup(at, strcspn(at, "\"' \t\r\n;"));
        strv_split(&parts, value, ":");
        for (size_t i = 0; i < parts.count; i++)
            if (parts.items[i][0] == '/' && strchr(parts.items[i], '$') == NULL)
                strv_add(ret, parts.items[i]);
    }
}

/* A file that sets variables for everyone who logs in. */
static void check_setting(struct check *check, const struct package_text *file)
{
    _cleanup_strv_ struct strv folders = {0};
    size_t before = check->findings->rows.count;
    bool preload = find_setting(file->text, "LD_PRELOAD") != NULL;
    struct finding *row;

    folders_set(file->text, &folders);
    if (folders.count > 0) {
        _cleanup_free_ char *cause = text_format(" by %s", file->path);

        run(check, &folders, &check->world.hwcaps, cause);
    }
    if ((folders.count == 0 && !preload) || check->findings->rows.count > before)
        return;
    row = findings_add(check->findings, FINDING_IMAGE_CHANGED, file->path, NULL, NULL,
                       preload ? "LD_PRELOAD" : "LD_LIBRARY_PATH");
    finding_set_found(row, "it is set for all that users start, not for the product alone");
    if (!preload)
        row->severity = SEVERITY_WARN;
}

static void check_settings(struct check *check)
{
    vec_foreach (script, &check->package->scripts)
        if (!script->beside && text_starts(script->path, "/etc/profile.d/"))
            check_setting(check, script);
    vec_foreach (file, &check->package->environments)
        check_setting(check, file);
    if (surface_find_path(check->package->surface, "/etc/ld.so.preload", 18) != SURFACE_NONE)
        finding_set_found(findings_add(check->findings, FINDING_IMAGE_CHANGED, "/etc/ld.so.preload",
                                       NULL, NULL, NULL),
                          "what it names is loaded into every program of the image");
}

/* Without a package manager, nothing prevents a file from overwriting another package's. */
static void check_overwritten(struct check *check)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    const struct surface *package = check->package->surface;

    for (uint64_t i = 0; check->package->own_packages == 0 && i < package->counts[TABLE_OBJECTS];
         i++) {
        const char *path = surface_text(package, package->objects[i].path);
        struct place place = world_resolve_image(&check->world, path);
        const struct surface_object *there;

        if (!place.is_object)
            continue;
        there = &image->objects[place.ref.object];
        if (there->package != 0)
            finding_set_found(findings_add(check->findings, FINDING_IMAGE_CHANGED, path, NULL, NULL,
                                           surface_text(image, there->package)),
                              "it overwrites a file of %s", surface_text(image, there->package));
    }
}

void check_effects(struct check *check)
{
    run_levels(check);
    check_settings(check);
    check_overwritten(check);
}
