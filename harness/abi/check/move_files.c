/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and units: files that are known by their name, in folders that are searched in order. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/move_areas.h"
#include "abi/surface/surface.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "base/text_map.h"

static const char *const command_folders[] = {
    "/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", NULL};
static const char *const unit_folders[] = {"/etc/systemd/system/", "/usr/lib/systemd/system/",
                                           "/lib/systemd/system/", NULL};
static const char *const unit_endings[] = {".service", ".socket", ".timer",
                                           ".mount",   ".path",   ".target"};

struct names {
    const struct surface *surface;
    struct text_map map; /* name: the path's row */
    VEC(uint32_t) rows;  /* of each name, in the order in which it was found */
};

static void names_done(struct names *names)
{
    text_map_done(&names->map);
    vec_done(&names->rows);
}

static bool is_unit(const char *name)
{
    for (size_t i = 0; i < sizeof(unit_endings) / sizeof(unit_endings[0]); i++)
        if (text_ends(name, unit_endings[i]))
            return true;
    return false;
}

/* The first folder that has a name counts, as it does for a shell and for systemd. */
static void find_names(const struct surface *surface, const char *const *folders, bool units,
                       struct names *to)
{
    to->surface = surface;
    for (; *folders != NULL; folders++)
        for (uint64_t i = 0; i < surface->counts[TABLE_PATHS]; i++) {
            const char *path = surface_text(surface, surface->paths[i].path);
            const char *name = text_starts(path, *folders) ? path + strlen(*folders) : NULL;

            if (name == NULL || *name == '\0' || strchr(name, '/') != NULL ||
                surface->paths[i].kind == PATH_FOLDER || (units && !is_unit(name)) ||
                text_map_get(&to->map, name) != TEXT_MAP_NONE)
                continue;
            text_map_put(&to->map, name, (uint32_t)i);
            *vec_add(&to->rows) = (uint32_t)i;
        }
}

static const char *path_at(const struct names *names, uint32_t row)
{
    return surface_text(names->surface, names->surface->paths[row].path);
}

/* /bin/x and /usr/bin/x are one where /bin is a link; a script finds either. */
static bool has_path(const struct surface *surface, const char *path)
{
    _cleanup_free_ char *below = text_format("/usr%s", path);
    const char *other = text_starts(path, "/usr/") ? path + strlen("/usr") : below;

    return surface_find_path(surface, path, strlen(path)) != SURFACE_NONE ||
           surface_find_path(surface, other, strlen(other)) != SURFACE_NONE;
}

static void compare(const struct surface *a, const struct surface *b, const char *const *folders,
                    bool units, const char *what, struct move_section *to)
{
    _cleanup_(names_done) struct names before = {.surface = a}, after = {.surface = b};

    find_names(a, folders, units, &before);
    find_names(b, folders, units, &after);
    if (!move_has_both(before.rows.count, after.rows.count, what, to))
        return;
    vec_foreach (row, &before.rows) {
        const char *path = path_at(&before, *row), *name = path_base(path);
        uint32_t other = text_map_get(&after.map, name);

        if (other == TEXT_MAP_NONE)
            move_add(to, MOVE_GONE, name, text_dup(path), NULL);
        else if (!units && !has_path(b, path))
            move_add(to, MOVE_PLACE, name, text_dup(path), text_dup(path_at(&after, other)));
        else
            to->same++;
    }
    vec_foreach (row, &after.rows) {
        const char *path = path_at(&after, *row);

        if (text_map_get(&before.map, path_base(path)) == TEXT_MAP_NONE)
            move_add(to, MOVE_ADDED, path_base(path), NULL, text_dup(path));
    }
}

void move_commands(const struct surface *a, const struct surface *b, struct move_section *to)
{
    compare(a, b, command_folders, false, "no command", to);
}

void move_services(const struct surface *a, const struct surface *b, struct move_section *to)
{
    compare(a, b, unit_folders, true, "no unit", to);
}
