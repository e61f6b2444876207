/* SPDX-License-Identifier: Apache-2.0 */
/* Source: POSIX.1-2017, sed; GNU sed's one-line a, i and c. */
#include "abi/script/sed.h"

#include <ctype.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Behind the next unescaped delimiter, or at the end. */
static const char *skip_to(const char *at, char delimiter)
{
    for (; *at != '\0' && *at != delimiter; at++)
        at += *at == '\\' && at[1] != '\0';
    return at + (*at == delimiter);
}

static const char *skip_address(const char *at)
{
    at = skip_blanks(at);
    if (*at == '/')
        at = skip_to(at + 1, '/');
    else if (*at == '\\' && at[1] != '\0')
        at = skip_to(at + 2, at[1]);
    else
        at += strspn(at, "0123456789$~+");
    at += strspn(at, "IM");
    return skip_blanks(at);
}

static void add_text(struct buffer *ret, const char *at, size_t length)
{
    for (const char *end = at + length; at < end; at++) {
        if (*at == '&')
            buffer_text(ret, " ");
        else if (*at != '\\' || at + 1 == end)
            buffer_add(ret, at, 1);
        else if (*++at == 'n' || *at == '\n')
            buffer_text(ret, "\n");
        else if (*at == 't' || isdigit((unsigned char)*at))
            buffer_text(ret, " ");
        else
            buffer_add(ret, at, 1);
    }
    buffer_text(ret, "\n");
}

/* To the end of the line; a backslash continues it. */
static const char *read_line(const char *at, struct buffer *ret)
{
    const char *end;

    at = skip_blanks(at);
    if (*at == '\\') {
        at = skip_blanks(at + 1);
        at += *at == '\n';
    }
    for (end = at; *end != '\0' && *end != '\n'; end++)
        end += *end == '\\' && end[1] != '\0';
    add_text(ret, at, (size_t)(end - at));
    return end;
}

bool sed_read_added(const char *program, struct buffer *ret)
{
    bool whole = true;

    for (const char *at = program; *at != '\0';) {
        at += strspn(at, " \t\n;{}");
        at = skip_address(at);
        if (*at == ',')
            at = skip_address(at + 1);
        at += strspn(at, "! \t");
        if (*at == 'a' || *at == 'i' || *at == 'c') {
            at = read_line(at + 1, ret);
        } else if (*at == 's' && at[1] != '\0') {
            const char *from = skip_to(at + 2, at[1]), *to = skip_to(from, at[1]);

            add_text(ret, from, (size_t)(to - from) - (to > from && to[-1] == at[1]));
            at = to + strspn(to, "gpIiMme0123456789");
        } else if (*at == '{') {
            at++;
        } else {
            whole &= *at != 'r' && *at != 'R' && *at != 'e';
            at += strcspn(at, ";\n}");
        }
    }
    return whole;
}
