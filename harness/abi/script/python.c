/* SPDX-License-Identifier: Apache-2.0 */
/* What Python 3 rejects. */
#include "abi/script/python.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "abi/script/python_old.h"
#include "abi/script/python_scan.h"
#include "base/text.h"

static const char *skip_name(const char *at)
{
    at += strspn(at, " \t");
    while (python_in_name(*at) || *at == '.')
        at++;
    return at + strspn(at, " \t");
}

static bool is_print(const char *rest)
{
    const char *next = rest + strspn(rest, " \t");

    if (next[0] == '>' && next[1] == '>')
        return true;
    return next > rest ? python_in_name(*next) || *next == '"' || *next == '%' || *next == '\''
                       : *next == '"';
}

static const char *wrong_in(const char *code)
{
    static const char *const modules[] = {"urllib2",   "ConfigParser", "httplib",       "StringIO",
                                          "cStringIO", "commands",     "Queue",         "urlparse",
                                          "xmlrpclib", "SocketServer", "BaseHTTPServer"};
    const char *rest = python_statement(code, "print");

    if (rest != NULL && is_print(rest) && strncmp(rest + strspn(rest, " \t"), "in ", 3) != 0 &&
        strncmp(rest + strspn(rest, " \t"), "if ", 3) != 0)
        return "a print statement";
    rest = python_statement(code, "except");
    if (rest != NULL && *(rest = skip_name(rest)) == ',' && *skip_name(rest + 1) == ':')
        return "'except ERROR, NAME:'";
    rest = python_statement(code, "exec");
    if (rest != NULL && rest[0] == ' ' && (python_in_name(rest[1]) || rest[1] == '"'))
        return "an exec statement";
    if (strstr(code, "<>") != NULL)
        return "the operator '<>'";
    if (strchr(code, '`') != NULL)
        return "backticks";
    if (strstr(code, ".has_key(") != NULL && strstr(code, "curses") == NULL &&
        strstr(code, "self.has_key(") == NULL)
        return "dict.has_key()";
    if ((rest = python_old_expression(code)) != NULL)
        return rest;
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        rest = python_statement(code, "import");
        if (rest == NULL)
            rest = python_statement(code, "from");
        rest = rest != NULL ? rest + strspn(rest, " \t") : "";
        /* In a block, it may be for Python 2 only. */
        if (code[0] != ' ' && code[0] != '\t' && text_starts(rest, modules[i]) &&
            !python_in_name(rest[strlen(modules[i])]))
            return "a module that was renamed in Python 3";
    }
    return NULL;
}

unsigned python_only_2(const char *text, size_t size, const char **ret_what)
{
    struct python_scanner scanner = {.text = text, .size = size, .line = 1};
    struct python_indentation indentation = {.depth = 0};
    bool tries = false, both;
    unsigned line, found = 0;

    while (found == 0 && python_scan(&scanner, &line)) {
        const char *what = wrong_in(scanner.code.data);

        if (scanner.code.data[strspn(scanner.code.data, " \t\r\f")] == '\0')
            continue; /* a comment */
        if (python_indentation_read(&indentation, scanner.code.data) && what == NULL)
            what = "indentation that mixes tabs and spaces";
        /* "try: import urllib2 / except ImportError:" supports both versions. */
        both = tries && what != NULL && strstr(what, "module") != NULL;
        tries = python_statement(scanner.code.data, "try") != NULL ||
                python_statement(scanner.code.data, "except") != NULL ||
                (tries && python_statement(scanner.code.data, "import") != NULL) ||
                (tries && python_statement(scanner.code.data, "from") != NULL) ||
                python_statement(scanner.code.data, "if") != NULL ||
                python_statement(scanner.code.data, "else") != NULL;
        if (what == NULL || both)
            continue;
        found = line;
        *ret_what = what;
    }
    python_scan_done(&scanner);
    return found;
}

unsigned python_asks_distribution(const char *text, size_t size)
{
    struct python_scanner scanner = {.text = text, .size = size, .line = 1};
    unsigned line, found = 0;

    while (found == 0 && python_scan(&scanner, &line))
        if (strstr(scanner.code.data, "platform.linux_distribution(") != NULL ||
            strstr(scanner.code.data, "platform.dist(") != NULL ||
            (strstr(scanner.code.data, "from platform import") != NULL &&
             strstr(scanner.code.data, "linux_distribution") != NULL))
            found = line;
    python_scan_done(&scanner);
    return found;
}
