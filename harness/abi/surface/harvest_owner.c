/* SPDX-License-Identifier: Apache-2.0 */
/* Which package a library came with, from dpkg's file lists. */
#include <stdlib.h>
#include <string.h>

#include "abi/surface/harvest.h"
#include "base/path.h"

struct installed {
    const char *name, *version; /* point into the status text, ended by NUL there */
};
struct installed_list {
    VEC(struct installed) rows;
};

static int compare_installed(const void *a, const void *b)
{
    return strcmp(((const struct installed *)a)->name, ((const struct installed *)b)->name);
}

/* "Package: x" and "Version: y" of each paragraph; cuts the text into strings. */
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

void harvest_read_dpkg(struct harvest *harvest)
{
    const struct fact *status = harvest_fact(harvest, "/var/lib/dpkg/status");
    _cleanup_free_ char *text = NULL;
    struct installed_list list = {0};

    if (status != NULL && status->data.data != NULL) {
        text = text_dup(status->data.data);
        read_status(text, &list);
        surface_builder_meta(harvest->builder, "packages", "dpkg");
    }
    vec_foreach (fact, &harvest->facts) {
        const char *line = fact->data.data;
        uint32_t owner;

        if (!text_starts(fact->path, "/var/lib/dpkg/info/") || line == NULL)
            continue;
        owner = owner_text(harvest, &list, fact->path);
        while (*line != '\0') {
            size_t length = strcspn(line, "\n");

            if (length > 5)
                harvest_set_owner(harvest, line, length, owner);
            line += length + (line[length] == '\n');
        }
    }
    vec_done(&list.rows);
}
