/* SPDX-License-Identifier: Apache-2.0 */
/* All information about one cell, as text and as JSON (touchstone-show(1)). */
#ifndef TS_REPORTS_CELL_VIEW_H
#define TS_REPORTS_CELL_VIEW_H

#include <stdbool.h>

#include "judge/matrix.h"

struct buffer;
struct json_writer;
struct outcomes;

struct cell_view {
    const char *home; /* home to read evidence from */
    const struct run_record *run;
    const struct matrix_cell *cell;
    const struct result *prepared; /* result of the prepare job of the cell's guest, or NULL */
    const char *case_id;           /* show only this case, with more of its output; NULL: all */
    unsigned *unread;              /* incremented for each piece of evidence that cannot be read */
    bool full;                     /* show paths and digests */
    bool explain;                  /* JSON: why the verdict, and what would make it better */
};

void cell_view_text(const struct cell_view *view, bool colour, struct buffer *out);

/* Writes the members of the cell's object. */
void cell_view_write_json(const struct cell_view *view, struct json_writer *to);

/* True if a case's output is displayed by default: the case did not pass. */
bool cell_view_wants_output(const struct cell_view *view, const struct case_result *row);

/* The waiver that lets a FAIL pass, described; caller frees. NULL: there is none. */
char *cell_view_waived(const struct outcomes *outcomes, const struct case_result *row);

/* Number of bytes displayed from the end of a stream. */
size_t cell_view_tail_limit(const struct cell_view *view);

/* Reads that end. If it cannot be read, it is counted and reported on stderr. */
int cell_view_read_tail(const struct cell_view *view, const struct evidence *blob,
                        struct buffer *ret_data, uint64_t *ret_skipped, struct error **err);

/* Formats milliseconds as "12.3 s". */
void cell_view_duration(int64_t duration_ms, struct buffer *out);

#endif
