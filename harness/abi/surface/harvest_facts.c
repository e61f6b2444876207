/* SPDX-License-Identifier: Apache-2.0 */
/* Files that describe the whole image, and the owners of objects. */
#include <string.h>

#include "abi/surface/harvest.h"

void harvest_take_fact(struct harvest *harvest, const char *path, struct buffer *data)
{
    struct fact *fact = vec_add(&harvest->facts);

    /* The package database is thousands of files, which nobody asks for. */
    if (text_starts(path, "/etc/"))
        surface_builder_path(harvest->builder, path, PATH_FILE, 0);
    fact->path = text_dup(path);
    fact->data = *data;
    *data = (struct buffer){0};
}

void harvest_take_unread(struct harvest *harvest, const char *path, const char *problem)
{
    struct buffer empty = {0};

    harvest_take_fact(harvest, path, &empty);
    harvest->facts.items[harvest->facts.count - 1].problem = text_dup(problem);
}

struct fact *harvest_fact(const struct harvest *harvest, const char *path)
{
    vec_foreach (fact, &harvest->facts)
        if (strcmp(fact->path, path) == 0)
            return fact;
    return NULL;
}

void harvest_set_owner(struct harvest *harvest, const char *path, size_t length, uint32_t owner)
{
    char moved[4096];
    uint32_t row = surface_builder_find_path(harvest->builder, path, length);
    const struct surface_path *found;

    /* Packages built before /lib was merged into /usr/lib still list the old location. */
    if (row == SURFACE_NONE && length + 4 < sizeof(moved) && !text_starts(path, "/usr/")) {
        memcpy(moved, "/usr", 4);
        memcpy(moved + 4, path, length);
        row = surface_builder_find_path(harvest->builder, moved, length + 4);
    }
    if (row == SURFACE_NONE)
        return;
    found = surface_builder_at(harvest->builder, TABLE_PATHS, row);
    if (found->kind == PATH_OBJECT)
        ((struct surface_object *)surface_builder_at(harvest->builder, TABLE_OBJECTS, found->value))
            ->package = owner;
}

bool harvest_names_distribution(const char *path)
{
    const char *rest = text_starts(path, "/etc/") ? path + strlen("/etc/") : NULL;

    return rest != NULL && strchr(rest, '/') == NULL &&
           (text_ends(rest, "-release") || text_ends(rest, "_version") ||
            text_equal(rest, "issue"));
}

#define RELEASE_MAX 4096 /* bytes of a file that names the distribution */

void harvest_read_releases(struct harvest *harvest)
{
    vec_foreach (fact, &harvest->facts) {
        _cleanup_free_ char *key = NULL, *text = NULL;

        if (!harvest_names_distribution(fact->path))
            continue;
        key = text_format("text:%s", fact->path);
        text = text_ndup(fact->data.data != NULL ? fact->data.data : "",
                         fact->data.length < RELEASE_MAX ? fact->data.length : RELEASE_MAX);
        surface_builder_meta(harvest->builder, key, text);
    }
}
