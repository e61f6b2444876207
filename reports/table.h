/* SPDX-License-Identifier: Apache-2.0 */
/* A text table for a terminal. A column is as wide as its widest cell, measured in characters, not
 * bytes. */
#ifndef TS_REPORTS_TABLE_H
#define TS_REPORTS_TABLE_H

#include "base/text.h"
#include "base/vec.h"

enum table_colour { TABLE_PLAIN, TABLE_RED, TABLE_YELLOW, TABLE_GREEN, TABLE_DIM };

struct table_cell {
    char *text;
    enum table_colour colour;
};

struct table {
    size_t columns;
    VEC(struct table_cell) cells; /* in row order */
};

/* Adds the next cell of the current row; text is escaped for a terminal. */
void table_add(struct table *table, const char *text, enum table_colour colour);
void table_format(struct table *table, enum table_colour colour, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Columns on a terminal: characters that are wide in East Asian text take two (Unicode UAX #11, the
 * blocks that titles and reasons use). The text must be well-formed UTF-8, as table_add makes it.
 */
size_t table_width(const char *text);

/* Appends all rows, each preceded by `indent`, with two spaces between columns. */
void table_print(const struct table *table, const char *indent, bool colour, struct buffer *out);
void table_done(struct table *table);

/* Appends the text, surrounded by colour escapes if `colour` is set. */
void table_paint(struct buffer *out, const char *text, enum table_colour tint, bool colour);

#endif
