/* SPDX-License-Identifier: Apache-2.0 */
/* What changed between two runs, as text and as JSON (touchstone-diff(1)). */
#ifndef TS_REPORTS_DIFF_VIEW_H
#define TS_REPORTS_DIFF_VIEW_H

#include <stdbool.h>

#include "judge/diff.h"

struct buffer;
struct json_writer;

void diff_view_text(const struct run_diff *diff, bool colour, struct buffer *out);

/* The first run, or the view, with its date: one line. */
void diff_view_before(const struct run_diff *diff, struct buffer *out);

/* Only the sections of changes. */
void diff_view_changes(const struct run_diff *diff, bool colour, struct buffer *out);

/* What changed beside the results, as a section; the gate shows it too. */
void diff_view_context(const struct run_diff *diff, bool colour, struct buffer *out);

/* Writes the complete document of `diff --json`. */
void diff_view_write_json(const struct run_diff *diff, struct json_writer *to);

/* Only its member "cells". */
void diff_view_write_cells(const struct run_diff *diff, struct json_writer *to);

#endif
