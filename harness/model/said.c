/* SPDX-License-Identifier: Apache-2.0 */
#include "model/said.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/translate.h"

enum { PARTS = 10, DEPTH_MAX = 4, STEPS_MAX = 20000 };

static const struct {
    const char *english, *chinese;
} rows[] = {
#define SAID(english, chinese) {english, chinese},
#include "model/said.def"
#undef SAID
};

/* What stands for %1 to %9. */
struct parts {
    unsigned steps; /* a text that a product made to be difficult is left as it is */
    const char *start[PARTS];
    size_t length[PARTS];
};

static bool is_part(const char *pattern)
{
    return (pattern[0] == '%' || pattern[0] == '#') && pattern[1] >= '1' &&
           pattern[1] < '0' + PARTS;
}

/* Each part is as short as the rest of the pattern allows, and never empty. */
static bool fits(const char *pattern, const char *text, struct parts *parts)
{
    for (; *pattern != '\0' && !is_part(pattern); pattern++, text++)
        if (*pattern != *text)
            return false;
    if (*pattern == '\0')
        return *text == '\0';
    for (size_t length = 1; text[length - 1] != '\0' && parts->steps < STEPS_MAX; length++) {
        parts->steps++;
        if (*pattern == '#' && (text[length - 1] < '0' || text[length - 1] > '9'))
            return false;
        if (!fits(pattern + 2, text + length, parts))
            continue;
        parts->start[pattern[1] - '0'] = text;
        parts->length[pattern[1] - '0'] = length;
        return true;
    }
    return false;
}

static void translate(const char *text, unsigned depth, struct buffer *to);

/* "A; B": several reasons. */
static void translate_list(const char *text, unsigned depth, struct buffer *to)
{
    const char *end = strstr(text, "; ");
    _cleanup_free_ char *first = end != NULL ? text_ndup(text, (size_t)(end - text)) : NULL;

    if (first == NULL || depth >= DEPTH_MAX) {
        buffer_text(to, text);
        return;
    }
    translate(first, depth + 1, to);
    buffer_text(to, "；");
    translate(end + 2, depth + 1, to);
}

static void fill(const char *pattern, const struct parts *parts, unsigned depth, struct buffer *to)
{
    for (; *pattern != '\0'; pattern++) {
        _cleanup_free_ char *part = NULL;

        if (!is_part(pattern)) {
            buffer_add(to, pattern, 1);
            continue;
        }
        pattern++;
        part = text_ndup(parts->start[*pattern - '0'], parts->length[*pattern - '0']);
        translate(part, depth + 1, to);
    }
}

static void translate(const char *text, unsigned depth, struct buffer *to)
{
    for (size_t i = 0; depth < DEPTH_MAX && i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parts parts = {.steps = 0};

        /* A word within a sentence may be a name. */
        if (depth > 0 && strchr(rows[i].english, ' ') == NULL)
            continue;
        if (fits(rows[i].english, text, &parts)) {
            fill(rows[i].chinese, &parts, depth, to);
            return;
        }
    }
    translate_list(text, depth, to);
}

char *said_in(const char *text, enum language language)
{
    struct buffer out = {0};

    if (text == NULL || language != LANGUAGE_ZH)
        return text_dup(text);
    translate(text, 0, &out);
    return buffer_steal(&out);
}

char *said_here(const char *text)
{
    /* The translation of this word is the name of the language. */
    return said_in(text,
                   text_equal(_("en"), language_name(LANGUAGE_ZH)) ? LANGUAGE_ZH : LANGUAGE_EN);
}

bool said_row(size_t n, const char **ret_english, const char **ret_chinese)
{
    if (n >= sizeof(rows) / sizeof(rows[0]))
        return false;
    *ret_english = rows[n].english;
    *ret_chinese = rows[n].chinese;
    return true;
}
