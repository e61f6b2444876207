/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel settings, as systemd-sysctl sets them at boot (sysctl.d(5), systemd's src/sysctl), or
 * `sysctl --system` of procps where there is no systemd. */
#include <fnmatch.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

/* What looks like a path is one; otherwise '.' separates and '/' stands for a dot in a name. */
static void normalise(char *name)
{
    size_t first = strcspn(name, "./");
    bool dots = name[first] == '.';
    char *to = name;

    for (char *at = name; *at != '\0'; at++) {
        char byte = dots && *at == '.' ? '/' : dots && *at == '/' ? '.' : *at;

        if (byte != '/' || (to > name && to[-1] != '/'))
            *to++ = byte;
    }
    *to = '\0';
}

/* As sysctl(8) shows it, with dots. */
static void show(char *name)
{
    for (; *name != '\0'; name++)
        *name = *name == '/' ? '.' : *name == '.' ? '/' : *name;
}

static void read_line(char *text, const char *origin, struct settings_section *to)
{
    char *name = settings_strip(text), *value = strchr(name, '=');
    const struct setting *old;

    if (name[0] == '\0' || name[0] == '#' || name[0] == ';' || (value == NULL && name[0] != '-'))
        return;
    if (value != NULL)
        *value++ = '\0';
    if (name[0] == '-')
        name++;
    name = settings_strip(name);
    normalise(name);
    show(name);
    if (name[0] == '\0')
        return;
    /* The same assignment again changes neither the order nor the origin. */
    old = settings_row(to, name);
    if (old != NULL && value != NULL && strcmp(old->value, settings_strip(value)) == 0 &&
        (old->flags & SETTING_EXCLUDED) == 0)
        return;
    settings_set(to, name, value != NULL ? settings_strip(value) : "", origin,
                 value != NULL ? 0 : SETTING_EXCLUDED);
}

void settings_read_sysctl(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    static const char *const folders[] = {"/etc/sysctl.d",           "/run/sysctl.d",
                                          "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
                                          "/lib/sysctl.d",           NULL};
    _cleanup_strv_ struct strv paths = {0};

    (void)all;
    settings_list(tree, folders, ".conf", &paths);
    for (size_t i = 0; i < paths.count; i++)
        settings_read_lines(tree, paths.items[i], read_line, to);
    if (!settings_exists(tree, "/usr/lib/systemd/systemd-sysctl") &&
        !settings_exists(tree, "/lib/systemd/systemd-sysctl"))
        settings_read_lines(tree, "/etc/sysctl.conf", read_line, to);
}

static bool is_pattern(const char *name)
{
    return strpbrk(name, "*?[") != NULL;
}

/* A pattern matches within one part of the name. */
static bool matches(const char *pattern, const char *name)
{
    _cleanup_free_ char *path = text_dup(name), *wanted = text_dup(pattern);

    show(path);
    show(wanted);
    return fnmatch(wanted, path, FNM_PATHNAME) == 0;
}

const struct setting *settings_find_sysctl(const struct settings_section *sysctl, const char *name)
{
    const struct setting *found = settings_row(sysctl, name);

    if (found != NULL)
        return (found->flags & SETTING_EXCLUDED) == 0 ? found : NULL;
    vec_foreach (row, &sysctl->rows)
        if (is_pattern(row->name) && (row->flags & SETTING_EXCLUDED) == 0 &&
            matches(row->name, name))
            found = row;
    return found;
}
