/* SPDX-License-Identifier: Apache-2.0 */
/* How a suite behaves on several platforms and images, as text and as JSON
 * (touchstone-compare(1)). */
#ifndef TS_REPORTS_COMPARE_VIEW_H
#define TS_REPORTS_COMPARE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/compare.h"

struct buffer;
struct json_writer;

/* Appends the columns, then what differs, the worst first. all: also what is equal. */
void compare_view_text(const struct comparison *comparison, bool all, bool colour,
                       struct buffer *out);

/* Writes the complete document of `compare --json`, with all rows. */
void compare_view_write_json(const struct comparison *comparisons, size_t count,
                             struct json_writer *to);

#endif
