/* SPDX-License-Identifier: Apache-2.0 */
/* What an investigation found, as text and as JSON; a part of the gate's page. */
#ifndef TS_REPORTS_INVESTIGATE_VIEW_H
#define TS_REPORTS_INVESTIGATE_VIEW_H

#include <stdbool.h>

#include "judge/investigate.h"

struct buffer;
struct json_writer;

void investigate_view_text(const struct investigations *found, bool colour, struct buffer *out);

/* Writes the member "investigations": null without any. */
void investigate_view_write_json(const struct investigations *found, struct json_writer *to);

#endif
