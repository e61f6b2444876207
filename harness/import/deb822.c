/* SPDX-License-Identifier: Apache-2.0 */
#include "import/deb822.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

enum { PARAGRAPHS_MAX = 5000, FIELDS_MAX = 200 };

static char *trimmed(const char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r", *text) != NULL) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    return text_ndup(text, length);
}

static void continue_field(struct deb822_field *field, const char *line, size_t length)
{
    _cleanup_free_ char *more = trimmed(line, length), *old = field->value;

    field->value = text_format("%s\n%s", old, more);
}

static int add_line(struct deb822 *paragraphs, bool *open, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    struct deb822_fields *fields = *open ? &paragraphs->items[paragraphs->count - 1] : NULL;
    struct deb822_field *field;

    if (*line == ' ' || *line == '\t') {
        if (fields == NULL || fields->count == 0)
            return -EINVAL;
        continue_field(&fields->items[fields->count - 1], line, length);
        return 0;
    }
    if (colon == NULL || colon == line)
        return -EINVAL;
    if (fields == NULL) {
        if (paragraphs->count >= PARAGRAPHS_MAX)
            return -EINVAL;
        fields = vec_add(paragraphs);
        *open = true;
    }
    if (fields->count >= FIELDS_MAX)
        return -EINVAL;
    field = vec_add(fields);
    field->name = trimmed(line, (size_t)(colon - line));
    field->value = trimmed(colon + 1, length - (size_t)(colon + 1 - line));
    return 0;
}

int deb822_parse(const char *text, const char *what, struct deb822 *ret_paragraphs,
                 struct error **err)
{
    _cleanup_(deb822_done) struct deb822 paragraphs = {0};
    bool open = false;
    size_t number = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        number++;
        if (strspn(text, " \t\r") >= length)
            open = false;
        else if (*text != '#' && add_line(&paragraphs, &open, text, length) < 0)
            return error_set(err, -EINVAL, "%s: line %zu is neither a field nor a comment", what,
                             number);
        text += length + (text[length] == '\n');
    }
    *ret_paragraphs = paragraphs;
    paragraphs = (struct deb822){0};
    return 0;
}

const char *deb822_get(const struct deb822_fields *fields, const char *name)
{
    vec_foreach (field, fields)
        if (strcasecmp(field->name, name) == 0)
            return field->value;
    return NULL;
}

void deb822_done(struct deb822 *paragraphs)
{
    vec_foreach (fields, paragraphs) {
        vec_foreach (field, fields) {
            free(field->name);
            free(field->value);
        }
        vec_done(fields);
    }
    vec_done(paragraphs);
}
