/* SPDX-License-Identifier: Apache-2.0 */
/* Scans line by line, without strings and comments. */
#include "abi/script/python.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

struct scanner {
    const char *text;
    size_t size, at;
    unsigned line;
    struct buffer code; /* the line, with each string replaced by "" */
};

static void skip_string(struct scanner *scanner)
{
    char quote = scanner->text[scanner->at];
    bool triple = scanner->at + 2 < scanner->size && scanner->text[scanner->at + 1] == quote &&
                  scanner->text[scanner->at + 2] == quote;

    for (scanner->at += triple ? 3 : 1; scanner->at < scanner->size; scanner->at++) {
        char byte = scanner->text[scanner->at];

        if (byte == '\n' && !triple)
            return;
        scanner->line += byte == '\n';
        if (byte == '\\' && scanner->at + 1 < scanner->size) {
            scanner->at++;
            scanner->line += scanner->text[scanner->at] == '\n';
        } else if (byte == quote && (!triple || (scanner->at + 2 < scanner->size &&
                                                 scanner->text[scanner->at + 1] == quote &&
                                                 scanner->text[scanner->at + 2] == quote))) {
            scanner->at += triple ? 3 : 1;
            return;
        }
    }
}

/* Reads the next logical line into scanner->code; returns false at the end. ret_line: line number
 * of its start. */
static bool next_line(struct scanner *scanner, unsigned *ret_line)
{
    size_t open = 0;

    scanner->code.length = 0;
    buffer_add(&scanner->code, "", 0);
    *ret_line = scanner->line;
    if (scanner->at >= scanner->size)
        return false;
    while (scanner->at < scanner->size) {
        char byte = scanner->text[scanner->at];

        if (byte == '\'' || byte == '"') {
            skip_string(scanner);
            buffer_text(&scanner->code, "\"\"");
            continue;
        }
        if (byte == '#') {
            while (scanner->at < scanner->size && scanner->text[scanner->at] != '\n')
                scanner->at++;
            continue;
        }
        scanner->at++;
        if (byte == '\n') {
            scanner->line++;
            if (open == 0)
                return true;
            byte = ' ';
        } else if (byte == '\\' && scanner->at < scanner->size &&
                   scanner->text[scanner->at] == '\n') {
            scanner->at++;
            scanner->line++;
            byte = ' ';
        }
        open += strchr("([{", byte) != NULL && byte != '\0';
        if (strchr(")]}", byte) != NULL && byte != '\0' && open > 0)
            open--;
        buffer_add(&scanner->code, &byte, 1);
    }
    return true;
}

static bool in_name(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* The text after this word, if the word is at the start of a statement: at the beginning, or after
 * ':' or ';'. */
static const char *statement(const char *code, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(code, word); at != NULL; at = strstr(at + 1, word)) {
        const char *before = at;

        while (before > code && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if ((before == code || before[-1] == ':' || before[-1] == ';') && !in_name(at[length]))
            return at + length;
    }
    return NULL;
}

static const char *skip_name(const char *at)
{
    at += strspn(at, " \t");
    while (in_name(*at) || *at == '.')
        at++;
    return at + strspn(at, " \t");
}

static bool is_print(const char *rest)
{
    const char *next = rest + strspn(rest, " \t");

    if (next[0] == '>' && next[1] == '>')
        return true;
    return next > rest ? in_name(*next) || *next == '"' || *next == '%' || *next == '\''
                       : *next == '"';
}

static const char *wrong_in(const char *code)
{
    static const char *const modules[] = {"urllib2",   "ConfigParser", "httplib",       "StringIO",
                                          "cStringIO", "commands",     "Queue",         "urlparse",
                                          "xmlrpclib", "SocketServer", "BaseHTTPServer"};
    const char *rest = statement(code, "print");

    if (rest != NULL && is_print(rest) && strncmp(rest + strspn(rest, " \t"), "in ", 3) != 0 &&
        strncmp(rest + strspn(rest, " \t"), "if ", 3) != 0)
        return "a print statement";
    rest = statement(code, "except");
    if (rest != NULL && *(rest = skip_name(rest)) == ',' && *skip_name(rest + 1) == ':')
        return "'except ERROR, NAME:'";
    rest = statement(code, "raise");
    if (rest != NULL && rest[0] == ' ' && *skip_name(rest) == ',')
        return "'raise ERROR, VALUE'";
    rest = statement(code, "exec");
    if (rest != NULL && rest[0] == ' ' && (in_name(rest[1]) || rest[1] == '"'))
        return "an exec statement";
    if (strstr(code, "<>") != NULL)
        return "the operator '<>'";
    if (strchr(code, '`') != NULL)
        return "backticks";
    if (strstr(code, ".has_key(") != NULL)
        return "dict.has_key()";
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        rest = statement(code, "import");
        if (rest == NULL)
            rest = statement(code, "from");
        rest = rest != NULL ? rest + strspn(rest, " \t") : "";
        if (text_starts(rest, modules[i]) && !in_name(rest[strlen(modules[i])]))
            return "a module that was renamed in Python 3";
    }
    return NULL;
}

unsigned python_only_2(const char *text, size_t size, const char **ret_what)
{
    struct scanner scanner = {.text = text, .size = size, .line = 1};
    bool tries = false, both;
    unsigned line, found = 0;

    while (found == 0 && next_line(&scanner, &line)) {
        const char *what = wrong_in(scanner.code.data);

        /* "try: import urllib2 / except ImportError:" supports both versions. */
        both = tries && what != NULL && strstr(what, "module") != NULL;
        tries = statement(scanner.code.data, "try") != NULL ||
                statement(scanner.code.data, "except") != NULL ||
                (tries && statement(scanner.code.data, "import") != NULL) ||
                (tries && statement(scanner.code.data, "from") != NULL) ||
                statement(scanner.code.data, "if") != NULL ||
                statement(scanner.code.data, "else") != NULL;
        if (what == NULL || both)
            continue;
        found = line;
        *ret_what = what;
    }
    buffer_done(&scanner.code);
    return found;
}

unsigned python_asks_distribution(const char *text, size_t size)
{
    struct scanner scanner = {.text = text, .size = size, .line = 1};
    unsigned line, found = 0;

    while (found == 0 && next_line(&scanner, &line))
        if (strstr(scanner.code.data, "platform.linux_distribution(") != NULL ||
            strstr(scanner.code.data, "platform.dist(") != NULL ||
            (strstr(scanner.code.data, "from platform import") != NULL &&
             strstr(scanner.code.data, "linux_distribution") != NULL))
            found = line;
    buffer_done(&scanner.code);
    return found;
}
