/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up rows of remedies.def by an image's distribution. */
#include "abi/surface/remedy.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

enum family { FAMILY_EL7, FAMILY_EL8, FAMILY_OC9, FAMILY_DEBIAN, FAMILY_COUNT };

static const char *const family_names[] = {"EL 7", "EL 8", "OpenCloudOS 9", "Debian"};

static const struct known_provider {
    const char *name, *packages[FAMILY_COUNT], *instead;
    enum remedy_command command;
} table[] = {
#define ROW(name, el7, el8, oc9, debian, instead, command)                                         \
    {name, {el7, el8, oc9, debian}, instead, command},
#define BRINGS(...) ROW(__VA_ARGS__, COMMAND_COMMON)
#define OPTIONAL(...) ROW(__VA_ARGS__, COMMAND_OPTIONAL)
#define GONE(...) ROW(__VA_ARGS__, COMMAND_GONE)
#include "abi/surface/remedies.def"
#undef BRINGS
#undef OPTIONAL
#undef GONE
#undef ROW
};

/* IDs of os-release, and "base" for the base list of a reference. */
static const struct {
    const char *id;
    int version; /* integer that VERSION_ID begins with; 0: any */
    enum family family;
} systems[] = {
    {"tencentos", 2, FAMILY_EL7},   {"tencentos", 3, FAMILY_EL8},   {"tencentos", 4, FAMILY_OC9},
    {"opencloudos", 8, FAMILY_EL8}, {"opencloudos", 9, FAMILY_OC9}, {"centos", 7, FAMILY_EL7},
    {"centos", 8, FAMILY_EL8},      {"rhel", 7, FAMILY_EL7},        {"rhel", 8, FAMILY_EL8},
    {"rocky", 8, FAMILY_EL8},       {"almalinux", 8, FAMILY_EL8},   {"debian", 0, FAMILY_DEBIAN},
    {"ubuntu", 0, FAMILY_DEBIAN},
};

static enum family family_of(const struct surface *image)
{
    static const char *const bases[] = {"el7", "el8", "oc9"};
    const char *base = surface_meta_get(image, "base"), *id = surface_meta_get(image, "os.ID");
    const char *version = surface_meta_get(image, "os.VERSION_ID");

    for (size_t i = 0; base != NULL && i < sizeof(bases) / sizeof(bases[0]); i++)
        if (strcmp(base, bases[i]) == 0)
            return (enum family)i;
    for (size_t i = 0; id != NULL && i < sizeof(systems) / sizeof(systems[0]); i++)
        if (strcmp(id, systems[i].id) == 0 &&
            (systems[i].version == 0 ||
             (version != NULL && strtol(version, NULL, 10) == systems[i].version)))
            return systems[i].family;
    return FAMILY_COUNT;
}

static const struct known_provider *find(const char *name)
{
    const char *base = path_base(name);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (fnmatch(table[i].name, base, 0) == 0)
            return &table[i];
    return NULL;
}

const char *remedy_package(const struct surface *image, const char *name)
{
    enum family family = family_of(image);
    const struct known_provider *row = find(name);

    return row != NULL && family != FAMILY_COUNT ? row->packages[family] : NULL;
}

bool remedy_brings(const char *package, const char *name)
{
    const struct known_provider *row = find(name);

    for (size_t i = 0; row != NULL && i < FAMILY_COUNT; i++)
        if (row->packages[i] != NULL && strcmp(row->packages[i], package) == 0)
            return true;
    return false;
}

bool remedy_is_lost(const struct surface *image, const char *name)
{
    enum family family = family_of(image);
    const struct known_provider *row = find(name);
    const char *package;

    if (row == NULL)
        return false;
    package = row->packages[family != FAMILY_COUNT ? family : FAMILY_OC9];
    return package == NULL || strstr(package, "compat") != NULL;
}

enum remedy_command remedy_command(const char *name)
{
    const struct known_provider *row = find(name);

    return row != NULL ? row->command : COMMAND_COMMON;
}

/* wide: for 64-bit programs. */
static char *text_of(const struct surface *image, const char *name, bool wide)
{
    const struct known_provider *row = find(name);
    enum family family = family_of(image);

    if (row == NULL)
        return NULL;
    if (family != FAMILY_COUNT && row->packages[family] != NULL)
        return text_format("install %s%s, which provides %s, or %s", row->packages[family],
                           wide                      ? ""
                           : family == FAMILY_DEBIAN ? ":i386"
                                                     : ".i686",
                           path_base(name), wide ? row->instead : "build it for x86_64");
    /* The last release that had it, from which it can be copied. */
    for (int i = FAMILY_COUNT - 1; i >= 0; i--)
        if (row->packages[i] != NULL)
            return text_format("no package of the image's system is known to provide %s (%s of %s "
                               "does): ship it, or %s",
                               path_base(name), row->packages[i], family_names[i], row->instead);
    return text_dup(row->instead);
}

char *remedy_text(const struct surface *image, const char *name)
{
    return text_of(image, name, true);
}

static const struct known_provider *find_package(enum family family, const char *package)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].packages[family] != NULL && strcmp(table[i].packages[family], package) == 0)
            return &table[i];
    return NULL;
}

/* A package by its own name: the distribution has it, or another package replaces it. */
static char *package_text(const struct surface *image, const char *name)
{
    enum family family = family_of(image);
    const struct known_provider *row;

    if (family == FAMILY_COUNT)
        return NULL;
    if (find_package(family, name) != NULL)
        return text_format("install %s from the repositories of the image's system", name);
    for (int of = FAMILY_COUNT - 1; of >= 0; of--) {
        row = find_package((enum family)of, name);
        if (row == NULL)
            continue;
        if (row->packages[family] != NULL)
            return text_format("require %s instead: it provides %s, as %s does on %s",
                               row->packages[family], row->name, name, family_names[of]);
        return text_format(
            "no package of the image's system is known to provide what %s of %s does (%s): %s",
            name, family_names[of], row->name, row->instead);
    }
    return NULL;
}

char *remedy_requirement(const struct surface *image, const char *name)
{
    size_t length = strcspn(name, "(");
    bool library = memmem(name, length, ".so", 3) != NULL || text_starts(name, "ld-linux");
    bool narrow = library && !text_ends(name, "(64bit)") &&
                  text_equal(surface_meta_get(image, "machine"), "x86_64");
    _cleanup_free_ char *soname = NULL;

    if (name[0] == '/')
        return remedy_text(image, name);
    if (!library)
        return package_text(image, name);
    soname = text_ndup(name, length);
    return text_of(image, soname, !narrow || strchr(name, '(') == NULL);
}
