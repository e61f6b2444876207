/* SPDX-License-Identifier: Apache-2.0 */
/* The packages of two systems. One that is gone may have another name: a package of the second
 * system provides, obsoletes or replaces it, or has at least a quarter of its files. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/move_areas.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/text_map.h"

enum { SHARE = 4, MANY = SURFACE_NONE - 1 };

/* The paths of a system's packages: the package that owns each, or MANY (a folder). */
struct owners {
    const struct surface *surface;
    struct text_map map;
    struct strv paths; /* the keys */
};

static void owners_done(struct owners *owners)
{
    text_map_done(&owners->map);
    strv_done(&owners->paths);
}

static char *path_of(const struct surface *surface, const struct surface_owned *row)
{
    return text_format("%s%s", surface_text(surface, row->folder),
                       surface_text(surface, row->base));
}

/* A later value does not replace an earlier one, so the folders are found first. */
static void find_owners(const struct surface *surface, struct owners *to)
{
    struct text_map seen = {0};

    to->surface = surface;
    for (uint64_t i = 0; i < surface->counts[TABLE_OWNED]; i++) {
        char *path = path_of(surface, &surface->owned[i]);

        if (text_map_get(&seen, path) != TEXT_MAP_NONE)
            text_map_put(&to->map, path, MANY);
        else
            text_map_put(&seen, path, 0);
        strv_take(&to->paths, path);
    }
    for (uint64_t i = 0; i < surface->counts[TABLE_OWNED]; i++)
        text_map_put(&to->map, to->paths.items[i], surface->owned[i].package);
    text_map_done(&seen);
}

struct comparing {
    const struct surface *a, *b;
    struct owners of_a, of_b;
    struct text_map names; /* of the second system: the first package of this name */
    struct move_section *to;
};

static const char *name_of(const struct surface *surface, uint32_t package)
{
    return surface_text(surface, surface->packages[package].name);
}

static bool is_instead(const struct surface_relation *row)
{
    switch ((enum surface_relation_kind)(row->flags >> RELATION_KIND_SHIFT)) {
    case RELATION_PROVIDES:
    case RELATION_OBSOLETES:
        return true;
    case RELATION_REPLACES: /* with a version, only files move from one to the other */
        return (row->flags & SENSE_MASK) == 0;
    default:
        return false;
    }
}

static void add_name(struct strv *names, const char *name)
{
    if (!strv_has(names, name))
        strv_add(names, name);
}

static void find_by_relation(const struct comparing *in, const char *gone, struct strv *names)
{
    const struct surface *b = in->b;

    for (uint64_t i = 0; i < b->counts[TABLE_PACKAGES]; i++) {
        const struct surface_package *package = &b->packages[i];

        for (uint32_t r = 0; r < package->relation_count; r++) {
            const struct surface_relation *row = &b->relations[package->relation + r];

            if (is_instead(row) && strcmp(surface_text(b, row->name), gone) == 0)
                add_name(names, name_of(b, (uint32_t)i));
        }
    }
}

/* Documentation says nothing about what a package is for. */
static bool is_content(const char *path)
{
    return !text_starts(path, "/usr/share/doc/") && !text_starts(path, "/usr/share/man/") &&
           !text_starts(path, "/usr/share/lintian/");
}

static void find_by_files(const struct comparing *in, uint32_t package, struct strv *names)
{
    const struct surface_package *gone = &in->a->packages[package];
    _cleanup_free_ uint32_t *counts =
        text_calloc(in->b->counts[TABLE_PACKAGES] + 1, sizeof(*counts));
    uint32_t files = 0;

    for (uint32_t i = 0; i < gone->owned_count; i++) {
        _cleanup_free_ char *path = path_of(in->a, &in->a->owned[gone->owned + i]);
        uint32_t owner;

        if (!is_content(path) || text_map_get(&in->of_a.map, path) == MANY)
            continue;
        files++;
        owner = text_map_get(&in->of_b.map, path);
        if (owner != TEXT_MAP_NONE && owner != MANY)
            counts[owner]++;
    }
    for (uint64_t i = 0; i < in->b->counts[TABLE_PACKAGES]; i++)
        if (counts[i] > 0 && counts[i] * SHARE >= files)
            add_name(names, name_of(in->b, (uint32_t)i));
}

static void add_gone(const struct comparing *in, uint32_t package)
{
    const char *name = name_of(in->a, package);
    _cleanup_strv_ struct strv names = {0};

    find_by_relation(in, name, &names);
    find_by_files(in, package, &names);
    strv_sort(&names);
    move_add(in->to,
             names.count == 0   ? MOVE_GONE
             : names.count == 1 ? MOVE_RENAMED
                                : MOVE_SPLIT,
             name, text_dup(surface_text(in->a, in->a->packages[package].version)),
             names.count > 0 ? strv_join(&names, ", ") : NULL);
}

static void compare(const struct comparing *in, uint32_t package)
{
    const char *name = name_of(in->a, package);
    const char *version = surface_text(in->a, in->a->packages[package].version), *now;
    uint32_t other = text_map_get(&in->names, name);

    if (other == TEXT_MAP_NONE) {
        add_gone(in, package);
        return;
    }
    now = surface_text(in->b, in->b->packages[other].version);
    if (strcmp(version, now) == 0)
        in->to->same++;
    else
        move_add(in->to, MOVE_CHANGED, name, text_dup(version), text_dup(now));
}

/* Several architectures of a package are one. */
static void name_packages(const struct surface *surface, struct text_map *names)
{
    for (uint64_t i = 0; i < surface->counts[TABLE_PACKAGES]; i++)
        text_map_put(names, name_of(surface, (uint32_t)i), (uint32_t)i);
}

void move_packages(const struct surface *a, const struct surface *b, struct move_section *to)
{
    struct comparing in = {.a = a, .b = b, .to = to};
    struct text_map before = {0};

    if (!move_has_both(a->counts[TABLE_PACKAGES], b->counts[TABLE_PACKAGES], "no installed package",
                       to))
        return;
    find_owners(a, &in.of_a);
    find_owners(b, &in.of_b);
    name_packages(a, &before);
    name_packages(b, &in.names);
    for (uint64_t i = 0; i < a->counts[TABLE_PACKAGES]; i++)
        if (text_map_get(&before, name_of(a, (uint32_t)i)) == i)
            compare(&in, (uint32_t)i);
    for (uint64_t i = 0; i < b->counts[TABLE_PACKAGES]; i++)
        if (text_map_get(&in.names, name_of(b, (uint32_t)i)) == i &&
            text_map_get(&before, name_of(b, (uint32_t)i)) == TEXT_MAP_NONE)
            move_add(to, MOVE_ADDED, name_of(b, (uint32_t)i), NULL,
                     text_dup(surface_text(b, b->packages[i].version)));
    text_map_done(&before);
    text_map_done(&in.names);
    owners_done(&in.of_a);
    owners_done(&in.of_b);
}
