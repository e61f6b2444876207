/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix across runs as text and as JSON (touchstone-matrix(1)). */
#ifndef TS_REPORTS_ACROSS_VIEW_H
#define TS_REPORTS_ACROSS_VIEW_H

#include <stdbool.h>

#include "judge/across.h"

struct buffer;
struct json_writer;

/* One line for each cell, the worst first, with the run and the age of its result. */
void across_view_text(const struct across *across, bool colour, struct buffer *out);

void across_view_write_json(const struct across *across, struct exit_policy policy,
                            struct json_writer *to);

#endif
