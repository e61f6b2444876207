/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of remedies.def, by the system of an image. */
#include "abi/surface/remedy.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"

enum family { FAMILY_EL7, FAMILY_EL8, FAMILY_OC9, FAMILY_DEBIAN, FAMILY_COUNT };

static const char *const family_names[] = {"EL 7", "EL 8", "OpenCloudOS 9", "Debian"};

static const struct bringing {
    const char *name, *packages[FAMILY_COUNT], *instead;
} table[] = {
#define BRINGS(name, el7, el8, oc9, debian, instead) {name, {el7, el8, oc9, debian}, instead},
#include "abi/surface/remedies.def"
#undef BRINGS
};

/* IDs of os-release, and the base list of a reference as "base". */
static const struct {
    const char *id;
    int version; /* the whole number that VERSION_ID begins with; 0: any */
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

static const struct bringing *find(const char *name)
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
    const struct bringing *row = find(name);

    return row != NULL && family != FAMILY_COUNT ? row->packages[family] : NULL;
}

bool remedy_is_lost(const struct surface *image, const char *name)
{
    enum family family = family_of(image);
    const struct bringing *row = find(name);
    const char *package;

    if (row == NULL)
        return false;
    package = row->packages[family != FAMILY_COUNT ? family : FAMILY_OC9];
    return package == NULL || strstr(package, "compat") != NULL;
}

char *remedy_text(const struct surface *image, const char *name)
{
    const struct bringing *row = find(name);
    const char *package = remedy_package(image, name);

    if (row == NULL)
        return NULL;
    if (package != NULL)
        return text_format("install %s, which has %s, or %s", package, path_base(name),
                           row->instead);
    /* Where it was last, so that it can be taken along. */
    for (int i = FAMILY_COUNT - 1; i >= 0; i--)
        if (row->packages[i] != NULL)
            return text_format("no package of the image's system is known to have %s (%s of %s "
                               "has it): ship it, or %s",
                               path_base(name), row->packages[i], family_names[i], row->instead);
    return text_dup(row->instead);
}
