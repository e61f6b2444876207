/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/python_import.h"

#include <stdlib.h>
#include <string.h>

#include "abi/script/python_scan.h"
#include "base/cleanup.h"

#define INDENT_MAX 60 /* nested blocks */

struct block {
    size_t indent;
    bool conditional; /* not a class */
};

struct importing {
    struct block blocks[INDENT_MAX];
    size_t depth;
    struct python_imports *ret;
    bool ended;
};

static size_t indent_of(const char *code)
{
    size_t width = 0;

    for (; *code == ' ' || *code == '\t'; code++)
        width = *code == '\t' ? (width / 8 + 1) * 8 : width + 1;
    return width;
}

static const char *skip(const char *at)
{
    return at + strspn(at, " \t\r");
}

static bool begins(const char *code, const char *word)
{
    size_t length = strlen(word);

    return strncmp(code, word, length) == 0 && !python_in_name(code[length]);
}

/* A statement whose body is not executed whenever it is reached. */
static bool is_conditional(const char *code)
{
    static const char *const words[] = {"if",    "elif",   "else", "for", "while",
                                        "try",   "except", "with", "def", "finally",
                                        "async", "match",  "case", "@"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (begins(code, words[i]))
            return true;
    return false;
}

/* "sys.exit(…)", "raise …": what follows on this level is not reached. */
static bool is_end(const char *code)
{
    return begins(code, "raise") || text_starts(code, "sys.exit(") || text_starts(code, "exit(") ||
           text_starts(code, "quit(") || text_starts(code, "os._exit(") ||
           text_starts(code, "os.execv");
}

static void add(struct importing *importing, const char *module, size_t length, const char *name,
                size_t name_length, unsigned line)
{
    struct python_import *row;

    if (length == 0 || module[0] == '.')
        return;
    row = vec_add(importing->ret);
    row->module = text_ndup(module, length);
    row->name = name_length > 0 ? text_ndup(name, name_length) : NULL;
    row->line = line;
}

static size_t name_length(const char *at)
{
    size_t length = 0;

    while (python_in_name(at[length]) || at[length] == '.')
        length++;
    return length;
}

/* "import a, b.c as d" */
static void read_import(struct importing *importing, const char *at, unsigned line)
{
    for (at = skip(at); python_in_name(*at); at = skip(at)) {
        size_t length = name_length(at);

        add(importing, at, length, NULL, 0, line);
        at += length;
        at += strcspn(at, ",;");
        if (*at != ',')
            return;
        at = skip(at + 1);
    }
}

/* "from a.b import c as d, e" */
static void read_from(struct importing *importing, const char *at, unsigned line)
{
    const char *module = skip(at), *list;
    size_t length = name_length(module);

    list = skip(module + length);
    if (length == 0 || !begins(list, "import"))
        return;
    list = skip(list + strlen("import"));
    add(importing, module, length, NULL, 0, line);
    if (*list == '(')
        list++;
    for (list = skip(list); python_in_name(*list); list = skip(list)) {
        size_t name = name_length(list);

        add(importing, module, length, list, name, line);
        list += name;
        list += strcspn(list, ",;)");
        if (*list != ',')
            return;
        list = skip(list + 1);
    }
}

static void read_line(struct importing *importing, const char *text, unsigned line)
{
    const char *code = skip(text);
    size_t indent = indent_of(text);
    bool certain = true;

    if (*code == '\0' || *code == '\n')
        return;
    while (importing->depth > 0 && importing->blocks[importing->depth - 1].indent >= indent)
        importing->depth--;
    for (size_t i = 0; i < importing->depth; i++)
        certain = certain && !importing->blocks[i].conditional;
    if ((is_conditional(code) || begins(code, "class")) && importing->depth < INDENT_MAX)
        importing->blocks[importing->depth++] = (struct block){indent, is_conditional(code)};
    if (!certain || is_conditional(code) || begins(code, "class"))
        return;
    while (*code != '\0' && !importing->ended) {
        importing->ended = is_end(code);
        if (begins(code, "import"))
            read_import(importing, code + strlen("import"), line);
        else if (begins(code, "from"))
            read_from(importing, code + strlen("from"), line);
        code += strcspn(code, ";");
        code = *code == ';' ? skip(code + 1) : code;
    }
}

void python_imports_read(const char *text, size_t size, struct python_imports *ret)
{
    struct python_scanner scanner = {.text = text, .size = size, .line = 1};
    struct importing importing = {.ret = ret};
    unsigned line;

    *ret = (struct python_imports){0};
    while (!importing.ended && python_scan(&scanner, &line))
        read_line(&importing, scanner.code.data, line);
    python_scan_done(&scanner);
}

void python_imports_done(struct python_imports *imports)
{
    vec_foreach (row, imports) {
        free(row->module);
        free(row->name);
    }
    vec_done(imports);
}

static const struct module {
    const char *name;
    int since, until;
    bool split;
} modules[] = {
#define PYTHON_MODULE(name, since, until) {name, since, until, false},
#define PYTHON_SPLIT(name, since, until) {name, since, until, true},
#define PYTHON_NAME(module, name, since, until)
#include "abi/script/python_modules.def"
#undef PYTHON_MODULE
#undef PYTHON_SPLIT
#undef PYTHON_NAME
};

static const struct {
    const char *module, *name;
    int since, until;
} names[] = {
#define PYTHON_MODULE(name, since, until)
#define PYTHON_SPLIT(name, since, until)
#define PYTHON_NAME(module, name, since, until) {module, name, since, until},
#include "abi/script/python_modules.def"
#undef PYTHON_MODULE
#undef PYTHON_SPLIT
#undef PYTHON_NAME
};

static bool has(int since, int until, int minor)
{
    return minor >= since && (until == 0 || minor <= until);
}

enum python_library python_library_has(const char *module, int minor, int *ret_since,
                                       int *ret_until)
{
    size_t length = strcspn(module, ".");

    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        const struct module *row = &modules[i];

        if (strncmp(module, row->name, length) != 0 || row->name[length] != '\0')
            continue;
        *ret_since = row->since;
        *ret_until = row->until;
        return !has(row->since, row->until, minor) ? PYTHON_LACKS
               : row->split                        ? PYTHON_PACKAGED
                                                   : PYTHON_HAS;
    }
    return PYTHON_FOREIGN;
}

bool python_library_lost(const char *module, const char *name, int minor)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i].module, module) == 0 && strcmp(names[i].name, name) == 0)
            return !has(names[i].since, names[i].until, minor);
    return false;
}
