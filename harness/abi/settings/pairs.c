/* SPDX-License-Identifier: Apache-2.0 */
/* Files with a name and a value on each line. */
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

static bool is_wanted(const char *name, const char *const *keys)
{
    if (keys == NULL)
        return true;
    for (; *keys != NULL; keys++)
        if (strcmp(name, *keys) == 0)
            return true;
    return false;
}

static char *unquote(char *value)
{
    size_t length = strlen(value);

    if (length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0]) {
        value[length - 1] = '\0';
        value++;
    }
    return value;
}

void settings_read_pairs(const struct settings_tree *tree, const char *path, const char *separators,
                         const char *const *keys, struct settings_section *to)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
    size_t position = 0;

    if (!settings_open_for(tree, path, to, &file))
        return;
    while (to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(&file, &position);
        char *name, *value;

        if (line == NULL)
            return;
        line[strcspn(line, "#")] = '\0';
        name = settings_strip(line);
        value = name + strcspn(name, separators);
        if (*value == '\0')
            continue;
        *value++ = '\0';
        if (name[0] != '\0' && is_wanted(name, keys))
            settings_set(to, name, unquote(settings_strip(value)), file.path, 0);
    }
}

void settings_read_selinux(const struct settings_tree *tree, const struct settings *all,
                           struct settings_section *to)
{
    static const char *const keys[] = {"SELINUX", "SELINUXTYPE", NULL};

    (void)all;
    settings_read_pairs(tree, "/etc/selinux/config", "=", keys, to);
}

/* login.defs(5): umask, number ranges of users, the hash of passwords. */
void settings_read_login(const struct settings_tree *tree, const struct settings *all,
                         struct settings_section *to)
{
    static const char *const keys[] = {
        "UMASK",       "ENCRYPT_METHOD", "UID_MIN",     "UID_MAX",         "GID_MIN",
        "GID_MAX",     "SYS_UID_MIN",    "SYS_UID_MAX", "USERGROUPS_ENAB", "HOME_MODE",
        "CREATE_HOME", "PASS_MAX_DAYS",  "SYS_GID_MIN", "SYS_GID_MAX",     NULL};

    (void)all;
    settings_read_pairs(tree, "/etc/login.defs", " \t=", keys, to);
}

void settings_read_nss(const struct settings_tree *tree, const struct settings *all,
                       struct settings_section *to)
{
    (void)all;
    settings_read_pairs(tree, "/etc/nsswitch.conf", ":", NULL, to);
}

static void read_zone(const struct settings_tree *tree, struct settings_section *to)
{
    static const char mark[] = "/zoneinfo/";
    struct settings_entry entry;
    const char *zone;

    if (!tree->look(tree->context, "/etc/localtime", &entry))
        return;
    /* A copy does not say of which zone. */
    zone = entry.kind == SETTINGS_LINK ? strstr(entry.target, mark) : NULL;
    if (zone != NULL)
        settings_set(to, "time zone", zone + strlen(mark), "/etc/localtime", 0);
}

void settings_read_locale(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    static const char *const keys[] = {"LANG",       "LANGUAGE",   "LC_ALL",  "LC_CTYPE",
                                       "LC_COLLATE", "LC_NUMERIC", "LC_TIME", NULL};

    (void)all;
    settings_read_pairs(tree, "/etc/default/locale", "=", keys, to);
    settings_read_pairs(tree, "/etc/locale.conf", "=", keys, to); /* of systemd */
    read_zone(tree, to);
}

/* crypto-policies(7). The first line that is not a comment; what was applied counts more than what
 * was asked for. */
void settings_read_crypto(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    static const char *const paths[] = {"/etc/crypto-policies/state/current",
                                        "/etc/crypto-policies/config"};

    (void)all;
    for (size_t i = 0; i < 2; i++) {
        _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
        size_t position = 0;

        if (!settings_open_for(tree, paths[i], to, &file))
            continue;
        for (;;) {
            _cleanup_free_ char *line = settings_line(&file, &position);
            const char *text;

            if (line == NULL)
                break;
            line[strcspn(line, "#")] = '\0';
            text = settings_strip(line);
            if (text[0] == '\0')
                continue;
            settings_set(to, "policy", text, file.path, 0);
            return;
        }
    }
}
