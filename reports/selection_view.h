/* SPDX-License-Identifier: Apache-2.0 */
/* Says that a list is only a part of the whole, wherever one is shown. */
#ifndef TS_REPORTS_SELECTION_VIEW_H
#define TS_REPORTS_SELECTION_VIEW_H

#include <stdbool.h>

#include "judge/selection.h"

struct buffer;
struct json_writer;

/* A line such as "Shown: 2 of 12 cells, query: status:fail", or that none matches; nothing if
 * there is no query. */
void selection_view_text(const struct selection *selection, const char *one, const char *many,
                         bool colour, struct buffer *out);

/* The member "query": null, or an object. */
void selection_view_write_json(const struct selection *selection, struct json_writer *to);

#endif
