/* SPDX-License-Identifier: Apache-2.0 */
/* The history of a cell or a case as text and as JSON (touchstone-history(1)). */
#ifndef TS_REPORTS_HISTORY_VIEW_H
#define TS_REPORTS_HISTORY_VIEW_H

#include <stdbool.h>

#include "judge/history.h"
#include "judge/selection.h"

struct buffer;
struct json_writer;

struct history_view {
    const char *platform, *suite;
    const char *case_id; /* NULL: the whole cell */
    const struct history_rows *rows;
    const struct selection *selection; /* of the rows; what follows from them is about all */
};

void history_view_text(const struct history_view *view, bool colour, struct buffer *out);

/* Writes the complete document of `history --json`. */
void history_view_write_json(const struct history_view *view, struct json_writer *to);

#endif
