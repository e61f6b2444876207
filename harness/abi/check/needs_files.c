/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up files and folders that units name. */
#include <string.h>

#include "abi/check/needs.h"
#include "base/cleanup.h"
#include "base/path.h"

#define PATHS_MAX 2000 /* different files and folders that are looked for */

/* The package has it, as an entry or because a file is in it. */
static bool has_folder(const struct needs *needs, const char *path)
{
    for (size_t i = 0; i < needs->package->folders.count; i++)
        if (text_equal(needs->package->folders.items[i], path))
            return true;
    vec_foreach (file, &needs->package->files)
        if (needs_is_below(file->path, path))
            return true;
    return false;
}

/* A row for it, or for something in it. */
static bool image_has(const struct needs *needs, const char *path)
{
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(path_base(path) - path));

    if (surface_find_path(image, path, strlen(path)) != SURFACE_NONE)
        return true;
    for (uint64_t i = 0; i < image->counts[TABLE_OWNED]; i++)
        if (text_equal(surface_text(image, image->owned[i].base), path_base(path)) &&
            text_equal(surface_text(image, image->owned[i].folder), folder))
            return true;
    for (uint64_t i = 0; i < image->counts[TABLE_PATHS]; i++)
        if (needs_is_below(surface_text(image, image->paths[i].path), path))
            return true;
    return false;
}

enum need_answer needs_path(struct needs *needs, const char *path)
{
    static const char *const run_time[] = {"/proc", "/sys",     "/dev",    "/run",
                                           "/tmp",  "/var/run", "/var/tmp"};
    const struct surface *image = needs->world->layers[LAYER_IMAGE];
    _cleanup_free_ char *plain = text_dup(path), *canonical = NULL;
    uint32_t known;

    for (size_t length = strlen(plain); length > 1 && plain[length - 1] == '/'; length--)
        plain[length - 1] = '\0';
    for (size_t i = 0; i < sizeof(run_time) / sizeof(run_time[0]); i++)
        if (text_equal(plain, run_time[i]) || needs_is_below(plain, run_time[i]))
            return NEED_THERE;
    known = text_map_get(&needs->answers, plain);
    if (known != TEXT_MAP_NONE)
        return (enum need_answer)known;
    if (needs->asked.count >= PATHS_MAX)
        return needs_unknown(needs, NEED_PATH, plain);
    canonical = world_canonical(needs->world, plain);
    if (text_equal(plain, "/") || canonical == NULL || world_resolve(needs->world, plain).found ||
        needs_makes(needs, plain, true) || has_folder(needs, plain) ||
        has_folder(needs, canonical) || image_has(needs, canonical) || image_has(needs, plain))
        known = NEED_THERE;
    else if (needs->reference || !needs->lists_files ||
             (!needs->lists_folders && image->counts[TABLE_OWNED] == 0))
        known = needs_unknown(needs, NEED_PATH, plain);
    else
        known = NEED_MISSING;
    strv_add(&needs->asked, plain);
    text_map_put(&needs->answers, needs->asked.items[needs->asked.count - 1], known);
    return (enum need_answer)known;
}

static void read_modes(struct needs *needs)
{
    needs->has_modes = needs->package->own_packages > 0;
    vec_foreach (file, &needs->package->files) {
        text_map_put(&needs->modes, file->path, 1 + file->mode);
        needs->has_modes = needs->has_modes || (file->mode & 0111) != 0;
    }
}

bool needs_refuses_execution(struct needs *needs, const char *path, unsigned *ret_mode)
{
    _cleanup_free_ char *canonical = world_canonical(needs->world, path);
    uint32_t mode;

    if (canonical == NULL)
        return false;
    if (needs->modes.count == 0)
        read_modes(needs);
    mode = text_map_get(&needs->modes, canonical);
    if (mode == TEXT_MAP_NONE)
        mode = text_map_get(&needs->modes, path);
    if (mode == TEXT_MAP_NONE || !needs->has_modes || ((mode - 1) & 0111) != 0 ||
        needs_makes(needs, path, false))
        return false;
    *ret_mode = mode - 1;
    return true;
}

bool needs_refuses_format(struct needs *needs, const char *path)
{
    const struct package *package = needs->package;
    _cleanup_free_ char *canonical = world_canonical(needs->world, path);
    struct place place = world_resolve(needs->world, path);
    bool there = false;

    if (canonical == NULL || place.is_object || package->full || needs_makes(needs, path, false))
        return false;
    vec_foreach (file, &package->files)
        there = there || text_equal(file->path, canonical);
    vec_foreach (elf, &package->elves)
        there = there && !text_equal(elf->path, canonical);
    vec_foreach (code, &package->codes)
        there = there && !text_equal(code->path, canonical);
    vec_foreach (script, &package->scripts)
        there = there && (!text_equal(script->path, canonical) || !text_starts(script->text, "#!"));
    return there;
}
