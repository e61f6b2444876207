/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the member `facts` of a case's record. */
#include "suite/facts.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define KIND_MAX 32

/* Unescapes tab, newline and backslash; NULL for any other escape, a NUL, or too many bytes. */
static char *unescape(const char *text, size_t length)
{
    _cleanup_buffer_ struct buffer out = {0};

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '\\' && ++i < length)
            byte = text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i] == '\\' ? '\\' : '\0';
        if (byte == '\0' || i == length)
            return NULL;
        buffer_add(&out, &byte, 1);
    }
    return out.length <= FACT_FIELD_MAX ? buffer_steal(&out) : NULL;
}

static bool is_kind(const char *text, size_t length)
{
    if (length == 0 || length > KIND_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0' || strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text[i]) == NULL)
            return false;
    return true;
}

static void fact_done(struct fact *fact)
{
    free(fact->kind);
    strv_done(&fact->fields);
}

/* Parses one line without its newline; returns false if it is invalid. */
static bool parse_line(const char *line, size_t length, struct fact *ret_fact)
{
    const char *end = line + length, *tab = memchr(line, '\t', length);
    size_t kind = tab != NULL ? (size_t)(tab - line) : length;

    if (!is_kind(line, kind))
        return false;
    ret_fact->kind = text_ndup(line, kind);
    while (tab != NULL) {
        const char *from = tab + 1;
        char *field;

        tab = memchr(from, '\t', (size_t)(end - from));
        field = unescape(from, (size_t)((tab != NULL ? tab : end) - from));
        if (field == NULL || ret_fact->fields.count == FACT_FIELDS_MAX) {
            free(field);
            return false;
        }
        strv_take(&ret_fact->fields, field);
    }
    return true;
}

int facts_parse(const char *text, size_t length, struct facts *facts, struct error **err)
{
    const char *end = text != NULL ? text + length : NULL;
    size_t before = facts->count, line = 0;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        struct fact fact = {0};

        if (++line > FACTS_MAX || newline == NULL ||
            !parse_line(text, (size_t)(newline - text), &fact)) {
            fact_done(&fact);
            while (facts->count > before)
                fact_done(&facts->items[--facts->count]);
            return error_set(err, -EBADMSG, "fact %zu must be a kind and its fields", line);
        }
        *vec_add(facts) = fact;
        text = newline + 1;
    }
    return 0;
}

const char *fact_field(const struct fact *fact, size_t index)
{
    return index < fact->fields.count ? fact->fields.items[index] : "";
}

const struct fact *facts_find(const struct facts *facts, const char *kind)
{
    vec_foreach (fact, facts) {
        if (strcmp(fact->kind, kind) == 0)
            return fact;
    }
    return NULL;
}

void facts_done(struct facts *facts)
{
    vec_foreach (fact, facts)
        fact_done(fact);
    vec_done(facts);
}
