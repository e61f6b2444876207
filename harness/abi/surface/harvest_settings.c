/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a system, from the files and links that were recorded. */
#include <stdlib.h>
#include <string.h>

#include "abi/elf/file.h"
#include "abi/settings/settings.h"
#include "abi/settings/tree.h"
#include "abi/surface/harvest.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Paths that settings are read from. Borrowed. */
struct recorded {
    const struct harvest *harvest;
    VEC(const char *) paths;
};

static const char *text_at(const struct harvest *harvest, uint32_t string)
{
    return (const char *)surface_builder_at(harvest->builder, TABLE_STRINGS, 0) + string;
}

static const struct surface_path *path_row(const struct harvest *harvest, uint32_t row)
{
    return surface_builder_at(harvest->builder, TABLE_PATHS, row);
}

/* Of a file that a tar has twice, the last one counts. */
static const struct fact *last_fact(const struct harvest *harvest, const char *path)
{
    for (size_t i = harvest->facts.count; i-- > 0;)
        if (strcmp(harvest->facts.items[i].path, path) == 0)
            return &harvest->facts.items[i];
    return NULL;
}

static bool look(const void *context, const char *path, struct settings_entry *ret_entry)
{
    const struct recorded *recorded = context;
    const struct fact *fact = settings_wants(path) ? last_fact(recorded->harvest, path) : NULL;
    const struct surface_path *row;
    uint32_t place;

    *ret_entry = (struct settings_entry){.kind = SETTINGS_FILE};
    if (fact != NULL) {
        ret_entry->text = fact->data.data;
        ret_entry->length = fact->data.length;
        ret_entry->problem = fact->problem;
        return true;
    }
    place = surface_builder_find_path(recorded->harvest->builder, path, strlen(path));
    if (place == SURFACE_NONE)
        return false;
    row = path_row(recorded->harvest, place);
    ret_entry->kind = row->kind == PATH_LINK ? SETTINGS_LINK : SETTINGS_OTHER;
    if (row->kind == PATH_LINK)
        ret_entry->target = text_at(recorded->harvest, row->value);
    return true;
}

static void list(const void *context, const char *folder, struct strv *ret_names)
{
    const struct recorded *recorded = context;
    size_t length = strlen(folder);

    vec_foreach (path, &recorded->paths)
        if (strncmp(*path, folder, length) == 0 && (*path)[length] == '/' &&
            path_base(*path) == *path + length + 1)
            strv_add(ret_names, path_base(*path));
}

static char *version_of(const void *context, const char *path)
{
    const struct harvest *harvest = ((const struct recorded *)context)->harvest;
    const char *base = path_base(path);
    uint64_t count = surface_builder_count(harvest->builder, TABLE_OWNED);

    for (uint32_t i = 0; i < count; i++) {
        const struct surface_owned *row = surface_builder_at(harvest->builder, TABLE_OWNED, i);
        const char *folder = text_at(harvest, row->folder);
        const struct surface_package *package;

        /* Packages may still list /bin where it is a link to /usr/bin. */
        if (strcmp(text_at(harvest, row->base), base) != 0 ||
            (strncmp(folder, path, (size_t)(base - path)) != 0 &&
             (!text_starts(path, "/usr/") ||
              strncmp(folder, path + 4, (size_t)(base - path) - 4) != 0)))
            continue;
        package = surface_builder_at(harvest->builder, TABLE_PACKAGES, row->package);
        return text_dup(text_at(harvest, package->version));
    }
    return NULL;
}

/* Releases before 231 have no library that names them. */
static unsigned release_of_package(const struct harvest *harvest)
{
    uint64_t count = surface_builder_count(harvest->builder, TABLE_PACKAGES);

    for (uint32_t i = 0; i < count; i++) {
        const struct surface_package *package =
            surface_builder_at(harvest->builder, TABLE_PACKAGES, i);

        if (strcmp(text_at(harvest, package->name), "systemd") == 0)
            return (unsigned)strtoul(text_at(harvest, package->version), NULL, 10);
    }
    return 0;
}

void harvest_read_systemd(struct harvest *harvest, const struct elf_file *file)
{
    static const char library[] = "libsystemd-shared-", mark[] = "default-hierarchy=";
    const char *end = (const char *)file->data + file->size, *found;
    size_t length = 0;

    if (file->soname == NULL || !text_starts(file->soname, library))
        return;
    harvest->systemd = (unsigned)strtoul(file->soname + strlen(library), NULL, 10);
    found = memmem(file->data, file->size, mark, strlen(mark));
    if (found == NULL)
        return;
    found += strlen(mark);
    while (found + length < end && length < 16 && found[length] >= 'a' && found[length] <= 'z')
        length++;
    free(harvest->hierarchy);
    harvest->hierarchy = text_ndup(found, length);
}

static void add_row(struct harvest *harvest, const char *group, const struct setting *setting)
{
    struct surface_builder *builder = harvest->builder;
    struct surface_setting row = {.group = surface_builder_string(builder, group),
                                  .name = surface_builder_string(builder, setting->name),
                                  .value = surface_builder_string(builder, setting->value),
                                  .origin = surface_builder_string(builder, setting->origin),
                                  .flags = setting->flags};

    *(struct surface_setting *)surface_builder_row(builder, TABLE_SETTINGS, NULL) = row;
}

static void add_rows(struct harvest *harvest, const struct settings *settings)
{
    for (int group = 0; group < SETTINGS_GROUP_COUNT; group++) {
        const struct settings_section *section = &settings->groups[group];
        const char *name = settings_group_name((enum settings_group)group);

        add_row(harvest, name,
                &(struct setting){.value = section->unknown,
                                  .flags = section->unknown != NULL ? SETTING_UNKNOWN : 0});
        vec_foreach (row, &section->rows)
            add_row(harvest, name, row);
    }
}

void harvest_read_settings(struct harvest *harvest)
{
    struct recorded recorded = {.harvest = harvest};
    uint64_t count = surface_builder_count(harvest->builder, TABLE_PATHS);
    unsigned systemd = harvest->systemd != 0 ? harvest->systemd : release_of_package(harvest);
    struct settings settings;

    vec_foreach (fact, &harvest->facts)
        if (settings_wants(fact->path))
            *vec_add(&recorded.paths) = fact->path;
    for (uint32_t i = 0; i < count; i++) {
        const struct surface_path *row = path_row(harvest, i);

        if (row->kind == PATH_LINK && settings_wants(text_at(harvest, row->path)))
            *vec_add(&recorded.paths) = text_at(harvest, row->path);
    }
    settings_read(&(struct settings_tree){.context = &recorded,
                                          .look = look,
                                          .list = list,
                                          .version = version_of,
                                          .systemd = systemd,
                                          .hierarchy = harvest->hierarchy},
                  &settings);
    vec_done(&recorded.paths);
    add_rows(harvest, &settings);
    settings_done(&settings);
    surface_builder_meta(harvest->builder, "settings", "1");
    if (systemd != 0) {
        _cleanup_free_ char *release = text_format("%u", systemd);

        surface_builder_meta(harvest->builder, "systemd", release);
    }
}
