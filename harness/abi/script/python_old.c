/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/script/python_old.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "abi/script/python_scan.h"

static bool begins_word(const char *code, const char *at)
{
    return at == code || !(python_in_name(at[-1]) || at[-1] == '.');
}

/* "1.5e-01" */
static bool is_exponent(const char *code, const char *at)
{
    return at - code > 2 && (at[-1] == '-' || at[-1] == '+') && (at[-2] == 'e' || at[-2] == 'E') &&
           (isdigit((unsigned char)at[-3]) || at[-3] == '.');
}

/* "0777", "10L": numbers that begin where `at` is. */
static const char *old_number(const char *at)
{
    size_t digits = strspn(at, "0123456789");
    char next = at[digits];

    if ((next == 'l' || next == 'L') && !python_in_name(at[digits + 1]))
        return "a number that ends in 'L'";
    /* "00", "0_7" and "07.5" are accepted. */
    if (at[0] == '0' && strspn(at, "0") < digits && !python_in_name(next) && next != '.')
        return "an octal number without 'o'";
    return NULL;
}

/* "(" directly behind "(" or "," of the parameters at `at`. */
static bool has_tuple(const char *at)
{
    size_t depth = 0;
    char before = '\0';

    for (; *at != '\0'; at++) {
        if (*at == '(' && depth == 1 && (before == '(' || before == ','))
            return true;
        if (strchr("([{", *at) != NULL)
            depth++;
        if (strchr(")]}", *at) != NULL && depth-- <= 1)
            return false;
        before = *at == ' ' || *at == '\t' ? before : *at;
    }
    return false;
}

/* The text behind a word and blanks, for the word that begins where `at` is; else NULL. */
static const char *behind(const char *at, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(at, word, length) != 0 || python_in_name(at[length]))
        return NULL;
    return at + length + strspn(at + length, " \t");
}

static bool has_tuple_parameter(const char *at)
{
    const char *rest = behind(at, "lambda");

    if (rest != NULL)
        return *rest == '(';
    rest = behind(at, "def");
    return rest != NULL && (rest = strchr(rest, '(')) != NULL && has_tuple(rest);
}

/* A comma outside parentheses before the end of the statement. */
static bool has_comma(const char *at)
{
    size_t depth = 0;

    for (; *at != '\0' && (*at != ';' || depth > 0); at++) {
        depth += strchr("([{", *at) != NULL;
        depth -= strchr(")]}", *at) != NULL && depth > 0;
        if (*at == ',' && depth == 0)
            return true;
    }
    return false;
}

/* "except (A, B), e:" */
static bool is_except(const char *at)
{
    const char *end;
    size_t depth = 0;

    if (*at != '(')
        return false;
    for (end = at; *end != '\0'; end++) {
        depth += *end == '(';
        if (*end == ')' && --depth == 0)
            break;
    }
    end += *end == ')';
    end += strspn(end, " \t");
    return *end == ',';
}

const char *python_old_expression(const char *code)
{
    const char *rest = python_statement(code, "raise"), *what;

    if (rest != NULL && has_comma(rest))
        return "'raise ERROR, VALUE'";
    rest = python_statement(code, "except");
    if (rest != NULL && is_except(rest + strspn(rest, " \t")))
        return "'except (ERROR, …), NAME:'";
    for (const char *at = code; *at != '\0'; at++) {
        if (!begins_word(code, at))
            continue;
        if (isdigit((unsigned char)*at) && !is_exponent(code, at) &&
            (what = old_number(at)) != NULL)
            return what;
        if ((*at == 'u' || *at == 'U') && (at[1] == 'r' || at[1] == 'R') && at[2] == '"')
            return "a string with the prefix 'ur'";
        if (has_tuple_parameter(at))
            return "a parameter that is a tuple";
    }
    return NULL;
}

int python_indentation_read(struct python_indentation *indentation, const char *code)
{
    size_t column = 0, narrow = 0, top;

    for (; *code == ' ' || *code == '\t' || *code == '\f'; code++) {
        column = *code == '\f' ? 0 : *code == '\t' ? (column / 8 + 1) * 8 : column + 1;
        narrow = *code == '\f' ? 0 : narrow + 1;
    }
    while (indentation->depth > 0 && indentation->columns[indentation->depth - 1] > column)
        indentation->depth--;
    top = indentation->depth;
    if (top > 0 && indentation->columns[top - 1] == column)
        return indentation->narrow[top - 1] != narrow;
    if (column == 0)
        return 0;
    if (top > 0 && indentation->narrow[top - 1] >= narrow)
        return 1;
    if (top < PYTHON_BLOCKS_MAX) {
        indentation->columns[top] = column;
        indentation->narrow[top] = narrow;
        indentation->depth++;
    }
    return 0;
}
