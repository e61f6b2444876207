/* SPDX-License-Identifier: Apache-2.0 */
/* Names passed to dlopen, as far as they are constants in the file, and to ctypes in scripts of
 * Python. Names that differ only after ".so" are alternatives; of "%s/libfoo.so.1" the base name
 * counts, and what "libfoo.so.%d" opens is not known. The file does not show which of them are
 * required: a library that was dropped from newer systems is severe, others are optional. */
#include <string.h>

#include "abi/check/check.h"
#include "abi/elf/file.h"
#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"

static bool is_brought(const struct check *check, const char *name)
{
    const struct surface *surface = check->package->surface;

    for (uint64_t i = 0; i < surface->counts[TABLE_PATHS]; i++)
        if (strcmp(path_base(surface_text(surface, surface->paths[i].path)), name) == 0)
            return true;
    return false;
}

/* A folder that is computed leaves the base name. */
static bool is_absolute(const char *name)
{
    return name[0] == '/' && strchr(name, '%') == NULL;
}

static bool is_found(struct check *check, const struct surface_object *like, const char *name)
{
    struct object_ref ref;
    const char *borrowed;

    if (is_absolute(name) && world_resolve(&check->world, name).found)
        return true;
    return is_brought(check, path_base(name)) ||
           (!is_absolute(name) &&
            world_find_default(&check->world, path_base(name), like, false, &ref, &borrowed));
}

static bool is_there(struct check *check, const struct surface_object *object, const char *name)
{
    const struct surface *surface = check->package->surface;

    for (uint32_t i = 0; i < object->needed_count; i++)
        if (strcmp(surface_text(surface, surface->lists[object->needed + i]), name) == 0)
            return true;
    return is_found(check, object, name);
}

static size_t stem_of(const char *name)
{
    return (size_t)(strstr(name, ".so") - name) + 3;
}

/* All names with the same stem: reported as missing if none exists. The finding names the one for
 * which a package is known. */
static void check_stem(struct check *check, const struct package_elf *elf, size_t first)
{
    const struct surface_object *object = &check->package->surface->objects[elf->object];
    const struct surface *image = check->world.layers[LAYER_IMAGE];
    const char *named = elf->opened.items[first];
    size_t stem = stem_of(named);
    _cleanup_buffer_ struct buffer all = {0};
    _cleanup_free_ char *remedy = NULL;
    bool numbered = false, lost = false;
    struct finding *row;

    for (size_t i = first; i < elf->opened.count; i++) {
        const char *name = elf->opened.items[i];

        if (strncmp(name, named, stem) != 0)
            continue;
        if (is_there(check, object, name))
            return;
        numbered |= name[stem] != '\0' || is_absolute(name);
        if (all.length > 0)
            buffer_text(&all, ", ");
        buffer_text(&all, name);
        lost |= remedy_is_lost(image, path_base(name));
        if (remedy == NULL)
            remedy = remedy_text(image, path_base(name));
    }
    /* A name without a version is that of a plug-in or a development package. */
    if (!numbered)
        return;
    row = findings_add(check->findings,
                       lost && check->reference ? FINDING_UNKNOWN
                       : lost                   ? FINDING_DLOPEN_REQUIRED_MISSING
                                                : FINDING_DLOPEN_OPTIONAL,
                       elf->path, "dlopen", NULL, named);
    finding_set_found(row, "constants in the file name %s, %s", all.data,
                      check->reference                 ? "which the reference does not describe"
                      : strstr(all.data, ", ") != NULL ? "none of which is on the image"
                                                       : "which is not on the image");
    if (remedy != NULL)
        finding_set_remedy(row, "%s", remedy);
}

/* "libfoo.so.%d" */
static void note_format(struct check *check, const struct package_elf *elf, const char *name)
{
    finding_set_found(
        findings_add(check->findings, FINDING_UNKNOWN, elf->path, "dlopen", NULL, name),
        "the version of the library that it opens is computed");
}

/* The names in calls of ctypes: CDLL("libx.so.1"), cdll.LoadLibrary(…). */
static void check_python(struct check *check, const struct package_text *script)
{
    static const char *const calls[] = {"CDLL(", "LoadLibrary("};
    const struct surface_object like = {.machine = check->world.machine, .flags = OBJECT_64};
    const struct surface *image = check->world.layers[LAYER_IMAGE];

    for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++)
        for (const char *at = script->text; (at = strstr(at, calls[c])) != NULL;) {
            const char *line = at;
            char quote[2] = "";
            _cleanup_free_ char *name = NULL;
            bool lost;
            struct finding *row;

            while (line > script->text && line[-1] != '\n')
                line--;
            at += strlen(calls[c]);
            at += strspn(at, " \t\n");
            if ((*at != '"' && *at != '\'') || line[strspn(line, " \t")] == '#')
                continue;
            quote[0] = *at++;
            name = text_ndup(at, strcspn(at, quote));
            if (strstr(name, ".so.") == NULL || strpbrk(name, "%{\\ ") != NULL ||
                is_found(check, &like, name))
                continue;
            lost = remedy_is_lost(image, path_base(name));
            row = findings_add(check->findings,
                               check->reference ? FINDING_UNKNOWN
                               : lost           ? FINDING_DLOPEN_REQUIRED_MISSING
                                                : FINDING_DLOPEN_OPTIONAL,
                               script->path, "ctypes", NULL, name);
            finding_set_found(row, "%s, opened by ctypes",
                              check->reference ? "not described by the reference" : "nowhere");
        }
}

static bool is_python(const struct package_text *script)
{
    _cleanup_free_ char *first = text_ndup(script->text, strcspn(script->text, "\n"));

    return text_ends(script->path, ".py") || strstr(first, "python") != NULL;
}

void check_opened(struct check *check)
{
    const struct surface *surface = check->package->surface;

    vec_foreach (script, &check->package->scripts)
        if (!script->beside && is_python(script))
            check_python(check, script);
    vec_foreach (elf, &check->package->elves) {
        const struct surface_object *object = &surface->objects[elf->object];

        /* A dlopen note describes it better. */
        if (object->machine != check->world.machine || check->spare[elf->object] ||
            object->dlopen_count > 0)
            continue;
        for (size_t i = 0; i < elf->opened.count; i++) {
            bool seen = false;
            size_t stem = stem_of(elf->opened.items[i]);

            if (strstr(elf->opened.items[i], ".so.%") != NULL) {
                note_format(check, elf, elf->opened.items[i]);
                continue;
            }
            for (size_t j = 0; j < i && !seen; j++)
                seen = strncmp(elf->opened.items[j], elf->opened.items[i], stem) == 0;
            if (!seen)
                check_stem(check, elf, i);
        }
    }
}
