/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is known of one cell, as a person and as a program reads it (touchstone-show(1)).
 */
#ifndef TS_REPORTS_CELL_VIEW_H
#define TS_REPORTS_CELL_VIEW_H

#include <stdbool.h>

#include "judge/matrix.h"

struct buffer;
struct json_writer;

struct cell_view {
    const char *home; /* evidence is read from there */
    const struct run_record *run;
    const struct matrix_cell *cell;
    const struct result *prepared; /* the prepare job behind the cell's guest, or NULL */
    const char *case_id;           /* only this case, with more of its output; NULL: all */
    unsigned *unread;              /* counts the pieces of evidence that could not be read */
    bool full;                     /* with paths and digests */
};

void cell_view_text(const struct cell_view *view, bool colour, struct buffer *out);

/* The members of the object that stands for the cell. */
void cell_view_write_json(const struct cell_view *view, struct json_writer *to);

/* Whether a case's output is shown without being asked for: what went wrong. */
bool cell_view_wants_output(const struct cell_view *view, const struct case_result *row);

/* Bytes of a stream's tail that are shown. */
size_t cell_view_tail_limit(const struct cell_view *view);

/* That tail. One that cannot be read is counted, and told of on stderr. */
int cell_view_read_tail(const struct cell_view *view, const struct evidence *blob,
                        struct buffer *ret_data, uint64_t *ret_skipped, struct error **err);

/* "DDDD ms" as 12.3 s. */
void cell_view_duration(int64_t duration_ms, struct buffer *out);

#endif
