/* SPDX-License-Identifier: Apache-2.0 */
/* sshd_config(5): the first value of a keyword counts, and Include stands for the lines of other
 * files. What is inside a Match block holds for some connections only and is left out. */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { DEPTH_MAX = 16, FILES_MAX = 256 }; /* sshd itself allows a depth of 16 */

struct reading {
    const struct settings_tree *tree;
    struct settings_section *to;
    unsigned files;
};

/* Keywords that may be given several times, each time with one more value. */
static bool is_list(const char *keyword)
{
    static const char *const lists[] = {
        "acceptenv", "hostkey",    "hostcertificate", "port",      "setenv",    "listenaddress",
        "subsystem", "allowusers", "allowgroups",     "denyusers", "denygroups"};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(keyword, lists[i]) == 0)
            return true;
    return false;
}

/* Names that releases of OpenSSH gave to the same keyword. */
static const char *keyword_of(const char *keyword)
{
    static const char *const names[][2] = {
        {"challengeresponseauthentication", "kbdinteractiveauthentication"},
        {"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},
        {"hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"},
        {"skeyauthentication", "kbdinteractiveauthentication"},
        {"keepalive", "tcpkeepalive"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(keyword, names[i][0]) == 0)
            return names[i][1];
    return keyword;
}

static void add(struct reading *in, const char *keyword, const char *value, const char *path)
{
    const struct setting *old = settings_row(in->to, keyword);
    _cleanup_free_ char *both = NULL;

    if (old == NULL || !is_list(keyword)) {
        settings_set_first(in->to, keyword, value, path, 0);
        return;
    }
    both = text_format("%s, %s", old->value, value);
    settings_set(in->to, keyword, both, path, 0);
}

static void read_file(struct reading *in, const char *path, unsigned depth);

/* sshd sorts what a pattern matches. Only patterns in the last part of the path are followed. */
static void include(struct reading *in, const char *pattern, unsigned depth)
{
    _cleanup_free_ char *path =
        pattern[0] == '/' ? text_dup(pattern) : text_format("/etc/ssh/%s", pattern);
    _cleanup_free_ char *folder = text_ndup(path, (size_t)(path_base(path) - path));
    _cleanup_strv_ struct strv found = {0};

    if (strpbrk(folder, "*?[~") != NULL) {
        settings_unknown(in->to, "'Include %s' of sshd has a pattern that is not followed",
                         pattern);
        return;
    }
    if (strpbrk(path_base(path), "*?[") == NULL) {
        read_file(in, path, depth + 1);
        return;
    }
    settings_list(in->tree, (const char *const[]){folder, NULL}, "", &found);
    for (size_t i = 0; i < found.count; i++)
        if (fnmatch(path_base(path), path_base(found.items[i]), FNM_PERIOD) == 0)
            read_file(in, found.items[i], depth + 1);
}

/* A '#' at the start of a word. */
static void cut_comment(char *text)
{
    for (char *at = text; *at != '\0'; at++)
        if (*at == '#' && (at == text || isspace((unsigned char)at[-1]))) {
            *at = '\0';
            return;
        }
}

/* "Keyword value" or "Keyword=value"; the keyword in lower case. */
static char *split(char *line, char **ret_value)
{
    char *keyword = settings_strip(line), *value;

    cut_comment(keyword);
    value = keyword + strcspn(keyword, " \t=");
    for (char *at = keyword; at < value; at++)
        *at = (char)tolower((unsigned char)*at);
    if (*value != '\0') {
        *value++ = '\0';
        value += strspn(value, " \t=");
    }
    *ret_value = settings_strip(value);
    return keyword;
}

static void read_lines(struct reading *in, const struct settings_file *file, unsigned depth)
{
    size_t position = 0;

    while (in->to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(file, &position);
        _cleanup_strv_ struct strv words = {0};
        char *keyword, *value;

        if (line == NULL)
            return;
        keyword = split(line, &value);
        if (strcmp(keyword, "match") == 0)
            return;
        if (keyword[0] == '\0' || value[0] == '\0')
            continue;
        if (strcmp(keyword, "include") != 0) {
            _cleanup_free_ char *joined = NULL;

            strv_split(&words, value, " \t");
            joined = strv_join(&words, " ");
            add(in, keyword_of(keyword), joined, file->path);
            continue;
        }
        strv_split(&words, value, " \t\"");
        for (size_t i = 0; i < words.count; i++)
            include(in, words.items[i], depth);
    }
}

static void read_file(struct reading *in, const char *path, unsigned depth)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};

    if (depth > DEPTH_MAX || ++in->files > FILES_MAX) {
        settings_unknown(in->to, "%s is included too deeply or too often", path);
        return;
    }
    if (settings_open_for(in->tree, path, in->to, &file))
        read_lines(in, &file, depth);
}

void settings_read_sshd(const struct settings_tree *tree, const struct settings *all,
                        struct settings_section *to)
{
    struct reading in = {.tree = tree, .to = to};

    (void)all;
    if (!settings_exists(tree, "/etc/ssh/sshd_config"))
        settings_unknown(to, "there is no /etc/ssh/sshd_config");
    else
        read_file(&in, "/etc/ssh/sshd_config", 0);
}
