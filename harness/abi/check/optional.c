/* SPDX-License-Identifier: Apache-2.0 */
/* A file that cannot be loaded does not stop the product if the product does without it: a build
 * for another version of the program that loads it, a plug-in for an interpreter that is not
 * installed, or for a library that the package only suggests, a program of the product's own tests.
 * It makes the result conditional. */
#include <string.h>

#include "abi/check/check.h"
#include "abi/check/siblings.h"
#include "abi/check/suggested.h"
#include "base/cleanup.h"
#include "base/path.h"

/* lazily: a function that is missing when it is first called counts too. */
static bool fails(const struct findings *findings, const char *path, bool lazily)
{
    vec_foreach (row, &findings->rows)
        if ((row->severity == SEVERITY_BLOCK ||
             (lazily && row->kind == FINDING_SYM_MISSING_LAZY)) &&
            text_equal(row->file, path))
            return true;
    return false;
}

/* Another build of the file that can be loaded; NULL: none. */
static const char *other_build(const struct check *check, const char *path, bool lazily)
{
    _cleanup_free_ char *key = siblings_versionless_key(path);

    if (key == NULL)
        return NULL;
    vec_foreach (elf, &check->package->elves) {
        _cleanup_free_ char *other = siblings_versionless_key(elf->path);

        if (text_equal(key, other) && !text_equal(elf->path, path) &&
            siblings_fit(check, &check->package->surface->objects[elf->object]) &&
            !fails(check->findings, elf->path, lazily))
            return elf->path;
    }
    return NULL;
}

/* The language of an interpreter's library. */
static const char *interpreter_of(const char *soname)
{
    static const struct {
        const char *begin, *language;
    } libraries[] = {{"libperl.so", "Perl"}, {"libpython", "Python"}, {"libruby", "Ruby"},
                     {"libtcl", "Tcl"},      {"liblua", "Lua"},       {"libphp", "PHP"},
                     {"libguile", "Guile"},  {"libR.so", "R"},        {"libjvm.so", "Java"},
                     {"libmono", ".NET"}};

    for (size_t i = 0; soname != NULL && i < sizeof(libraries) / sizeof(libraries[0]); i++)
        if (text_starts(soname, libraries[i].begin))
            return libraries[i].language;
    return NULL;
}

/* A library that no program of the package needs, by itself or through others. */
static bool is_plug_in(const struct check *check, const char *path)
{
    vec_foreach (elf, &check->package->elves)
        if (text_equal(elf->path, path) && elf->object != SURFACE_NONE)
            return check->package->surface->objects[elf->object].interpreter == 0 &&
                   (check->covered[elf->object] & COVERED_BY_PROGRAM) == 0;
    return false;
}

/* Nothing is loaded from a jmod file: jlink makes runtime images of such files, which bring
 * libjvm.so, and run where the libraries are that they need. */
static void check_java_modules(struct check *check)
{
    vec_foreach (row, &check->findings->rows)
        if (row->kind == FINDING_LIB_MISSING && row->severity > SEVERITY_WARN &&
            row->file != NULL && strstr(row->file, ".jmod!/") != NULL) {
            row->severity = SEVERITY_WARN;
            finding_set_remedy(row,
                               "install what brings %s where images run that jlink makes of it",
                               row->provider);
        }
}

/* A build for another version of the program that loads it uses what this version does not have. */
static void check_other_versions(struct check *check)
{
    vec_foreach (row, &check->findings->rows) {
        const char *other;

        if (row->kind != FINDING_SYM_MISSING_LAZY || row->severity != SEVERITY_HIGH ||
            row->file == NULL || (other = other_build(check, row->file, true)) == NULL)
            continue;
        row->severity = SEVERITY_WARN;
        finding_set_remedy(row, "nothing where %s is loaded instead: make sure of it", other);
    }
}

void check_optional(struct check *check)
{
    check_java_modules(check);
    check_other_versions(check);
    vec_foreach (row, &check->findings->rows) {
        const char *language = interpreter_of(row->provider), *other, *suggested;

        if (row->severity != SEVERITY_BLOCK || row->file == NULL ||
            (row->kind != FINDING_LIB_MISSING && row->kind != FINDING_VERSION_MISSING &&
             row->kind != FINDING_SYM_MISSING_NOW))
            continue;
        other = other_build(check, row->file, false);
        suggested = row->kind == FINDING_LIB_MISSING
                        ? suggested_library(check->package, row->provider)
                        : NULL;
        if (other != NULL)
            finding_set_remedy(row, "nothing where %s is loaded instead: make sure of it", other);
        else if (language != NULL && is_plug_in(check, row->file))
            finding_set_remedy(row, "install this version of %s where the plug-in is used",
                               language);
        else if (suggested != NULL && is_plug_in(check, row->file))
            finding_set_remedy(row, "install %s, which the package suggests, where it is used",
                               suggested);
        else if (strstr(row->file, "/test/") != NULL || strstr(row->file, "/tests/") != NULL)
            finding_set_remedy(row, "leave the product's own tests out of the package");
        else
            continue;
        row->severity = SEVERITY_HIGH;
    }
}
