/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix as text and as JSON (touchstone-matrix(1)). */
#ifndef TS_REPORTS_MATRIX_VIEW_H
#define TS_REPORTS_MATRIX_VIEW_H

#include <stdbool.h>

#include "judge/matrix.h"
#include "reports/table.h"

struct buffer;
struct json_writer;

/* Writes one table for each image, worst results first, and a line for every cell that is not
 * compatible. */
void matrix_view_text(const struct matrix *matrix, bool colour, struct buffer *out);

/* For a large run: writes the first hundred cells that are not compatible, most serious first, and
 * the number of cells with each verdict. */
enum { MATRIX_VIEW_LARGE = 200 };
bool matrix_view_is_large(const struct matrix *matrix);
void matrix_view_brief(const struct matrix *matrix, bool colour, struct buffer *out);

/* Writes the complete document of `matrix --json`. */
void matrix_view_write_json(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to);

/* The members that precede the cells, and the members of a cell; `show` and the report write them
 * too. */
void matrix_view_write_head(const struct matrix *matrix, struct exit_policy policy,
                            struct json_writer *to);
void matrix_view_write_cell(const struct matrix_cell *cell, struct json_writer *to);

/* "emulated", or "-" if no guest was started; displayed beside every verdict. */
const char *matrix_view_grade(const struct matrix_cell *cell);
enum table_colour matrix_view_colour(enum verdict verdict);

/* One table per image: suites in rows, the worst first, and platforms in columns. */
void matrix_view_grids(const struct matrix *matrix, bool colour, struct buffer *out);

/* An empty line, then "12 cells: 1 incompatible, … 11 compatible; 12 emulated". */
void matrix_view_counts(const struct matrix *matrix, struct buffer *out);

/* "5 of 10 cases planned" if the plan leaves any case out; else nothing. */
void matrix_view_scope(const struct judgement *judgement, struct buffer *out);

/* Number of cells that leave out cases, and of those that leave out required ones. */
struct left_out_cells {
    size_t any, required;
};
struct left_out_cells matrix_view_left_out(const struct matrix *matrix);

/* The arguments of --item, as "install,function"; empty without it. */
void matrix_view_items(const struct matrix *matrix, struct buffer *out);

/* "  label 'x'  build 'y'", as far as the run has them. */
void matrix_view_about(const struct plan *plan, struct buffer *out);

/* Formats the wall clock as 2026-01-01 00:00:00 UTC. */
void matrix_view_time(int64_t wall_ms, struct buffer *out);

/* The same as JSON: ISO 8601, or null for 0. */
void matrix_view_write_time(struct json_writer *to, const char *key, int64_t wall_ms);

/* Escapes guest text to one line for a terminal, at most `limit` bytes of it. */
void matrix_view_line(const char *text, size_t limit, struct buffer *out);

#endif
