/* SPDX-License-Identifier: Apache-2.0 */
/* What a product gains and loses from one system to another, as text and as JSON
 * (touchstone-move(1)). */
#ifndef TS_REPORTS_MOVE_VIEW_H
#define TS_REPORTS_MOVE_VIEW_H

#include <stdbool.h>

#include "judge/diff_images.h"
#include "model/move.h"

struct buffer;
struct json_writer;

/* All members are borrowed. */
struct move_view {
    const char *from, *to; /* as the user named them */
    const struct move *move;
    const struct image_diff *runs; /* of the images with these names; empty if they have none */
    const char *not_run;           /* why behaviour is not compared; NULL: it is */
};

/* all: also what is added, and packages with another version. */
void move_view_text(const struct move_view *view, bool all, bool colour, struct buffer *out);

/* Writes the complete document of `move --json`. */
void move_view_write_json(const struct move_view *view, struct json_writer *to);

#endif
