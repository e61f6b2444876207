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
