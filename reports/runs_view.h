/* SPDX-License-Identifier: Apache-2.0 */
/* The list of runs as text and as JSON (touchstone-runs(1)). */
#ifndef TS_REPORTS_RUNS_VIEW_H
#define TS_REPORTS_RUNS_VIEW_H

#include <stdbool.h>

#include "judge/runs.h"

struct buffer;
struct json_writer;

/* selection: of the runs. */
struct selection;
void runs_view_text(const struct listed_runs *runs, const struct selection *selection, bool colour,
                    struct buffer *out);

/* Writes the complete document of `runs --json`. */
void runs_view_write_json(const struct listed_runs *runs, const struct selection *selection,
                          struct json_writer *to);

#endif
