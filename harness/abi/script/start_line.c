/* SPDX-License-Identifier: Apache-2.0 */
/* crontab(5), modules-load.d(5), modprobe.d(5), tmpfiles.d(5), udev(7). */
#include <ctype.h>
#include <string.h>

#include "abi/script/start_reader.h"

/* "*\/5 * * * * USER COMMAND", "@reboot USER COMMAND", "NAME=VALUE" */
void start_read_crontab(const struct start_line *line)
{
    const char *at = line->text;
    size_t end;

    if (*at != '@' && *at != '*' && !isdigit((unsigned char)*at) && *at != '-')
        return;
    for (int fields = line->text[0] == '@' ? 1 : 5; fields > 0; fields--)
        at = start_next_word(at);
    start_add(line, START_USER, "cron", at, start_word_length(at), false);
    at = start_next_word(at);
    /* An unquoted '%' ends the command; the rest is its input. */
    for (end = 0; at[end] != '\0' && at[end] != '%'; end++)
        end += at[end] == '\\' && at[end + 1] != '\0';
    start_add(line, START_CODE, "cron", at, end, false);
}

void start_read_module(const struct start_line *line)
{
    if (line->text[0] != ';')
        start_add(line, START_KERNEL_MODULE, "modules-load.d", line->text,
                  start_word_length(line->text), true);
}

/* "install MODULE COMMAND" */
void start_read_modprobe(const struct start_line *line)
{
    const char *at = line->text;

    if (strncmp(at, "install", 7) != 0 && strncmp(at, "remove", 6) != 0)
        return;
    at = start_next_word(start_next_word(at));
    start_add(line, START_CODE, "install", at, strlen(at), false);
}

/* "d PATH MODE USER GROUP …" */
void start_read_tmpfile(const struct start_line *line)
{
    const char *user = start_next_word(start_next_word(start_next_word(line->text))),
               *group = start_next_word(user);
    size_t length = start_word_length(user);

    user += *user == ':';
    length -= user[-1] == ':';
    if (isalpha((unsigned char)*user) || *user == '_')
        start_add(line, START_USER, "tmpfiles.d", user, length, false);
    length = start_word_length(group);
    group += *group == ':';
    length -= group[-1] == ':';
    if (isalpha((unsigned char)*group) || *group == '_')
        start_add(line, START_GROUP, "tmpfiles.d", group, length, false);
}

/* Keys of a rule, and what their value is. */
static const struct {
    const char *key;
    enum start_kind kind;
    bool optional;
} keys[] = {
    {"RUN", START_PROGRAM, false},    {"RUN{program}", START_PROGRAM, false},
    {"PROGRAM", START_PROGRAM, true}, {"IMPORT{program}", START_PROGRAM, true},
    {"OWNER", START_USER, true},      {"GROUP", START_GROUP, true},
};

static void read_assignment(const struct start_line *line, const char *key, size_t length,
                            const char *value, size_t size)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        size_t used = size;

        if (strlen(keys[i].key) != length || strncmp(keys[i].key, key, length) != 0)
            continue;
        if (keys[i].kind == START_PROGRAM && *value == '\'') {
            value++;
            used = strcspn(value, "'");
        } else if (keys[i].kind == START_PROGRAM) {
            used = strcspn(value, " \t\"");
        }
        if (isdigit((unsigned char)*value) || memchr(value, ':', used) != NULL)
            return; /* a number; "socket:PATH" of old versions */
        start_add(line, keys[i].kind, keys[i].key, value, used < size ? used : size,
                  keys[i].optional);
    }
}

/* KEY=="VALUE", KEY{NAME}+="VALUE" */
void start_read_rule(const struct start_line *line)
{
    for (const char *at = line->text; *at != '\0';) {
        const char *key = at + strspn(at, " \t,"), *quote = strchr(key, '"'), *end;
        size_t length = 0;

        if (quote == NULL)
            return;
        while (isalnum((unsigned char)key[length]) || strchr("{}_-./", key[length]) != NULL)
            length++;
        for (end = quote + 1; *end != '\0' && *end != '"'; end++)
            end += *end == '\\' && end[1] != '\0';
        if (key + length < quote && quote[-1] == '=')
            read_assignment(line, key, length, quote + 1, (size_t)(end - quote - 1));
        at = *end == '"' ? end + 1 : end;
    }
}
