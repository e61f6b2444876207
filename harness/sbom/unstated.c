/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of a product that no component accounts for. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sbom/sbom.h"

/* The length of a path without its last `levels` names. */
static size_t parent_length(const char *path, int levels)
{
    size_t length = strlen(path);

    for (; levels > 0 && length > 0; levels--)
        while (length > 0 && path[--length] != '/')
            continue;
    return length;
}

static size_t length_before(const char *path, const char *mark)
{
    const char *last = NULL;

    for (const char *at = path; (at = strstr(at, mark)) != NULL; at++)
        last = at;
    return last != NULL ? (size_t)(last - path) : SIZE_MAX;
}

/* Where everything belongs to a component that states itself by metadata, as a length of its place;
 * SIZE_MAX: nowhere. The list of packages of a whole system says nothing of single files. */
static size_t scope_length(const struct component *component)
{
    const char *place = component->place;

    if (component->basis != BASIS_METADATA)
        return SIZE_MAX;
    switch (component->type) {
    case COMPONENT_RPM:
        return strlen(place);
    case COMPONENT_DEB:
        return length_before(place, "!/DEBIAN/control");
    case COMPONENT_MAVEN:
        return length_before(place, "/META-INF/");
    case COMPONENT_PYPI:
        return parent_length(place, 2);
    case COMPONENT_NPM:
        return parent_length(place, 1);
    default:
        return SIZE_MAX;
    }
}

/* Distributions of Python are installed side by side: "demo/", "demo.libs/", "demo.so". */
static bool is_of_python(const struct component *component, size_t length, const char *rest)
{
    const char *name = component->name;

    if (length > 0 && component->place[length - 1] == '!')
        return true;
    for (; *name != '\0'; name++, rest++)
        if (tolower((unsigned char)*name) != tolower((unsigned char)*rest) &&
            !(*name == '-' && *rest == '_'))
            return false;
    return *rest == '/' || *rest == '.';
}

static bool accounts_for(const struct component *component, const struct sbom_file *file)
{
    size_t length = scope_length(component);

    if (component->basis == BASIS_BUILD_INFO)
        return strcmp(component->place, file->path) == 0;
    if (length == SIZE_MAX || strncmp(component->place, file->path, length) != 0 ||
        (file->path[length] != '/' && file->path[length] != '!'))
        return false;
    return component->type != COMPONENT_PYPI ||
           is_of_python(component, length, file->path + length + 1);
}

void sbom_add_unstated(struct sbom *sbom)
{
    vec_foreach (file, &sbom->files) {
        bool stated = !file->program;

        for (size_t i = 0; !stated && i < sbom->components.count; i++)
            stated = accounts_for(&sbom->components.items[i], file);
        if (!stated)
            sbom_add_gap(sbom, file->path,
                         "nothing states what it is, so that no advisory can be about it");
    }
}
