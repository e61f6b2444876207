/* SPDX-License-Identifier: Apache-2.0 */
/* What a run says of programmes, as text and as JSON (touchstone-programme(1)). */
#ifndef TS_REPORTS_PROGRAMME_VIEW_H
#define TS_REPORTS_PROGRAMME_VIEW_H

#include "judge/programme.h"
#include "reports/report.h"

struct json_writer;

/* Appends the status of one programme for one product and OS. */
void programme_view_text(const struct report *report, const struct programme_status *status,
                         bool colour, struct buffer *out);

/* Writes it as an element of an array. path: of the programme's file. report: NULL gives no
 * commands, so that the text depends on the status alone. */
void programme_view_write(const struct report *report, const struct programme_status *status,
                          const char *path, struct json_writer *to);

/* The programme itself: the members of `programme show --json`, and a page of text. */
void programme_view_write_rules(const struct programme *programme, const char *path,
                                struct json_writer *to);
void programme_view_rules(const struct programme *programme, struct buffer *out);

/* "image/platform"; the image only where a platform has several. Caller frees. */
char *programme_view_column(const struct programme_status *status,
                            const struct programme_column *column);

/* True if any cell is a stand-in, or was emulated, or reported. */
bool programme_view_has_stand_in(const struct programme_status *status);
bool programme_view_has_grade(const struct programme_status *status, enum grade grade);

#endif
