/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer of TAP 14: words of a line, directives, escapes, and what resembles TAP. */
#include "suite/tap_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static const char *skip_spaces(const char *text, const char *end)
{
    while (text < end && is_space(*text))
        text++;
    return text;
}

/* The text after the word, or NULL if the line does not begin with it. */
static const char *after(const char *text, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - text) >= length && memcmp(text, word, length) == 0 ? text + length : NULL;
}

static const char *after_any_case(const char *text, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - text) >= length && strncasecmp(text, word, length) == 0 ? text + length
                                                                                  : NULL;
}

/* Parses a number at *text and advances beyond its digits; TAP_POINTS_MAX + 1 if it is larger. */
static bool number(const char **text, const char *end, size_t *ret_value)
{
    const char *at = *text;
    size_t value = 0;

    for (; at < end && is_digit(*at); at++)
        if (value <= TAP_POINTS_MAX)
            value = value * 10 + (size_t)(*at - '0');
    if (at == *text)
        return false;
    *text = at;
    *ret_value = value <= TAP_POINTS_MAX ? value : TAP_POINTS_MAX + 1;
    return true;
}

/* `\#` and `\\` stand for one character; other backslashes are literal. */
static char *unescape(const char *text, const char *end)
{
    _cleanup_buffer_ struct buffer plain = {0};

    for (text = skip_spaces(text, end); end > text && is_space(end[-1]);)
        end--;
    for (; text < end; text++) {
        if (*text == '\\' && text + 1 < end && (text[1] == '\\' || text[1] == '#'))
            text++;
        buffer_add(&plain, text, 1);
    }
    return buffer_steal(&plain);
}

/*
 * Recognises the directive at text as a whole word: `SKIP`, `skipped`, `TODO:`, but not `todolist`,
 * `skipper.conf` or `todo.txt`. The pattern in the specification accepts any word with such a
 * prefix; its examples are `Skipped` and `Skipped:`, and a failed point must not be excused by a
 * file name.
 */
static enum tap_directive directive_word(const char *text, const char *end, const char **ret_rest)
{
    static const struct {
        const char *word;
        enum tap_directive directive;
    } words[] = {{"skipped", TAP_SKIP}, {"skip", TAP_SKIP}, {"todo", TAP_TODO}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *rest = after_any_case(text, end, words[i].word), *at = rest;

        if (rest == NULL)
            continue;
        while (at < end && !is_space(*at) && *at != ':' && ispunct((unsigned char)*at) &&
               *at != '_')
            at++;
        if (at < end && *at == ':')
            at++;
        else if (at < end && !is_space(*at))
            continue;
        *ret_rest = at;
        return words[i].directive;
    }
    return TAP_NO_DIRECTIVE;
}

/* Finds the first # that can begin a directive: unescaped, after a space (or an escaped backslash)
 * and before a space or the word itself. If no directive follows it, there is none. */
static enum tap_directive find_directive(const char *text, const char **end, const char **ret_rest)
{
    bool parted = true; /* a # is allowed here */

    for (const char *at = text; at < *end; at++) {
        enum tap_directive found;

        if (*at == '\\' && at + 1 < *end && (at[1] == '\\' || at[1] == '#')) {
            parted = at[1] == '\\';
            at++;
            continue;
        }
        if (*at != '#' || !parted) {
            parted = is_space(*at);
            continue;
        }
        found = directive_word(skip_spaces(at + 1, *end), *end, ret_rest);
        if (found != TAP_NO_DIRECTIVE) {
            *end = at;
            return found;
        }
        if (at + 1 < *end && is_space(at[1]))
            return TAP_NO_DIRECTIVE;
        parted = false;
    }
    return TAP_NO_DIRECTIVE;
}

/* A description may begin with digits: they are a number only if followed by a blank. */
static const char *read_number(const char *text, const char *end, struct tap_line *line)
{
    const char *at = text;
    size_t value;

    if (!number(&at, end, &value) ||
        (at < end && !is_space(*at) && *at != '-' && *at != ':' && *at != '#'))
        return text;
    line->numbered = true;
    line->number = value;
    return at;
}

static bool read_point(const char *text, const char *end, struct tap_line *line)
{
    const char *at = after(text, end, "not ok"), *stop = end, *rest = NULL;

    line->ok = at == NULL;
    if (at == NULL)
        at = after(text, end, "ok");
    if (at == NULL || (at < end && !is_space(*at)))
        return false;
    at = read_number(skip_spaces(at, end), end, line);
    at = skip_spaces(at, end);
    if (at < end && *at == '-' && (at + 1 == end || is_space(at[1])))
        at = skip_spaces(at + 1, end);
    line->directive = find_directive(at, &stop, &rest);
    line->text = unescape(at, stop);
    if (line->directive != TAP_NO_DIRECTIVE)
        line->reason = unescape(rest, end);
    return true;
}

static bool read_plan(const char *text, const char *end, struct tap_line *line)
{
    const char *at = after(text, end, "1.."), *rest;

    if (at == NULL || !number(&at, end, &line->number))
        return false;
    at = skip_spaces(at, end);
    if (at < end && *at != '#')
        return false;
    if (at == end)
        return true;
    at = skip_spaces(at + 1, end);
    line->reason =
        directive_word(at, end, &rest) == TAP_SKIP ? unescape(rest, end) : unescape(at, end);
    return true;
}

static bool read_pragma(const char *text, const char *end, struct tap_line *line)
{
    const char *at = after(text, end, "pragma "), *key = at != NULL ? at + 1 : NULL;

    if (at == NULL || key >= end || (*at != '+' && *at != '-'))
        return false;
    for (at = key; at < end && (is_letter(*at) || is_digit(*at) || *at == '-'); at++)
        ;
    if (skip_spaces(at, end) != end)
        return false;
    line->ok = key[-1] == '+';
    line->text = text_ndup(key, (size_t)(at - key));
    return true;
}

static bool read_version(const char *text, const char *end, struct tap_line *line)
{
    const char *at = after(text, end, "TAP version ");

    return at != NULL && number(&at, end, &line->number) && skip_spaces(at, end) == end;
}

static bool read_subtest(const char *text, const char *end, struct tap_line *line)
{
    const char *at = after(text, end, "# Subtest");

    if (at == NULL || (at < end && *at != ':'))
        return false;
    line->text = unescape(at < end ? at + 1 : at, end);
    return true;
}

static bool is_bail(const char *text, const char *end)
{
    const char *at = after_any_case(text, end, "bail");

    at = at != NULL ? after_any_case(skip_spaces(at, end), end, "out") : NULL;
    return at != NULL && (at == end || !is_letter(*at));
}

#define SEEN_MAX 64 /* bytes of a line in which TAP is looked for */

/* A character that looks like an ASCII one, or is invisible ('\0'). */
static const struct {
    const char *bytes;
    char seen;
} likes[] = {
    {"\xef\xbb\xbf", '\0'}, {"\xe2\x80\x8b", '\0'}, {"\xe2\x80\x8c", '\0'}, {"\xe2\x80\x8d", '\0'},
    {"\xe2\x80\x8e", '\0'}, {"\xe2\x80\x8f", '\0'}, {"\xe2\x81\xa0", '\0'}, {"\xc2\xad", '\0'},
    {"\xc2\xa0", ' '},      {"\xe3\x80\x80", ' '},  {"\xd0\xbe", 'o'},      {"\xce\xbf", 'o'},
    {"\xd1\x82", 't'},      {"\xcf\x84", 't'},      {"\xd0\xba", 'k'},      {"\xce\xba", 'k'},
    {"\xd5\xb8", 'n'},
};

/* What a terminal displays for the next bytes at *text; -1: nothing visible. */
static int next_seen(const char **text, const char *end)
{
    const unsigned char *at = (const unsigned char *)*text;

    if (*at == '\033' && *text + 1 < end && at[1] == '[') {
        for (*text += 2; *text < end && !(**text >= 0x40 && **text < 0x7f); (*text)++)
            ;
        *text += *text < end;
        return -1;
    }
    /* U+FF01 to U+FF5E are fullwidth forms of ASCII. */
    if (end - *text >= 3 && at[0] == 0xef && (at[1] == 0xbc || at[1] == 0xbd)) {
        int seen = (at[1] - 0xbc) * 0x40 + (at[2] - 0x80) + 0x20;

        *text += 3;
        return seen > 0x20 && seen < 0x7f ? seen : '?';
    }
    for (size_t i = 0; i < sizeof(likes) / sizeof(likes[0]); i++) {
        const char *rest = after(*text, end, likes[i].bytes);

        if (rest != NULL) {
            *text = rest;
            return likes[i].seen != '\0' ? likes[i].seen : -1;
        }
    }
    (*text)++;
    return *at == '\b' || *at >= 0x20 ? (*at == 0x7f ? -1 : *at) : *at == '\t' ? ' ' : -1;
}

/* The beginning of a line as displayed: without colours, zero-width characters and overwritten
 * text. */
static const char *fold(const char *text, const char *end, char seen[SEEN_MAX])
{
    size_t length = 0;

    while (text < end && length < SEEN_MAX) {
        int next = next_seen(&text, end);

        if (next == '\b')
            length -= length > 0;
        else if (next > 0 && !(next == ' ' && length == 0))
            seen[length++] = (char)next;
    }
    return seen + length;
}

/* Unusual spellings of "not" and "ok"; "not okay" does not count. */
static bool is_nearly_failed(const char *text, const char *end)
{
    const char *at = after_any_case(text, end, "not");

    if (at == NULL)
        return false;
    while (at < end && (is_space(*at) || *at == '-' || *at == '_'))
        at++;
    at = after_any_case(at, end, "ok");
    return at != NULL && (at == end || !is_letter(*at));
}

/* Many programs print "OK" alone; followed by a number, it was probably meant as a test point. */
static bool is_nearly_passed(const char *text, const char *end)
{
    const char *at = after_any_case(text, end, "ok");

    while (at != NULL && at < end && strchr(" \t-:#.", *at) != NULL && *at != '\0')
        at++;
    return at != NULL && at < end && is_digit(*at);
}

static bool is_nearly_plan(const char *text, const char *end)
{
    const char *at = text;
    size_t first;

    if (!number(&at, end, &first))
        return false;
    at = skip_spaces(at, end);
    if (after(at, end, "..") == NULL)
        return false;
    while (at < end && *at == '.')
        at++;
    at = skip_spaces(at, end);
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    return first == 1 || (at < end && is_digit(*at));
}

static bool is_nearly(const char *text, const char *end)
{
    char seen[SEEN_MAX];

    end = fold(text, end, seen);
    text = seen;
    return is_nearly_failed(text, end) || is_nearly_passed(text, end) ||
           is_nearly_plan(text, end) || after(text, end, "pragma +") != NULL ||
           after(text, end, "pragma -") != NULL;
}

void tap_line_read(const char *text, size_t length, struct tap_line *ret_line)
{
    const char *end = text + length;

    *ret_line = (struct tap_line){.kind = TAP_UNKNOWN};
    if (skip_spaces(text, end) == end)
        ret_line->kind = TAP_BLANK;
    else if (is_bail(text, end)) {
        ret_line->kind = TAP_BAIL;
        ret_line->text = unescape(text, end);
    } else if (read_point(text, end, ret_line))
        ret_line->kind = TAP_POINT;
    else if (read_plan(text, end, ret_line))
        ret_line->kind = TAP_PLAN;
    else if (read_version(text, end, ret_line))
        ret_line->kind = TAP_VERSION;
    else if (read_pragma(text, end, ret_line))
        ret_line->kind = TAP_PRAGMA;
    else if (read_subtest(text, end, ret_line))
        ret_line->kind = TAP_SUBTEST;
    else if (*skip_spaces(text, end) == '#')
        ret_line->kind = TAP_BLANK;
    else if (is_nearly(text, end))
        ret_line->kind = TAP_NEARLY;
}

void tap_line_done(struct tap_line *line)
{
    free(line->text);
    free(line->reason);
}
