/* SPDX-License-Identifier: Apache-2.0 */
/* The decision of the gate as one page of text, as JSON and as JUnit (touchstone-gate(1)). */
#ifndef TS_REPORTS_GATE_VIEW_H
#define TS_REPORTS_GATE_VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "judge/gate.h"
#include "judge/investigate.h"

struct buffer;
struct json_writer;

struct gate_view {
    const struct gate *gate;
    const struct policy *policy;
    const char *policy_path;
    const struct matrix *matrix;
    const struct run_diff *diff;                 /* from the baseline; NULL: there is none */
    const struct investigations *investigations; /* NULL: none was asked for, or needed */
};

void gate_view_text(const struct gate_view *view, bool colour, struct buffer *out);

/* Writes the complete document of `gate --json`. */
void gate_view_write_json(const struct gate_view *view, struct json_writer *to);

/* Writes a complete document. */
void gate_view_write_junit(const struct gate_view *view, FILE *out);

#endif
