/* SPDX-License-Identifier: Apache-2.0 */
/* Packages, and the package that each file belongs to, from dpkg's status and file lists. */
#include <stdlib.h>
#include <string.h>

#include "abi/surface/harvest.h"
#include "abi/surface/packages.h"
#include "base/path.h"
#include "base/text_map.h"

struct installed {
    const char *name, *version; /* point into the status text, in which they are NUL-terminated */
};
struct installed_list {
    VEC(struct installed) rows;
};

static int compare_installed(const void *a, const void *b)
{
    return strcmp(((const struct installed *)a)->name, ((const struct installed *)b)->name);
}

/* Reads "Package: x" and "Version: y" of each paragraph; modifies the text. */
static void read_status(char *text, struct installed_list *list)
{
    char *line = text, *next;
    const char *name = NULL;

    for (; line != NULL && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (text_starts(line, "Package: "))
            name = line + 9;
        else if (text_starts(line, "Version: ") && name != NULL)
            *vec_add(&list->rows) = (struct installed){name, line + 9};
        else if (*line == '\0')
            name = NULL;
    }
    if (list->rows.count > 1)
        qsort(list->rows.items, list->rows.count, sizeof(*list->rows.items), compare_installed);
}

static uint32_t owner_text(struct harvest *harvest, const struct installed_list *list,
                           const char *list_path)
{
    const char *base = path_base(list_path);
    _cleanup_free_ char *name = text_ndup(base, strcspn(base, ":")), *owner = NULL;
    struct installed key = {0}, *found = NULL;

    if (text_ends(name, ".list"))
        name[strlen(name) - strlen(".list")] = '\0';
    key.name = name;
    if (list->rows.count > 0)
        found = bsearch(&key, list->rows.items, list->rows.count, sizeof(key), compare_installed);
    owner = found != NULL ? text_format("%s %s", name, found->version) : text_dup(name);
    return surface_builder_string(harvest->builder, owner);
}

/* The package of a file list "name.list" or "name:arch.list", or SURFACE_NONE. */
static uint32_t package_of(const struct text_map *packages, const char *list_path)
{
    const char *base = path_base(list_path);
    _cleanup_free_ char *name = text_ndup(base, strlen(base) - strlen(".list"));
    uint32_t found = text_map_get(packages, name);

    name[strcspn(name, ":")] = '\0';
    return found != TEXT_MAP_NONE ? found : text_map_get(packages, name);
}

/* Paths that are prefixes of others are folders, which packages share; a list has a folder before
 * its content. */
static void add_paths(struct harvest *harvest, uint32_t package, const char *text)
{
    size_t before = surface_builder_count(harvest->builder, TABLE_OWNED);
    struct surface_package *row;

    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        bool folder = strncmp(line, next, length) == 0 && next[length] == '/';

        if (length > 2 && !folder)
            packages_add_path(harvest->builder, package, line, length);
        line = next;
    }
    row = surface_builder_at(harvest->builder, TABLE_PACKAGES, package);
    row->owned = (uint32_t)before;
    row->owned_count = (uint32_t)(surface_builder_count(harvest->builder, TABLE_OWNED) - before);
}

/* Indexes packages by name and by "name:arch"; the builder's strings may move, so keys are
 * copies. */
static void index_packages(struct harvest *harvest, struct text_map *map, struct strv *keys)
{
    for (uint32_t i = 0; i < surface_builder_count(harvest->builder, TABLE_PACKAGES); i++) {
        const struct surface_package *row = surface_builder_at(harvest->builder, TABLE_PACKAGES, i);
        const char *strings = surface_builder_at(harvest->builder, TABLE_STRINGS, 0);

        strv_take(keys, text_format("%s:%s", strings + row->name, strings + row->arch));
        strv_take(keys, text_dup(strings + row->name));
        text_map_put(map, keys->items[keys->count - 2], i);
        text_map_put(map, keys->items[keys->count - 1], i);
    }
}

/* Three lines each: the path, the other path, the package. */
static void read_diversions(struct harvest *harvest)
{
    const struct fact *fact = harvest_fact(harvest, "/var/lib/dpkg/diversions");
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_buffer_ struct buffer paths = {0};

    if (fact == NULL || fact->data.data == NULL)
        return;
    strv_split(&lines, fact->data.data, "\n");
    for (size_t i = 0; i + 2 < lines.count; i += 3)
        buffer_format(&paths, "%s\n", lines.items[i]);
    if (paths.length > 0)
        surface_builder_meta(harvest->builder, "diversions", paths.data);
}

void harvest_read_dpkg(struct harvest *harvest)
{
    struct text_map packages = {0};
    _cleanup_strv_ struct strv keys = {0};
    const struct fact *status = harvest_fact(harvest, "/var/lib/dpkg/status");
    _cleanup_free_ char *text = NULL;
    struct installed_list list = {0};

    read_diversions(harvest);
    if (status != NULL && status->data.data != NULL) {
        packages_add_deb(harvest->builder, status->data.data);
        index_packages(harvest, &packages, &keys);
        text = text_dup(status->data.data);
        read_status(text, &list);
        surface_builder_meta(harvest->builder, "packages", "dpkg");
    }
    vec_foreach (fact, &harvest->facts) {
        const char *line = fact->data.data;
        uint32_t owner, package;

        if (!text_starts(fact->path, "/var/lib/dpkg/info/") || line == NULL)
            continue;
        owner = owner_text(harvest, &list, fact->path);
        package = package_of(&packages, fact->path);
        if (package != TEXT_MAP_NONE)
            add_paths(harvest, package, line);
        while (*line != '\0') {
            size_t length = strcspn(line, "\n");

            if (length > 5)
                harvest_set_owner(harvest, line, length, owner);
            line += length + (line[length] == '\n');
        }
    }
    vec_done(&list.rows);
    text_map_done(&packages);
}
