/* SPDX-License-Identifier: Apache-2.0 */
/* How often each case of a cell failed, as text and as JSON (touchstone-history(1)). */
#ifndef TS_REPORTS_HISTORY_CASES_VIEW_H
#define TS_REPORTS_HISTORY_CASES_VIEW_H

#include <stdbool.h>

#include "judge/case_rates.h"

struct buffer;
struct json_writer;

struct history_cases_view {
    const char *platform, *suite;
    const struct history_rows *rows;
    const struct case_rates *rates;
};

void history_cases_view_text(const struct history_cases_view *view, bool colour,
                             struct buffer *out);

/* Writes the complete document of `history --cases --json`. */
void history_cases_view_write_json(const struct history_cases_view *view, struct json_writer *to);

#endif
