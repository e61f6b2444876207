/* SPDX-License-Identifier: Apache-2.0 */
/* The user and the working directory of a container. Runtimes look names up in the image's
 * /etc/passwd and /etc/group; numbers need no row there. A working directory that is missing is
 * made. */
#include <stdlib.h>
#include <string.h>

#include "abi/check/container.h"
#include "base/cleanup.h"

/* A row of /etc/passwd or /etc/group; the fields after the password. */
struct account {
    char *name, *fields[3];
};

static void account_done(struct account *account)
{
    free(account->name);
    for (size_t i = 0; i < 3; i++)
        free(account->fields[i]);
    *account = (struct account){0};
}

static void read_account(const char *line, size_t length, struct account *ret)
{
    const char *end = line + length;

    *ret = (struct account){0};
    for (size_t i = 0; i < 5 && line <= end; i++) {
        const char *colon = memchr(line, ':', (size_t)(end - line));
        char *field = text_ndup(line, (size_t)((colon != NULL ? colon : end) - line));

        if (i == 0)
            ret->name = field;
        else if (i >= 2)
            ret->fields[i - 2] = field;
        else
            free(field);
        line = (colon != NULL ? colon : end) + 1;
    }
}

static bool is_number(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* The row of this name, or else of this number. */
static bool find_account(const char *list, const char *name, struct account *ret)
{
    bool number = is_number(name);

    for (const char *line = list; line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");

        read_account(line, length, ret);
        if (text_equal(number ? ret->fields[0] : ret->name, name))
            return true;
        account_done(ret);
        line += length + (line[length] == '\n');
    }
    return false;
}

static void add_gid(struct container *container, const char *number)
{
    if (number != NULL)
        *vec_add(&container->gids) = (uint32_t)strtoul(number, NULL, 10);
}

/* The groups that list the user as a member. */
static void add_groups(struct container *container, const char *user)
{
    for (const char *line = container->image->entries.group; line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");
        _cleanup_(account_done) struct account group;
        _cleanup_strv_ struct strv members = {0};

        read_account(line, length, &group);
        if (group.fields[1] != NULL)
            strv_split(&members, group.fields[1], ",");
        if (strv_has(&members, user))
            add_gid(container, group.fields[0]);
        line += length + (line[length] == '\n');
    }
}

/* true: a runtime refuses the name, which is reported. */
static bool say_unknown(struct container *container, const char *name, const char *list,
                        const char *file)
{
    const struct package_image *image = container->image;
    struct finding *row;

    /* A link to another file, which is not read here. */
    if (list == NULL && text_map_get(&container->entries, file) != TEXT_MAP_NONE) {
        row = findings_add(container->findings, FINDING_UNKNOWN, image->path, "User", NULL, name);
        finding_set_found(row, "%s of the image is no regular file and was not read", file);
        return true;
    }
    row =
        findings_add(container->findings, FINDING_CONTAINER_USER, image->path, "User", NULL, name);
    finding_set_found(row,
                      list != NULL ? "%s of the image does not contain it"
                                   : "the image has no %s, in which runtimes look it up",
                      file);
    return true;
}

static bool set_user(struct container *container, const char *user, const char *group)
{
    const struct image_entries *entries = &container->image->entries;
    _cleanup_(account_done) struct account row = {0}, other = {0};
    bool found = find_account(entries->passwd, user, &row);

    if (!found && !is_number(user))
        return !say_unknown(container, user, entries->passwd, "/etc/passwd");
    container->uid = (uint32_t)strtoul(found ? row.fields[0] : user, NULL, 10);
    container->root = container->uid == 0;
    if (group == NULL) {
        add_gid(container, found ? row.fields[1] : "0");
        if (found)
            add_groups(container, row.name);
        return true;
    }
    if (find_account(entries->group, group, &other))
        add_gid(container, other.fields[0]);
    else if (is_number(group))
        add_gid(container, group);
    else
        return !say_unknown(container, group, entries->group, "/etc/group");
    return true;
}

static void check_folder(struct container *container)
{
    const char *folder = container->image->config.folder;
    struct container_command command = {
        .container = container, .name = "WorkingDir", .kind = FINDING_CONTAINER_START};
    _cleanup_free_ char *canonical = NULL;
    uint32_t at;

    if (folder == NULL)
        return;
    if (folder[0] != '/') {
        container_say(&command, folder, "a runtime accepts only an absolute path");
        return;
    }
    canonical = world_canonical(container->world, folder);
    at = canonical != NULL ? text_map_get(&container->entries, canonical) : TEXT_MAP_NONE;
    if (at != TEXT_MAP_NONE && !container->image->entries.rows.items[at].folder)
        container_say(&command, folder, "it is a file and not a folder");
}

void container_check_user(struct container *container)
{
    const char *text = container->image->config.user;
    _cleanup_strv_ struct strv parts = {0};

    check_folder(container);
    if (text == NULL)
        return;
    strv_split(&parts, text, ":");
    if (parts.count > 0 && text[0] != ':' &&
        !set_user(container, parts.items[0], parts.count > 1 ? parts.items[1] : NULL)) {
        container->root = true;
        container->gids.count = 0;
    }
}
