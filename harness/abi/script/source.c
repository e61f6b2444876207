/* SPDX-License-Identifier: Apache-2.0 */
/* Scans sources line by line without parsing them, so a comment may match; therefore findings are
 * only warnings. */
#include "abi/script/source.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

bool source_is_one(const char *path)
{
    static const char *const ends[] = {".c", ".cc", ".cpp", ".cxx", ".C"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (text_ends(path, ends[i]))
            return true;
    return false;
}

bool source_builds(const char *path)
{
    static const char *const names[] = {"/Makefile",    "/makefile",     "/GNUmakefile",
                                        "/Makefile.in", "/Makefile.am",  "/CMakeLists.txt",
                                        "/configure",   "/configure.ac", "/meson.build",
                                        ".mk",          ".cmake",        ".spec"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (text_ends(path, names[i]))
            return true;
    return false;
}

static bool in_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* True if this word precedes `at`. */
static bool follows(const char *line, const char *at, const char *word)
{
    size_t length = strlen(word);

    while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    return (size_t)(at - line) >= length && memcmp(at - length, word, length) == 0 &&
           ((size_t)(at - line) == length || !in_word(at[-(ptrdiff_t)length - 1]));
}

/* The next occurrence of the word, or NULL. */
static const char *find_word(const char *line, const char *from, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(from, word); at != NULL; at = strstr(at + 1, word))
        if ((at == line || !in_word(at[-1])) && !in_word(at[length]))
            return at;
    return NULL;
}

/* "char a, b = 0;" gives a and b; "char *s, t[9];" and function parameters give none. */
static void take_declared(const char *line, struct strv *names)
{
    const char *at = line;

    while ((at = find_word(line, at, "char")) != NULL) {
        const char *next = at + strlen("char");
        bool plain = !follows(line, at, "signed") && !follows(line, at, "unsigned");

        for (at = next; plain;) {
            const char *name = skip_blanks(at), *end = name;

            while (in_word(*end))
                end++;
            next = skip_blanks(end);
            if (end == name || strchr(";,=", *next) == NULL || *next == '\0')
                break;
            strv_take(names, text_ndup(name, (size_t)(end - name)));
            next += strcspn(next, ",;");
            if (*next != ',')
                break;
            at = next + 1;
        }
        at = next;
    }
}

static bool is_negative(const char *at)
{
    at = skip_blanks(at);
    return (text_starts(at, "EOF") && !in_word(at[3])) ||
           (*at == '-' && isdigit((unsigned char)*skip_blanks(at + 1)));
}

/* True if what follows the variable, or an assignment to it in parentheses, is a comparison that
 * only holds if char is signed. */
static bool compares(const char *at)
{
    at = skip_blanks(at);
    if ((at[0] == '=' || at[0] == '!') && at[1] == '=')
        return is_negative(at + 2);
    if (at[0] == '<' && at[1] != '<' && at[1] != '=') {
        at = skip_blanks(at + 1);
        return at[0] == '0' && !in_word(at[1]) && at[1] != '.';
    }
    return false;
}

static bool is_compared(const char *line, const char *name)
{
    for (const char *at = find_word(line, line, name); at != NULL;
         at = find_word(line, at + 1, name)) {
        const char *next = skip_blanks(at + strlen(name));

        if (at > line && (at[-1] == '.' || at[-1] == '>'))
            continue;
        if (compares(next))
            return true;
        if (next[0] != '=' || next[1] == '=')
            continue;
        for (next = strchr(next, ')'); next != NULL; next = strchr(next + 1, ')'))
            if (compares(next + 1))
                return true;
    }
    return false;
}

unsigned source_char_sign(const char *text, size_t size, char **ret_name)
{
    _cleanup_strv_ struct strv names = {0};
    const char *end = text + size;
    unsigned number = 1;

    for (const char *at = text; at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        _cleanup_free_ char *line = text_ndup(at, (size_t)((stop != NULL ? stop : end) - at));

        if (line[0] == '}')
            strv_done(&names);
        take_declared(line, &names);
        for (size_t i = 0; i < names.count; i++)
            if (is_compared(line, names.items[i])) {
                *ret_name = text_dup(names.items[i]);
                return number;
            }
        at = stop != NULL ? stop + 1 : end;
    }
    return 0;
}
