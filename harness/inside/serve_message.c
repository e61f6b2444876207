/* SPDX-License-Identifier: Apache-2.0 */
/* A minimal JSON reader for requests: members and items are looked up in the text itself. */
#include "inside/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16

static const char *skip_blank(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* Position after the closing quote of the string that begins at `at`; NULL if it is
 * unterminated. */
static const char *skip_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\')
            at++;
        if (*at == '\0')
            return NULL;
    }
    return at + 1;
}

static const char *skip_value(const char *at, int depth);

/* Position after the object or array whose opening bracket is at `at`. */
static const char *skip_nested(const char *at, char close, int depth)
{
    bool object = close == '}';

    at = skip_blank(at + 1);
    if (*at == close)
        return at + 1;
    for (;;) {
        if (object) {
            at = *at == '"' ? skip_string(at) : NULL;
            at = at != NULL ? skip_blank(at) : NULL;
            if (at == NULL || *at != ':')
                return NULL;
            at++;
        }
        at = skip_value(at, depth + 1);
        if (at == NULL)
            return NULL;
        at = skip_blank(at);
        if (*at == close)
            return at + 1;
        if (*at != ',')
            return NULL;
        at = skip_blank(at + 1);
    }
}

static const char *skip_value(const char *at, int depth)
{
    size_t length;

    at = skip_blank(at);
    if (depth > DEPTH_MAX)
        return NULL;
    if (*at == '"')
        return skip_string(at);
    if (*at == '{')
        return skip_nested(at, '}', depth);
    if (*at == '[')
        return skip_nested(at, ']', depth);
    length = strspn(at, "+-.0123456789abcdefghijklmnopqrstuvwxyzE");
    return length > 0 ? at + length : NULL;
}

const char *message_member(const char *object, const char *key)
{
    const char *at = object != NULL ? skip_blank(object) : "";

    if (*at != '{')
        return NULL;
    at = skip_blank(at + 1);
    while (*at == '"') {
        const char *name = at + 1, *end = skip_string(at);

        if (end == NULL)
            return NULL;
        at = skip_blank(end);
        if (*at != ':')
            return NULL;
        at = skip_blank(at + 1);
        if ((size_t)(end - name - 1) == strlen(key) && strncmp(name, key, strlen(key)) == 0)
            return at;
        at = skip_value(at, 0);
        if (at == NULL)
            return NULL;
        at = skip_blank(at);
        if (*at == ',')
            at = skip_blank(at + 1);
    }
    return NULL;
}

const char *message_first(const char *array)
{
    const char *at = array != NULL ? skip_blank(array) : "";

    if (*at != '[')
        return NULL;
    at = skip_blank(at + 1);
    return *at == ']' ? NULL : at;
}

const char *message_next(const char *item)
{
    const char *at = skip_value(item, 0);

    at = at != NULL ? skip_blank(at) : NULL;
    return at != NULL && *at == ',' ? skip_blank(at + 1) : NULL;
}

/* Writes \uXXXX as UTF-8; surrogate pairs are not combined, because no path or word of ours
 * contains them. */
static size_t put_code_point(char *to, const char *hex)
{
    char digits[5] = {0};
    unsigned long code;

    memcpy(digits, hex, 4);
    code = strtoul(digits, NULL, 16);
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

char *message_string(const char *value)
{
    static const char names[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    const char *end = value != NULL && *value == '"' ? skip_string(value) : NULL;
    char *text, *to;

    if (end == NULL)
        return NULL;
    text = to = malloc((size_t)(end - value));
    if (text == NULL)
        return NULL;
    for (const char *at = value + 1; at < end - 1; at++) {
        const char *name;

        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        at++;
        name = strchr(names, *at);
        if (*at == 'u' && end - at > 5 && strspn(at + 1, "0123456789abcdefABCDEF") >= 4) {
            to += put_code_point(to, at + 1);
            at += 4;
        } else {
            *to++ = name != NULL ? bytes[name - names] : *at;
        }
    }
    *to = '\0';
    return text;
}

bool message_number(const char *value, int64_t *ret_number)
{
    char *end;
    long long number;

    if (value == NULL)
        return false;
    errno = 0;
    number = strtoll(value, &end, 10);
    if (end == value || errno != 0)
        return false;
    *ret_number = number;
    return true;
}

bool message_is_true(const char *value)
{
    return value != NULL && strncmp(value, "true", 4) == 0;
}
