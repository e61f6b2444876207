/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/start_reader.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"

void start_add(const struct start_line *line, enum start_kind kind, const char *directive,
               const char *name, size_t length, bool optional)
{
    struct start_need *need;

    if (length == 0 || (kind != START_CODE &&
                        (memchr(name, '$', length) != NULL || memchr(name, '%', length) != NULL)))
        return;
    need = vec_add(line->needs);
    need->kind = kind;
    need->name = text_ndup(name, length);
    need->directive = directive;
    need->line = line->number;
    need->optional = optional;
}

const char *start_next_word(const char *at)
{
    at += strcspn(at, " \t");
    return at + strspn(at, " \t");
}

size_t start_word_length(const char *at)
{
    return strcspn(at, " \t");
}

void start_each_line(const char *text, struct start_needs *needs,
                     void (*read)(const struct start_line *line))
{
    unsigned number = 1;

    for (const char *at = text; *at != '\0'; number++) {
        size_t length = strcspn(at, "\n"), used = length, blank = strspn(at, " \t");
        unsigned first = number;
        _cleanup_free_ char *line = NULL;

        /* A backslash continues the line. */
        while (used > 0 && at[used - 1] == '\\' && at[used] == '\n') {
            used += 1 + strcspn(at + used + 1, "\n");
            number++;
        }
        blank = blank < used ? blank : used;
        line = text_ndup(at + blank, used - blank);
        for (char *join = strstr(line, "\\\n"); join != NULL; join = strstr(join, "\\\n"))
            join[0] = join[1] = ' ';
        for (size_t end = strlen(line); end > 0 && isspace((unsigned char)line[end - 1]); end--)
            line[end - 1] = '\0';
        if (line[0] != '\0' && line[0] != '#')
            read(&(const struct start_line){line, first, needs});
        at += used + (at[used] == '\n');
    }
}

const char *start_value(const char *line, const char *name)
{
    size_t length = strlen(name);
    const char *at = line + length;

    if (strncmp(line, name, length) != 0)
        return NULL;
    at += strspn(at, " \t");
    return *at == '=' ? at + 1 + strspn(at + 1, " \t") : NULL;
}
