/* SPDX-License-Identifier: Apache-2.0 */
/* A matrix as a person reads it, and as a program does (touchstone-matrix(1)). */
#ifndef TS_REPORTS_MATRIX_VIEW_H
#define TS_REPORTS_MATRIX_VIEW_H

#include <stdbool.h>

#include "judge/matrix.h"
#include "reports/table.h"

struct buffer;
struct json_writer;

/* One table an image, what is wrong first, and a line for every cell that is not compatible. */
void matrix_view_text(const struct matrix *matrix, bool colour, struct buffer *out);

/* Of a large run: the first hundred cells that are not compatible, the most serious first, and how
 * many there are of each verdict. */
enum { MATRIX_VIEW_LARGE = 200 };
bool matrix_view_is_large(const struct matrix *matrix);
void matrix_view_brief(const struct matrix *matrix, bool colour, struct buffer *out);

/* The document of `matrix --json`, whole. */
void matrix_view_write_json(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to);

/* The members of it that stand before its cells, and those of a cell, as `show` and the report
 * have them too. */
void matrix_view_write_head(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to);
void matrix_view_write_cell(const struct matrix_cell *cell, struct json_writer *to);

/* "emulated", or "-" when no guest came up: stands beside every verdict. */
const char *matrix_view_grade(const struct matrix_cell *cell);
enum table_colour matrix_view_colour(enum verdict verdict);

/* "5 of 10 cases planned" where the plan leaves any out; nothing where it has all. */
void matrix_view_scope(const struct judgement *judgement, struct buffer *out);

/* How many cells leave out cases, and how many of them required ones. */
struct left_out_cells {
    size_t any, required;
};
struct left_out_cells matrix_view_left_out(const struct matrix *matrix);

/* "install,function", what --item was given; empty without it. */
void matrix_view_items(const struct matrix *matrix, struct buffer *out);

/* The wall clock as 2026-01-01 00:00:00 UTC. */
void matrix_view_time(int64_t wall_ms, struct buffer *out);

/* Guest text as one line of a terminal, at most limit bytes of it. */
void matrix_view_line(const char *text, size_t limit, struct buffer *out);

#endif
