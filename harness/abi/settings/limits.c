/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of login sessions: limits.conf(5), as pam_limits reads it. */
#include <ctype.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"

static bool is_item(const char *word)
{
    static const char *const items[] = {
        "core", "data",   "fsize",    "memlock",    "nofile",   "rss",          "stack",
        "cpu",  "nproc",  "as",       "maxlogins",  "locks",    "maxsyslogins", "sigpending",
        "nice", "chroot", "msgqueue", "nonewprivs", "priority", "rtprio"};

    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        if (strcmp(word, items[i]) == 0)
            return true;
    return false;
}

static void lower(char *word)
{
    for (; *word != '\0'; word++)
        *word = (char)tolower((unsigned char)*word);
}

static void set(const char *domain, const char *type, const char *item, const char *value,
                const char *origin, struct settings_section *to)
{
    _cleanup_free_ char *name = text_format("%s %s %s", domain, type, item);
    bool unlimited = strcmp(value, "-1") == 0 || strcmp(value, "infinity") == 0;

    settings_set(to, name, unlimited ? "unlimited" : value, origin, 0);
}

/* Lines that pam_limits would reject are skipped, as it does. */
static void read_line(char *line, const char *origin, struct settings_section *to)
{
    _cleanup_strv_ struct strv words = {0};
    char *type, *item;

    line[strcspn(line, "#")] = '\0';
    strv_split(&words, line, " \t\r\f\v");
    if (words.count == 2 && words.items[1][0] == '-') {
        _cleanup_free_ char *name = text_format("%s -", words.items[0]);

        settings_set(to, name, "none", origin, 0);
    }
    if (words.count < 4)
        return;
    type = words.items[1];
    item = words.items[2];
    lower(type);
    lower(item);
    lower(words.items[3]);
    if (!is_item(item))
        return;
    if (strcmp(type, "soft") == 0 || strcmp(type, "-") == 0)
        set(words.items[0], "soft", item, words.items[3], origin, to);
    if (strcmp(type, "hard") == 0 || strcmp(type, "-") == 0)
        set(words.items[0], "hard", item, words.items[3], origin, to);
}

void settings_read_limits(const struct settings_tree *tree, const struct settings *all,
                          struct settings_section *to)
{
    static const char *const folders[] = {"/etc/security/limits.d", NULL};
    _cleanup_strv_ struct strv paths = {0};

    (void)all;
    settings_read_lines(tree, "/etc/security/limits.conf", read_line, to);
    settings_list(tree, folders, ".conf", &paths);
    for (size_t i = 0; i < paths.count; i++)
        settings_read_lines(tree, paths.items[i], read_line, to);
}
