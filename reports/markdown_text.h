/* SPDX-License-Identifier: Apache-2.0 */
/* Text in Markdown. */
#ifndef TS_REPORTS_MARKDOWN_TEXT_H
#define TS_REPORTS_MARKDOWN_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "reports/report.h"

/* Writes text in a line or a table cell, at most `limit` bytes of it, so that it creates no markup,
 * link, mention or HTML. NULL writes nothing. */
void markdown_text(FILE *out, const char *text, size_t limit);

/* "❌ incompatible (emulated)" in the report's language. */
void markdown_verdict(const struct report *report, FILE *out, enum verdict verdict,
                      enum grade grade);

/* The comment on a merge request, if the report has a baseline: at most 60 lines. */
enum { MARKDOWN_COMMENT_LINES = 60 };
void markdown_comment(const struct report *report, FILE *out);

#endif
