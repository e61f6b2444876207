/* SPDX-License-Identifier: Apache-2.0 */
/* Why a cell has its verdict, and what would make it better, as text and as JSON. */
#ifndef TS_REPORTS_BECAUSE_VIEW_H
#define TS_REPORTS_BECAUSE_VIEW_H

#include <jansson.h>

#include "judge/matrix.h"

struct buffer;

void because_view_text(const struct matrix_cell *cell, struct buffer *out);

/* The members `because` and `better` (touchstone-show(1)). */
void because_view_json(const struct matrix_cell *cell, json_t *to);

#endif
