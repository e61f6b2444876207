/* SPDX-License-Identifier: Apache-2.0 */
/* Effects of the product's installation on the image's own programs: those that would load a
 * library of the product are loaded with and without it, and what is missing only with it is caused
 * by the product. PAM and NSS modules are loaded into programs of the image too. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/effects.h"
#include "abi/check/login.h"
#include "abi/script/script.h"
#include "base/cleanup.h"
#include "base/path.h"

#define BROKEN_MAX 200 /* number of programs that are listed */

struct effects {
    struct check *check;
    const struct environment *environment;
    struct world after, before;
    struct closure with, without;
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
                      library, effects->environment->cause, missing - missed);
    if (effects->environment->may_start)
        row->severity = SEVERITY_HIGH;
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
            (object->interpreter == 0 && login_loader_of(path) == NULL) ||
            is_command(path) != commands ||
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

static void begin(struct effects *effects, struct check *check,
                  const struct environment *environment)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];

    *effects = (struct effects){.check = check, .environment = environment};
    world_init(&effects->after, check->package->surface, image, environment->hwcaps, true);
    strv_copy(&effects->after.first, environment->folders);
    world_init(&effects->before, NULL, image, environment->hwcaps, true);
    closure_init(&effects->with, &effects->after);
    effects->with.preloads = environment->preloads;
    closure_init(&effects->without, &effects->before);
}

static void end(struct effects *effects)
{
    closure_done(&effects->with);
    closure_done(&effects->without);
    world_done(&effects->before);
    world_done(&effects->after);
}

void effects_check_all(struct check *check, const struct environment *environment)
{
    struct effects effects;

    begin(&effects, check, environment);
    if (environment->preloads->count > 0 || any_public(&effects)) {
        check_programs(&effects, true);
        check_programs(&effects, false);
        note_rest(&effects);
    }
    end(&effects);
}

/* The path of the program that the kernel starts for a script; NULL: it is none. Caller frees. */
static char *interpreter_of(const struct check *check, const char *path)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    uint32_t row = surface_find_path(image, path, strlen(path));
    bool by_name;

    vec_foreach (script, &check->package->scripts)
        if (text_equal(script->path, path))
            return script_interpreter(script->text, &by_name);
    return row != SURFACE_NONE && image->paths[row].kind == PATH_FILE
               ? script_interpreter(surface_text(image, image->paths[row].value), &by_name)
               : NULL;
}

static void check_in_package(struct check *check, const struct environment *environment,
                             uint32_t object)
{
    check->world.first = *environment->folders;
    check->closure.preloads = environment->preloads;
    vec_foreach (elf, &check->package->elves)
        if (elf->object == object)
            check_load(check, elf);
    check->world.first = (struct strv){0};
    check->closure.preloads = NULL;
}

void effects_check_one(struct check *check, const struct environment *environment,
                       const char *program)
{
    struct place place = world_resolve(&check->world, program);
    _cleanup_free_ char *interpreter = place.is_object ? NULL : interpreter_of(check, program);
    struct effects effects;

    if (interpreter != NULL)
        place = world_resolve(&check->world, program = interpreter);
    if (!place.is_object ||
        (world_object(&check->world, place.ref)->flags & (OBJECT_STATIC | OBJECT_REFERENCE)) != 0)
        return;
    if (place.ref.layer == LAYER_PACKAGE) {
        check_in_package(check, environment, place.ref.object);
        return;
    }
    begin(&effects, check, environment);
    check_program(&effects, place.ref.object, program);
    end(&effects);
}

static bool has_folder(const struct check *check, const char *above, const char *name)
{
    const struct surface *package = check->package->surface;
    _cleanup_free_ char *folder = text_format("%s/%s/", above, name);

    for (uint64_t i = 0; i < package->counts[TABLE_OBJECTS]; i++)
        if (strstr(surface_text(package, package->objects[i].path), folder) != NULL)
            return true;
    return false;
}

/* Without a platform, the CPU may be of any level for which the package has libraries. Which legacy
 * names a CPU has is not part of a platform. */
static void check_levels(struct check *check)
{
    static const struct strv none = {0};
    struct environment environment = {&none, &none, &check->world.hwcaps, "", false};
    size_t before = check->findings->rows.count;

    effects_check_all(check, &environment);
    for (size_t l = 0;
         check->platform == NULL && check->findings->rows.count == before && l < CHECK_X86_LEVELS;
         l++) {
        _cleanup_free_ char *cause = text_format(" on a CPU of level %s", check_x86_levels[l].name);
        _cleanup_strv_ struct strv hwcaps = {0};

        for (size_t i = l + 1; i-- > 0;)
            strv_add(&hwcaps, check_x86_levels[i].name);
        environment.hwcaps = &hwcaps;
        environment.cause = cause;
        if (has_folder(check, "/glibc-hwcaps", check_x86_levels[l].name))
            effects_check_all(check, &environment);
    }
    for (size_t i = 0; check->findings->rows.count == before && world_legacy_names[i] != NULL;
         i++) {
        _cleanup_free_ char *cause =
            text_format(" on a CPU for which the loader searches '%s'", world_legacy_names[i]);
        _cleanup_strv_ struct strv hwcaps = {0};

        strv_add(&hwcaps, world_legacy_names[i]);
        environment.hwcaps = &hwcaps;
        environment.cause = cause;
        if (has_folder(check, "", world_legacy_names[i]))
            effects_check_all(check, &environment);
    }
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

/* A link such as /lib -> usr/lib: the interpreter of every program is reached through it. */
static bool is_system_link(const char *path, const char *target)
{
    return strchr(path + 1, '/') == NULL &&
           (text_starts(target, "usr/") || text_starts(target, "/usr/"));
}

/* tar replaces a link to a folder by the folder of the archive, and cp refuses it. */
static void check_links(struct check *check)
{
    const struct surface *image = check->world.layers[LAYER_IMAGE];

    for (size_t i = 0;
         check->package->own_packages == 0 && check->placed && i < check->package->folders.count;
         i++) {
        const char *path = check->package->folders.items[i], *target;
        uint32_t at = surface_find_path(image, path, strlen(path));
        struct finding *row;
        bool whole;

        if (at == SURFACE_NONE || image->paths[at].kind != PATH_LINK)
            continue;
        target = surface_text(image, image->paths[at].value);
        whole = is_system_link(path, target);
        row = findings_add(check->findings, whole ? FINDING_IMAGE_BROKEN : FINDING_IMAGE_CHANGED,
                           path, NULL, NULL, target);
        finding_set_found(
            row, "a link on the image to %s, which tar replaces by this folder%s", target,
            whole ? ": what programs of the image find through it is then missing" : "");
        finding_set_remedy(row, "pack its files below the link's target, or unpack them with 'tar "
                                "--keep-directory-symlink'");
    }
}

static void say_unread(struct check *check)
{
    for (size_t i = 0; i < check->world.conf_unread.count; i++)
        finding_set_found(findings_add(check->findings, FINDING_UNKNOWN,
                                       check->world.conf_unread.items[i], NULL, NULL, NULL),
                          "ld.so.conf includes it, and its text is not known: the folders that it "
                          "names are not searched here");
}

void check_effects(struct check *check)
{
    say_unread(check);
    check_levels(check);
    check_overwritten(check);
    check_links(check);
}
