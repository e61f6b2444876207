/* SPDX-License-Identifier: Apache-2.0 */
/* Desktop Entry Specification, D-Bus Specification ("Message Bus Starting Services"), supervisord,
 * xinetd.conf(5), logrotate(8). */
#include <string.h>

#include "abi/script/start_reader.h"
#include "base/cleanup.h"
#include "base/path.h"

/* The first word of a command line, behind "env NAME=VALUE", without quotes. */
static void add_command(const struct start_line *line, const char *directive, const char *command,
                        bool optional)
{
    for (const char *at = command; *at != '\0';) {
        bool quoted = *at == '"' || *at == '\'';
        const char *word = at + quoted;
        char ends[3] = {quoted ? *at : ' ', quoted ? '\0' : '\t', '\0'};
        size_t length = strcspn(word, ends);
        _cleanup_free_ char *name = text_ndup(word, length);

        at = word + length + (quoted && word[length] != '\0');
        at += strspn(at, " \t");
        if (strcmp(path_base(name), "env") == 0 || strchr(name, '=') != NULL || name[0] == '-')
            continue;
        start_add(line, START_PROGRAM, directive, name, length, optional);
        return;
    }
}

/* A name without a path may be of a tool that only some desktops have. */
static void read_desktop_line(const struct start_line *line)
{
    const char *value = start_value(line->text, "Exec");

    if (value != NULL)
        add_command(line, "Exec", value, value[0] != '/');
    value = start_value(line->text, "TryExec");
    if (value != NULL)
        start_add(line, START_PROGRAM, "TryExec", value, strlen(value), true);
}

void start_read_desktop(const char *text, struct start_needs *needs)
{
    if (strstr(text, "\nHidden=true") == NULL)
        start_each_line(text, needs, read_desktop_line);
}

static void read_bus_line(const struct start_line *line)
{
    const char *value = start_value(line->text, "User");

    if (value != NULL)
        start_add(line, START_USER, "User", value, strlen(value), false);
    value = start_value(line->text, "SystemdService");
    if (value != NULL)
        start_add(line, START_UNIT, "SystemdService", value, strlen(value), true);
    value = start_value(line->text, "Exec");
    if (value != NULL)
        add_command(line, "Exec", value, false);
}

/* systemd starts the service's unit instead of its program. */
void start_read_bus(const char *text, struct start_needs *needs)
{
    bool unit = strstr(text, "\nSystemdService=") != NULL;

    start_each_line(text, needs, read_bus_line);
    vec_foreach (need, needs)
        need->optional = need->optional || (unit && need->kind == START_PROGRAM);
}

static void read_supervisor_line(const struct start_line *line)
{
    const char *value = start_value(line->text, "command");

    if (line->text[0] == ';')
        return;
    if (value != NULL)
        add_command(line, "command", value, false);
    value = start_value(line->text, "user");
    if (value != NULL)
        start_add(line, START_USER, "user", value, strcspn(value, " \t;"), false);
}

void start_read_supervisor(const char *text, struct start_needs *needs)
{
    start_each_line(text, needs, read_supervisor_line);
}

static void read_xinetd_line(const struct start_line *line)
{
    const char *value = start_value(line->text, "server");

    if (value != NULL)
        start_add(line, START_PROGRAM, "server", value, strcspn(value, " \t"), false);
    value = start_value(line->text, "user");
    if (value != NULL)
        start_add(line, START_USER, "user", value, strcspn(value, " \t"), false);
    value = start_value(line->text, "group");
    if (value != NULL)
        start_add(line, START_GROUP, "group", value, strcspn(value, " \t"), false);
    value = start_value(line->text, "disable");
    if (value != NULL && strncmp(value, "yes", 3) == 0)
        vec_foreach (need, line->needs)
            need->optional = true;
}

void start_read_xinetd(const char *text, struct start_needs *needs)
{
    start_each_line(text, needs, read_xinetd_line);
}

static void add_owner(const struct start_line *line, const char *directive, const char *at)
{
    const char *group = at + strcspn(at, " \t");

    group += strspn(group, " \t");
    start_add(line, START_USER, directive, at, strcspn(at, " \t"), false);
    start_add(line, START_GROUP, directive, group, strcspn(group, " \t"), false);
}

static bool begins(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 && (line[length] == ' ' || line[length] == '\t');
}

/* "su USER GROUP", "create MODE USER GROUP" */
static void read_rotation(const struct start_line *line)
{
    const char *at = line->text;
    bool makes = begins(at, "create") || begins(at, "createolddir");

    if (!makes && !begins(at, "su"))
        return;
    at += strcspn(at, " \t");
    at += strspn(at, " \t");
    if (makes) {
        at += strcspn(at, " \t");
        at += strspn(at, " \t");
    }
    if (*at != '\0')
        add_owner(line, makes ? "create" : "su", at);
}

/* Lines between "postrotate" and "endscript" are a script. */
void start_read_logrotate(const char *text, struct start_needs *needs)
{
    static const char *const begin[] = {"postrotate", "prerotate", "firstaction", "lastaction",
                                        "preremove"};
    unsigned number = 1, first = 0;
    _cleanup_buffer_ struct buffer code = {0};

    for (const char *at = text; *at != '\0'; number++) {
        size_t length = strcspn(at, "\n"), blank = strspn(at, " \t");
        _cleanup_free_ char *line = text_ndup(at + (blank < length ? blank : length),
                                              length - (blank < length ? blank : length));
        const struct start_line row = {line, number, needs};

        at += length + (at[length] == '\n');
        if (first > 0 && text_starts(line, "endscript")) {
            start_add(&(const struct start_line){"", first, needs}, START_CODE, "postrotate",
                      code.data != NULL ? code.data : "", code.length, false);
            code.length = 0;
            first = 0;
        } else if (first > 0) {
            buffer_format(&code, "%s\n", line);
        } else {
            for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++)
                if (strncmp(line, begin[i], strlen(begin[i])) == 0)
                    first = number + 1;
            if (first == 0 && line[0] != '#')
                read_rotation(&row);
        }
    }
}
