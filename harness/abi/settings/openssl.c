/* SPDX-License-Identifier: Apache-2.0 */
/* What openssl.cnf sets for all programs that use TLS: config(5ssl), the section that openssl_conf,
 * then ssl_conf, then system_default name (SSL_CONF_cmd(3ssl)). */
#include <ctype.h>
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"
#include "base/path.h"

enum { DEPTH_MAX = 10, FILES_MAX = 64 };

struct line {
    char *section, *name, *value, *path;
};

struct reading {
    const struct settings_tree *tree;
    struct settings_section *to;
    VEC(struct line) lines;
    char *section; /* that of the next line, whichever file it is in */
    unsigned files;
};

static void reading_done(struct reading *in)
{
    vec_foreach (line, &in->lines) {
        free(line->section);
        free(line->name);
        free(line->value);
        free(line->path);
    }
    vec_done(&in->lines);
    free(in->section);
}

static void read_file(struct reading *in, const char *path, unsigned depth);

/* Cuts a comment, except in quotes and behind a backslash. */
static void cut_comment(char *text)
{
    char quote = '\0';

    for (; *text != '\0'; text++) {
        if (*text == '\\' && text[1] != '\0')
            text++;
        else if (quote != '\0')
            quote = *text == quote ? '\0' : quote;
        else if (*text == '"' || *text == '\'' || *text == '`')
            quote = *text;
        else if (*text == '#')
            *text = '\0';
        if (*text == '\0')
            return;
    }
}

/* Removes quotes around the whole value. */
static char *unquote(char *value)
{
    size_t length = strlen(value);

    if (length < 2 || strchr("\"'`", value[0]) == NULL || value[length - 1] != value[0])
        return value;
    value[length - 1] = '\0';
    return value + 1;
}

static void include(struct reading *in, char *path, unsigned depth)
{
    static const char *const endings[] = {".cnf", ".conf"};
    _cleanup_strv_ struct strv found = {0};

    path += strspn(path, " \t");
    path = settings_strip(path + (*path == '='));
    if (path[0] != '/' || strchr(path, '$') != NULL) {
        settings_unknown(in->to, "openssl.cnf includes '%s', which is not an absolute path", path);
        return;
    }
    for (size_t i = 0; i < 2; i++)
        settings_list(in->tree, (const char *const[]){path, NULL}, endings[i], &found);
    if (found.count == 0) {
        read_file(in, path, depth + 1);
        return;
    }
    for (size_t i = 0; i < found.count; i++)
        read_file(in, found.items[i], depth + 1);
}

static void read_line(struct reading *in, char *text, const char *path, unsigned depth)
{
    char *name = settings_strip(text), *value, *section;

    cut_comment(name);
    if (name[0] == '[') {
        name[strcspn(name, "]")] = '\0';
        text_replace(&in->section, settings_strip(name + 1));
        return;
    }
    if (text_starts(name, ".include") && (isspace((unsigned char)name[8]) || name[8] == '=')) {
        include(in, name + strlen(".include"), depth);
        return;
    }
    value = strchr(name, '=');
    if (value == NULL || name[0] == '.')
        return;
    *value++ = '\0';
    name = settings_strip(name);
    section = strstr(name, "::");
    if (section != NULL)
        *section = '\0';
    if (in->lines.count >= SETTINGS_ROWS_MAX) {
        settings_unknown(in->to, "%s has more than %d lines", path, SETTINGS_ROWS_MAX);
        return;
    }
    *vec_add(&in->lines) = (struct line){.section = text_dup(section != NULL ? name : in->section),
                                         .name = text_dup(section != NULL ? section + 2 : name),
                                         .value = text_dup(unquote(settings_strip(value))),
                                         .path = text_dup(path)};
}

static void read_file(struct reading *in, const char *path, unsigned depth)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
    _cleanup_buffer_ struct buffer joined = {0};
    size_t position = 0;

    if (depth > DEPTH_MAX || ++in->files > FILES_MAX) {
        settings_unknown(in->to, "%s is included too deeply or too often", path);
        return;
    }
    if (!settings_open_for(in->tree, path, in->to, &file))
        return;
    while (in->to->unknown == NULL) {
        _cleanup_free_ char *line = settings_line(&file, &position);
        size_t length;

        if (line == NULL)
            return;
        length = strlen(line);
        if (length > 0 && line[length - 1] == '\\') {
            line[length - 1] = '\0';
            buffer_text(&joined, line);
            continue;
        }
        buffer_text(&joined, line);
        if (joined.data != NULL)
            read_line(in, joined.data, file.path, depth);
        buffer_done(&joined);
    }
}

/* The last line with this name counts. */
static const struct line *find(const struct reading *in, const char *section, const char *name)
{
    const struct line *found = NULL;

    vec_foreach (line, &in->lines)
        if (strcmp(line->section, section) == 0 && strcmp(line->name, name) == 0)
            found = line;
    return found;
}

static void set_all(struct reading *in, const char *section)
{
    vec_foreach (line, &in->lines) {
        const char *name = line->name;

        if (strcmp(line->section, section) != 0)
            continue;
        if (strpbrk(line->value, "$\\\"'`") != NULL) {
            settings_unknown(in->to, "%s of openssl.cnf has a variable or quotes, %s", name,
                             line->value);
            return;
        }
        settings_set(in->to, name, line->value, line->path, 0);
    }
}

/* "DEFAULT@SECLEVEL=2": the level decides which keys and protocols are refused. */
static void set_level(struct settings_section *to)
{
    static const char mark[] = "@SECLEVEL=";
    const struct setting *ciphers = settings_row(to, "CipherString");
    const char *level = ciphers != NULL ? strstr(ciphers->value, mark) : NULL;
    _cleanup_free_ char *origin = NULL, *number = NULL;

    if (level == NULL)
        return;
    origin = text_dup(ciphers->origin);
    number = text_ndup(level + strlen(mark), strspn(level + strlen(mark), "0123456789"));
    settings_set(to, "security level", number, origin, 0);
}

void settings_read_openssl(const struct settings_tree *tree, const struct settings *all,
                           struct settings_section *to)
{
    static const char *const names[] = {"openssl_conf", "ssl_conf", "system_default"};
    _cleanup_(reading_done) struct reading in = {
        .tree = tree, .to = to, .section = text_dup("default")};
    const char *section = "default";

    (void)all;
    read_file(&in,
              settings_exists(tree, "/etc/pki/tls/openssl.cnf") ? "/etc/pki/tls/openssl.cnf"
                                                                : "/etc/ssl/openssl.cnf",
              0);
    for (size_t i = 0; i < 3; i++) {
        const struct line *line = find(&in, section, names[i]);

        if (line == NULL)
            return;
        section = line->value;
    }
    set_all(&in, section);
    set_level(to);
}
