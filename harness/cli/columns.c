/* SPDX-License-Identifier: Apache-2.0 */
/* Cells padded to columns. */
#include "cli/columns.h"

#include <string.h>
#include <wchar.h>

#include "base/cleanup.h"

void columns_init(struct columns *columns, size_t count, const char *const *headings)
{
    *columns = (struct columns){.width = count};
    for (size_t i = 0; i < count; i++)
        strv_add(&columns->cells, headings[i]);
}

void columns_add(struct columns *columns, const char *text)
{
    _cleanup_buffer_ struct buffer printable = {0};

    if (text != NULL)
        buffer_printable(&printable, text, strlen(text), false);
    strv_add(&columns->cells, printable.length > 0 ? printable.data : "-");
}

/* Cells of the terminal; bytes where the locale cannot tell. */
static size_t width_of(const char *text)
{
    mbstate_t state = {0};
    size_t width = 0;

    for (const char *at = text; *at != '\0';) {
        wchar_t character;
        size_t length = mbrtowc(&character, at, strlen(at), &state);
        int cells = length > 0 && length <= strlen(at) ? wcwidth(character) : -1;

        if (cells < 0)
            return strlen(text);
        width += (size_t)cells;
        at += length;
    }
    return width;
}

void columns_print(const struct columns *columns, FILE *to)
{
    const struct strv *cells = &columns->cells;
    size_t *widths = text_calloc(columns->width, sizeof(*widths));

    for (size_t i = 0; i < cells->count; i++) {
        size_t width = width_of(cells->items[i]);

        if (width > widths[i % columns->width])
            widths[i % columns->width] = width;
    }
    for (size_t i = 0; i < cells->count; i++) {
        size_t column = i % columns->width;
        size_t padding = widths[column] - width_of(cells->items[i]);

        if (column + 1 == columns->width)
            fprintf(to, "%s\n", cells->items[i]);
        else
            fprintf(to, "%s%*s", cells->items[i], (int)padding + 2, "");
    }
    free(widths);
}

void columns_done(struct columns *columns)
{
    strv_done(&columns->cells);
}
