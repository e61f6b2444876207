/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: gawk(1), "GNU EXTENSIONS"; measured with mawk 1.3.4 20200120. */
#include "abi/script/awk.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "abi/script/one_of.h"
#include "base/cleanup.h"

struct awk {
    const char *at;
    unsigned line;
    char before; /* the last character that is not a blank */
    bool intervals;
    const char *text;
    struct awk_use *ret;
};

static void note(struct awk *awk, bool silent, const char *what)
{
    if (awk->ret->what != NULL && (silent || !awk->ret->silent))
        return;
    free(awk->ret->what);
    *awk->ret = (struct awk_use){text_dup(what), awk->line, silent};
}

/* Behind the string or pattern that begins here. */
static void skip_quoted(struct awk *awk, char quote)
{
    bool brackets = false, pattern = quote == '/';

    for (awk->at++; *awk->at != '\0' && *awk->at != '\n'; awk->at++) {
        const char *at = awk->at;

        if (pattern && *at == '[' && !brackets) {
            brackets = true;
            awk->at += at[1] == '^' || at[1] == ']';
            awk->at += at[1] == '^' && at[2] == ']';
        } else if (brackets && *at == ']') {
            brackets = false;
        } else if (*at == '\\' && at[1] != '\0') {
            if (pattern && strchr("y<>B", at[1]) != NULL)
                note(awk, true, "'\\y', '\\<' or '\\>' in a pattern");
            awk->at++;
        } else if (*at == quote && !brackets) {
            awk->at++;
            return;
        } else if (pattern && !brackets && *at == '{' && isdigit((unsigned char)at[1]) &&
                   !awk->intervals) {
            note(awk, true, "a repetition such as 'a{2}' in a pattern");
        }
    }
}

/* Number of arguments of the call whose parenthesis is here. */
static unsigned count_arguments(const char *at)
{
    unsigned depth = 0, count = 1;

    for (; *at != '\0' && *at != '\n'; at++) {
        if (*at == '"')
            for (at++; *at != '\0' && *at != '"'; at++)
                at += *at == '\\' && at[1] != '\0';
        if (*at == '\0')
            break;
        if (*at == '/' && (at[-1] == ',' || at[-1] == '(' || at[-1] == ' '))
            for (at++; *at != '\0' && *at != '/'; at++)
                at += *at == '\\' && at[1] != '\0';
        if (*at == '\0')
            break;
        depth += *at == '(' || *at == '[';
        count += *at == ',' && depth == 1;
        if ((*at == ')' || *at == ']') && --depth == 0)
            return count;
    }
    return 0;
}

static bool is_defined(const struct awk *awk, const char *name)
{
    _cleanup_free_ char *definition = text_format("function %s", name);

    return strstr(awk->text, definition) != NULL;
}

static void read_name(struct awk *awk)
{
    static const char *const functions[] = {
        "gensub", "asort",  "asorti",    "patsplit",   "strtonum",       "and",
        "or",     "xor",    "lshift",    "rshift",     "compl",          "isarray",
        "typeof", "mkbool", "dcgettext", "dcngettext", "bindtextdomain", "switch"};
    static const char *const variables[] = {"IGNORECASE", "FPAT",    "FIELDWIDTHS",
                                            "BEGINFILE",  "ENDFILE", "PROCINFO"};
    size_t length = 0;
    _cleanup_free_ char *name = NULL, *what = NULL;

    while (isalnum((unsigned char)awk->at[length]) || awk->at[length] == '_')
        length++;
    name = text_ndup(awk->at, length);
    awk->at += length;
    what = text_format("'%s' of gawk", name);
    if (*awk->at == '(' || (strcmp(name, "switch") == 0 && awk->at[strspn(awk->at, " ")] == '(')) {
        unsigned arguments =
            strcmp(name, "match") == 0 || strcmp(name, "split") == 0 ? count_arguments(awk->at) : 0;

        if (IS_ONE_OF(name, functions) && !is_defined(awk, name))
            note(awk, false, what);
        else if (arguments > (name[0] == 'm' ? 2U : 3U))
            note(awk, false, "an array as the last argument of match or split");
    } else if (IS_ONE_OF(name, variables)) {
        note(awk, true, what);
    } else if (strcmp(name, "func") == 0 && isalpha((unsigned char)awk->at[strspn(awk->at, " ")])) {
        note(awk, false, "'func' for 'function'");
    }
    awk->before = 'a';
}

static void read_one(struct awk *awk)
{
    char byte = *awk->at;

    if (byte == '\n') {
        awk->line++;
        awk->before = '\n';
    } else if (byte == '#') {
        awk->at += strcspn(awk->at, "\n");
        return;
    } else if (byte == '"') {
        skip_quoted(awk, byte);
        awk->before = 'a';
        return;
    } else if (byte == '/' && !isalnum((unsigned char)awk->before) &&
               (awk->before == '\0' || strchr(")]$_.", awk->before) == NULL)) {
        skip_quoted(awk, byte);
        awk->before = 'a';
        return;
    } else if (byte == '*' && awk->at[1] == '*') {
        note(awk, false, "'**'");
    } else if (byte == '|' && awk->at[1] == '&') {
        note(awk, false, "'|&'");
    } else if (byte == '@') {
        note(awk, false, "'@'");
    } else if (byte == ']' && awk->at[1] == '[') {
        note(awk, false, "arrays of arrays");
    }
    if (byte != ' ' && byte != '\t' && byte != '\n')
        awk->before = byte;
    awk->at++;
}

void awk_read(const char *text, bool intervals, struct awk_use *ret)
{
    struct awk awk = {.at = text, .line = 1, .intervals = intervals, .text = text, .ret = ret};

    *ret = (struct awk_use){0};
    while (*awk.at != '\0')
        if (isalpha((unsigned char)*awk.at) || *awk.at == '_')
            read_name(&awk);
        else
            read_one(&awk);
}
