/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/check/suggested.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "abi/surface/remedy.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

typedef bool (*matches_fn)(const char *package, const char *wanted);

/* The first name that the product's packages recommend or suggest, and that matches. */
static const char *find_suggested(const struct package *package, matches_fn matches,
                                  const char *wanted)
{
    const struct surface *surface = package->surface;

    for (uint32_t p = 0; wanted != NULL && p < package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *row =
                &surface->relations[surface->packages[p].relation + r];
            const char *name = surface_text(surface, row->name);

            if (row->flags >> RELATION_KIND_SHIFT == RELATION_WEAK && matches(name, wanted))
                return name;
        }
    return NULL;
}

/* "libasound.so.2" is of libasound2, "libgtk-x11-2.0.so.0" of libgtk-x11-2.0-0 (Debian
 * Policy, 8.1), perhaps with "t64". rpm names the library itself: "libasound.so.2()(64bit)". */
static bool has_library(const char *package, const char *soname)
{
    const char *version = strstr(soname, ".so.");
    size_t base = version != NULL ? (size_t)(version - soname) : 0, length = strlen(soname);

    if (strncmp(package, soname, length) == 0 && package[length] == '(')
        return true;
    if (base == 0 || strncasecmp(package, soname, base) != 0)
        return false;
    package += base;
    version += strlen(".so.");
    if (isdigit((unsigned char)soname[base - 1]) && *package++ != '-')
        return false;
    length = strlen(version);
    return strncmp(package, version, length) == 0 &&
           (package[length] == '\0' || text_equal(package + length, "t64"));
}

const char *suggested_library(const struct package *package, const char *soname)
{
    return find_suggested(package, has_library, soname);
}

static bool has_package(const struct surface *surface, const char *name)
{
    for (uint64_t i = 0; i < surface->counts[TABLE_PACKAGES]; i++)
        if (text_equal(surface_text(surface, surface->packages[i].name), name))
            return true;
    return false;
}

/* "proftpd-mod-crypto" is of the family of proftpd-core, and of /usr/lib/proftpd. */
static bool is_relative(const struct package *package, const char *name, const char *path)
{
    const struct surface *surface = package->surface;
    size_t length = strcspn(name, "-");
    _cleanup_free_ char *folder = text_format("/%.*s/", (int)length, name);

    if (name[length] != '-' || text_starts(name, "lib") || text_ends(name, "-doc"))
        return false;
    for (uint32_t p = 0; p < package->own_packages; p++) {
        const char *own = surface_text(surface, surface->packages[p].name);

        if (strncmp(own, name, length) == 0 && (own[length] == '-' || own[length] == '\0'))
            return true;
    }
    return strstr(path, folder) != NULL;
}

char *suggested_relatives(const struct package *package, const struct surface *image,
                          const char *path)
{
    const struct surface *surface = package->surface;
    _cleanup_strv_ struct strv names = {0};

    for (uint32_t p = 0; p < package->own_packages; p++)
        for (uint32_t r = 0; r < surface->packages[p].relation_count; r++) {
            const struct surface_relation *row =
                &surface->relations[surface->packages[p].relation + r];
            const char *name = surface_text(surface, row->name);
            uint32_t kind = row->flags >> RELATION_KIND_SHIFT;

            if ((kind == RELATION_WEAK || kind == RELATION_REQUIRES) && !strv_has(&names, name) &&
                is_relative(package, name, path) && !has_package(surface, name) &&
                !has_package(image, name))
                strv_add(&names, name);
        }
    return names.count > 0 ? strv_join(&names, ", ") : NULL;
}

/* A package is usually called as its program, or known for it; rpm may name the file. */
static bool has_program(const char *package, const char *program)
{
    return text_equal(package, program) || text_equal(package, path_base(program)) ||
           remedy_brings(package, program);
}

/* "python3-debian" has "debian.changelog". */
static bool has_module(const char *package, const char *module)
{
    size_t length = strcspn(module, ".");

    if (!text_starts(package, "python3-"))
        return false;
    package += strlen("python3-");
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)package[i]) !=
            (module[i] == '_' ? '-' : tolower((unsigned char)module[i])))
            return false;
    return package[length] == '\0';
}

static const char *suggested_for(const struct package *package, const struct findings *findings,
                                 const struct finding *row)
{
    switch (row->kind) {
    case FINDING_LIB_MISSING:
        return suggested_library(package, row->provider);
    case FINDING_SCRIPT_INTERPRETER:
    case FINDING_SCRIPT_COMMAND:
        return find_suggested(package, has_program, row->provider);
    case FINDING_PYTHON_IMPORT:
        return find_suggested(package, has_module, row->provider);
    case FINDING_SCRIPT_LANGUAGE: /* of an interpreter that is only suggested */
        vec_foreach (other, &findings->rows)
            if (other->kind == FINDING_SCRIPT_INTERPRETER && text_equal(other->file, row->file))
                return find_suggested(package, has_program, other->provider);
        return NULL;
    default:
        return NULL;
    }
}

static bool has_grave_row(const struct findings *findings, size_t from, const char *path)
{
    for (size_t i = from; i < findings->rows.count; i++)
        if (findings->rows.items[i].severity >= SEVERITY_HIGH &&
            text_equal(findings->rows.items[i].file, path))
            return true;
    return false;
}

/* A program, or a script in a folder of programs, without a row that is HIGH or graver. */
static bool has_other_program(const struct package *package, const struct findings *findings,
                              size_t from)
{
    vec_foreach (elf, &package->elves)
        if (elf->object != SURFACE_NONE &&
            package->surface->objects[elf->object].interpreter != 0 &&
            !has_grave_row(findings, from, elf->path))
            return true;
    vec_foreach (script, &package->scripts)
        if ((text_starts(script->path, "/usr/bin/") || text_starts(script->path, "/usr/sbin/")) &&
            !has_grave_row(findings, from, script->path))
            return true;
    return false;
}

void suggested_lower(const struct package *package, struct findings *findings, size_t from)
{
    bool asked = false;

    for (size_t i = from; i < findings->rows.count; i++) {
        struct finding *row = &findings->rows.items[i];
        const char *name =
            row->severity == SEVERITY_HIGH ? suggested_for(package, findings, row) : NULL;

        if (name == NULL)
            continue;
        if (!asked && !has_other_program(package, findings, from))
            return;
        asked = true;
        row->severity = SEVERITY_WARN;
        finding_set_remedy(row, "install %s, which the package suggests, where it is used", name);
    }
}
