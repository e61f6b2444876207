/* SPDX-License-Identifier: Apache-2.0 */
/* Aligns columns. */
#include "reports/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void table_add(struct table *table, const char *text, enum table_colour colour)
{
    struct table_cell *cell = vec_add(&table->cells);
    struct buffer safe = {0};

    buffer_printable(&safe, text, strlen(text), false);
    cell->text = buffer_steal(&safe);
    cell->colour = colour;
}

void table_format(struct table *table, enum table_colour colour, const char *format, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text_out_of_memory();
    va_end(args);
    table_add(table, text, colour);
}

size_t table_width(const char *text)
{
    size_t width = 0;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        unsigned point = *at;

        if ((*at & 0xc0) == 0x80)
            continue;
        if ((*at & 0xf0) == 0xe0)
            point = (*at & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
        width += (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
                         (point >= 0xac00 && point <= 0xd7a3) ||
                         (point >= 0xf900 && point <= 0xfaff) ||
                         (point >= 0xfe30 && point <= 0xfe6f) ||
                         (point >= 0xff00 && point <= 0xff60) || (*at & 0xf8) == 0xf0
                     ? 2
                     : 1;
    }
    return width;
}

void table_paint(struct buffer *out, const char *text, enum table_colour tint, bool colour)
{
    static const char *const codes[] = {"0", "31;1", "33", "32", "2"};

    if (colour && tint != TABLE_PLAIN)
        buffer_format(out, "\033[%sm%s\033[0m", codes[tint], text);
    else
        buffer_text(out, text);
}

void table_print(const struct table *table, const char *indent, bool colour, struct buffer *out)
{
    _cleanup_free_ size_t *widths = text_calloc(table->columns, sizeof(*widths));
    size_t rows = table->cells.count / table->columns;

    for (size_t i = 0; i < table->cells.count; i++) {
        size_t width = table_width(table->cells.items[i].text);

        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    for (size_t row = 0; row < rows; row++) {
        const struct table_cell *cells = table->cells.items + row * table->columns;
        size_t last = table->columns;

        while (last > 1 && *cells[last - 1].text == '\0')
            last--;
        buffer_text(out, indent);
        for (size_t i = 0; i < last; i++) {
            table_paint(out, cells[i].text, cells[i].colour, colour);
            if (i + 1 < last)
                buffer_format(out, "%*s", (int)(widths[i] - table_width(cells[i].text) + 2), "");
        }
        buffer_text(out, "\n");
    }
}

void table_done(struct table *table)
{
    vec_foreach (cell, &table->cells)
        free(cell->text);
    vec_done(&table->cells);
}
