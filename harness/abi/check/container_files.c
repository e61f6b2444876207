/* SPDX-License-Identifier: Apache-2.0 */
/* Looks up programs in a container image, as its user. */
#include <string.h>

#include "abi/check/container.h"
#include "base/cleanup.h"
#include "base/path.h"

/* What runtimes set if the image does not. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static void read_path(struct container *container, const char *list)
{
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ":");
        _cleanup_free_ char *folder = text_ndup(at, length);

        /* An empty part is the working directory. */
        strv_take(&container->path, folder[0] == '/'
                                        ? text_dup(folder)
                                        : text_format("%s/%s", container->folder, folder));
        at += length;
        if (*at == '\0')
            return;
    }
}

void container_init(struct container *container, const struct package_image *image,
                    const struct world *world, struct findings *findings)
{
    const struct image_config *config = &image->config;
    const char *path = image_config_variable(config, "PATH");

    *container =
        (struct container){.image = image, .world = world, .findings = findings, .root = true};
    container->folder = text_dup(config->folder != NULL ? config->folder : "/");
    read_path(container, path != NULL ? path : DEFAULT_PATH);
    needs_init_root(&container->needs, image->root, world, findings, &container->path,
                    container->folder);
    for (uint32_t i = 0; i < image->entries.rows.count; i++)
        text_map_put(&container->entries, image->entries.rows.items[i].path, i);
}

void container_read_profile(struct container *container)
{
    if (world_resolve(container->world, "/etc/profile").found)
        read_path(container, DEFAULT_PATH);
}

void container_done(struct container *container)
{
    needs_done(&container->needs);
    strv_done(&container->path);
    text_map_done(&container->entries);
    text_map_done(&container->scripts);
    vec_done(&container->gids);
    free(container->folder);
}

static const struct image_entry *entry_of(const struct container *container, const char *canonical)
{
    uint32_t at = text_map_get(&container->entries, canonical);

    return at != TEXT_MAP_NONE ? &container->image->entries.rows.items[at] : NULL;
}

/* Root needs permission for anyone; others need it as owner, group or anyone. */
static bool may_execute(const struct container *container, const struct image_entry *entry)
{
    if (container->root)
        return entry->folder || (entry->mode & 0111) != 0;
    if (entry->uid == container->uid)
        return (entry->mode & 0100) != 0;
    vec_foreach (gid, &container->gids)
        if (entry->gid == *gid)
            return (entry->mode & 0010) != 0;
    return (entry->mode & 0001) != 0;
}

/* The reason why the user does not reach the file; NULL: it does. Caller frees. */
static char *refusal(const struct container *container, const char *canonical)
{
    _cleanup_free_ char *part = text_dup(canonical);
    const struct image_entry *entry;

    for (char *slash = part; (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
        *slash = '\0';
        entry = entry_of(container, part);
        if (entry != NULL && entry->folder && !may_execute(container, entry))
            return text_format("user %s may not enter the folder %s (mode %04o of user %u)",
                               container->image->config.user, part, entry->mode, entry->uid);
    }
    entry = entry_of(container, canonical);
    if (entry == NULL || may_execute(container, entry))
        return NULL;
    return container->root
               ? text_format("%s has mode %04o: nobody may execute it", canonical, entry->mode)
               : text_format("%s has mode %04o of user %u and group %u: user %s may not execute it",
                             canonical, entry->mode, entry->uid, entry->gid,
                             container->image->config.user);
}

/* NULL: not in this place, with a reason if a file is there. */
static char *program_at(const struct container *container, const char *path, char **reason)
{
    _cleanup_free_ char *canonical = world_canonical(container->world, path);
    const struct image_entry *entry = canonical != NULL ? entry_of(container, canonical) : NULL;

    if (entry == NULL)
        return NULL;
    free(*reason);
    *reason =
        entry->folder ? text_format("%s is a folder", canonical) : refusal(container, canonical);
    return *reason != NULL ? NULL : text_dup(canonical);
}

char *container_program(const struct container *container, const char *name, char **ret_reason)
{
    char *found = NULL;

    free(*ret_reason);
    *ret_reason = NULL;
    if (strchr(name, '/') != NULL) {
        _cleanup_free_ char *path =
            name[0] == '/' ? text_dup(name) : text_format("%s/%s", container->folder, name);

        found = program_at(container, path, ret_reason);
        if (found == NULL && *ret_reason == NULL)
            *ret_reason = text_format("the image has no file %s%s%s", name,
                                      name[0] == '/' ? "" : " in its working directory ",
                                      name[0] == '/' ? "" : container->folder);
        return found;
    }
    for (size_t i = 0; found == NULL && i < container->path.count; i++) {
        _cleanup_free_ char *path = text_format("%s/%s", container->path.items[i], name);

        found = program_at(container, path, ret_reason);
    }
    if (found == NULL && *ret_reason == NULL) {
        _cleanup_free_ char *folders = strv_join(&container->path, ":");

        *ret_reason = text_format("the image has no file %s in %s", name, folders);
    }
    return found;
}

bool container_mounts(const struct container *container, const char *path)
{
    const struct strv *volumes = &container->image->config.volumes;
    _cleanup_free_ char *full =
        path[0] == '/' ? text_dup(path) : text_format("%s/%s", container->folder, path);

    for (size_t i = 0; i < volumes->count; i++)
        if (needs_is_below(full, volumes->items[i]))
            return true;
    return false;
}

bool container_has(const struct container *container, const char *name)
{
    static const char *const run_time[] = {"/proc", "/sys", "/dev", "/run", "/tmp"};
    _cleanup_free_ char *path =
        name[0] == '/' ? text_dup(name) : text_format("%s/%s", container->folder, name);
    _cleanup_free_ char *canonical = world_canonical(container->world, path);

    for (size_t i = 0; i < sizeof(run_time) / sizeof(run_time[0]); i++)
        if (needs_is_below(path, run_time[i]))
            return true;
    if (canonical == NULL || canonical[0] == '\0' || entry_of(container, canonical) != NULL)
        return true;
    vec_foreach (entry, &container->image->entries.rows)
        if (needs_is_below(entry->path, canonical))
            return true;
    return false;
}

struct finding *container_say(const struct container_command *command, const char *program,
                              const char *reason)
{
    struct container *container = command->container;
    struct finding *row = findings_add(container->findings, command->kind, container->image->path,
                                       command->name, NULL, program);

    finding_set_found(row, "%s", reason);
    if (row->severity == SEVERITY_BLOCK &&
        (command->uncertain || container_mounts(container, program)))
        row->severity = SEVERITY_HIGH;
    return row;
}
