/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/python_scan.h"

#include <ctype.h>
#include <string.h>

bool python_in_name(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* True if the quote at this position begins an f-string. */
static bool is_format(const struct python_scanner *scanner)
{
    size_t at = scanner->at;

    while (at > 0 && scanner->at - at < 2 && isalpha((unsigned char)scanner->text[at - 1]))
        at--;
    if (at > 0 && python_in_name(scanner->text[at - 1]))
        return false;
    for (; at < scanner->at; at++)
        if (scanner->text[at] == 'f' || scanner->text[at] == 'F')
            return true;
    return false;
}

static void need(struct python_scanner *scanner, int minor, const char *what)
{
    if (minor <= scanner->format_minor)
        return;
    scanner->format_minor = minor;
    scanner->format_what = what;
}

/* "{name=}" or "{name=!r}" in an f-string; `at` is behind the '='. */
static bool shows_itself(const struct python_scanner *scanner, size_t at)
{
    char before = at > 1 ? scanner->text[at - 2] : '\0',
         after = at < scanner->size ? scanner->text[at] : '\0';

    return (after == '}' || after == ':' ||
            (after == '!' && at + 1 < scanner->size && scanner->text[at + 1] != '\0' &&
             strchr("rsa", scanner->text[at + 1]) != NULL)) &&
           (python_in_name(before) || before == ')' || before == ']' || before == ' ');
}

/* One byte of an f-string; depth: of braces; spec: behind the ':' of a format. */
static void read_format(struct python_scanner *scanner, char byte, size_t *depth, bool *spec)
{
    char next = scanner->at + 1 < scanner->size ? scanner->text[scanner->at + 1] : '\0';

    if (*depth == 0 && (byte == '{' || byte == '}') && next == byte) {
        scanner->at++;
    } else if (byte == '{') {
        ++*depth;
        *spec = false;
    } else if (byte == '}' && *depth > 0) {
        --*depth;
        *spec = false;
    } else if (byte == ':' && *depth == 1) {
        *spec = true;
    } else if (byte == '=' && *depth == 1 && !*spec && shows_itself(scanner, scanner->at + 1)) {
        need(scanner, 8, "'{NAME=}' in an f-string");
    } else if (byte == '\\' && *depth > 0 && !*spec) {
        need(scanner, 12, "a backslash in an expression of an f-string");
    }
}

static void skip_string(struct python_scanner *scanner)
{
    char quote = scanner->text[scanner->at];
    bool triple = scanner->at + 2 < scanner->size && scanner->text[scanner->at + 1] == quote &&
                  scanner->text[scanner->at + 2] == quote;
    bool format = is_format(scanner), spec = false;
    size_t depth = 0;

    if (format)
        need(scanner, 6, "an f-string");
    for (scanner->at += triple ? 3 : 1; scanner->at < scanner->size; scanner->at++) {
        char byte = scanner->text[scanner->at];

        if (byte == '\n' && !triple)
            return;
        scanner->line += byte == '\n';
        if (format && byte != quote)
            read_format(scanner, byte, &depth, &spec);
        /* A backslash before a brace of an f-string stands for itself. */
        if (byte == '\\' && scanner->at + 1 < scanner->size &&
            !(format && strchr("{}", scanner->text[scanner->at + 1]) != NULL &&
              scanner->text[scanner->at + 1] != '\0')) {
            scanner->at++;
            scanner->line += scanner->text[scanner->at] == '\n';
        } else if (byte == quote && (!triple || (scanner->at + 2 < scanner->size &&
                                                 scanner->text[scanner->at + 1] == quote &&
                                                 scanner->text[scanner->at + 2] == quote))) {
            if (depth > 0)
                need(scanner, 12, "the quotes of an f-string within it");
            scanner->at += triple ? 3 : 1;
            return;
        }
    }
}

bool python_scan(struct python_scanner *scanner, unsigned *ret_line)
{
    size_t open = 0;

    scanner->format_minor = 0;
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

void python_scan_done(struct python_scanner *scanner)
{
    buffer_done(&scanner->code);
}

const char *python_statement(const char *code, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(code, word); at != NULL; at = strstr(at + 1, word)) {
        const char *before = at;

        while (before > code && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if ((before == code || before[-1] == ':' || before[-1] == ';') &&
            !python_in_name(at[length]))
            return at + length;
    }
    return NULL;
}
