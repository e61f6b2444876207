/* SPDX-License-Identifier: Apache-2.0 */
/* Syntax that only some versions of Python 3 accept. Source: "What's New" of each version. */
#include <string.h>

#include "abi/script/python_import.h"
#include "abi/script/python_scan.h"
#include "base/cleanup.h"

struct syntax {
    int minor;
    bool until; /* the last version that accepts it; else the first */
    const char *what;
};

/* The text behind the first word and blanks, or NULL. */
static const char *after(const char *code, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(code, word, length) != 0 || python_in_name(code[length]))
        return NULL;
    return code + length + strspn(code + length, " \t");
}

static char last_of(const char *code)
{
    size_t length = strlen(code);

    while (length > 0 && strchr(" \t\r\n", code[length - 1]) != NULL)
        length--;
    return length > 0 ? code[length - 1] : '\0';
}

static const char *behind_name(const char *at)
{
    while (python_in_name(*at))
        at++;
    return at + strspn(at, " \t");
}

/* "match x:" is a statement only if what follows is no operator, call or assignment. */
static bool is_match(const char *code)
{
    const char *rest = after(code, "match");

    return rest != NULL && last_of(code) == ':' && *rest != ':' && *rest != '=' && *rest != '.' &&
           *rest != ',';
}

static bool is_type(const char *code)
{
    const char *rest = after(code, "type"), *next;

    if (rest == NULL || !python_in_name(*rest))
        return false;
    next = behind_name(rest);
    return (*next == '=' && next[1] != '=') || *next == '[';
}

/* "def f[T](" and "class C[T]:" */
static bool is_generic(const char *code)
{
    const char *rest = after(code, "def");

    if (rest == NULL)
        rest = after(code, "class");
    return rest != NULL && python_in_name(*rest) && *behind_name(rest) == '[';
}

/* "def f(a, /, b)" */
static bool has_slash(const char *code)
{
    const char *rest = after(code, "async");

    if (after(rest != NULL ? rest : code, "def") == NULL)
        return false;
    for (const char *at = strchr(code, '/'); at != NULL; at = strchr(at + 1, '/')) {
        const char *before = at, *next = at + 1 + strspn(at + 1, " \t");

        while (before > code && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if (before > code && before[-1] == ',' && (*next == ',' || *next == ')'))
            return true;
    }
    return false;
}

/* "with (open(a) as b, open(c) as d):" */
static bool has_with(const char *code)
{
    const char *rest = after(code, "with");
    size_t depth = 0;

    if (rest == NULL || *rest != '(')
        return false;
    for (; *rest != '\0'; rest++) {
        depth += strchr("([{", *rest) != NULL;
        if (strchr(")]}", *rest) != NULL && depth-- == 1)
            return false;
        if (depth == 1 && strncmp(rest, " as ", 4) == 0)
            return true;
    }
    return false;
}

/* "f(async=True)": a name until 3.6. */
static bool has_async_name(const char *code)
{
    for (const char *at = strstr(code, "async"); at != NULL; at = strstr(at + 1, "async")) {
        const char *next = at + strlen("async") + strspn(at + strlen("async"), " \t");

        if ((at == code || !(python_in_name(at[-1]) || at[-1] == '.')) &&
            !python_in_name(at[strlen("async")]) &&
            ((*next == '=' && next[1] != '=') || *next == '.' || *next == ')' || *next == ','))
            return true;
    }
    return false;
}

static struct syntax syntax_of(const struct python_scanner *scanner)
{
    const char *text = scanner->code.data, *code = text + strspn(text, " \t");
    const char *except = strncmp(code, "except", 6) == 0 ? code + 6 + strspn(code + 6, " ") : "";

    if (is_generic(code))
        return (struct syntax){12, false, "type parameters"};
    if (is_type(code))
        return (struct syntax){12, false, "a 'type' statement"};
    if (*except == '*')
        return (struct syntax){11, false, "'except*'"};
    if (is_match(code))
        return (struct syntax){10, false, "a 'match' statement"};
    if (has_with(code))
        return (struct syntax){9, false, "'with' and several managers in parentheses"};
    if (has_async_name(code))
        return (struct syntax){6, true, "'async' as a name"};
    if (scanner->format_minor > 8)
        return (struct syntax){scanner->format_minor, false, scanner->format_what};
    if (strstr(code, ":=") != NULL)
        return (struct syntax){8, false, "':='"};
    if (has_slash(code))
        return (struct syntax){8, false, "positional-only parameters ('/')"};
    return (struct syntax){scanner->format_minor, false, scanner->format_what};
}

unsigned python_other_syntax(const char *text, size_t size, int minor, const char **ret_what,
                             int *ret_minor)
{
    struct python_scanner scanner = {.text = text, .size = size, .line = 1};
    unsigned line, found = 0;

    while (found == 0 && python_scan(&scanner, &line)) {
        struct syntax syntax = syntax_of(&scanner);

        if (syntax.what == NULL || (syntax.until ? minor <= syntax.minor : minor >= syntax.minor))
            continue;
        found = line;
        *ret_what = syntax.what;
        *ret_minor = syntax.minor;
    }
    python_scan_done(&scanner);
    return found;
}
