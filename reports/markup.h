/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes text for XML and HTML, in element content and quoted attributes. The output is well
 * formed for any input: control bytes, invalid UTF-8 and hidden characters become visible escapes,
 * and & < > " ' become references. */
#ifndef TS_REPORTS_MARKUP_H
#define TS_REPORTS_MARKUP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes one line, at most MARKUP_LINE_BYTES; NULL writes nothing. */
enum { MARKUP_LINE_BYTES = 2000 };
void markup_line(FILE *out, const char *text);

/* Writes several lines; data must be the output of buffer_printable. */
void markup_lines(FILE *out, const char *data, size_t length);

/* Writes <name class="class">text</name>; class may be NULL. */
void markup_element(FILE *out, const char *name, const char *class, const char *text);

/* Writes the hash of a style sheet for the Content-Security-Policy (CSP level 3): base64 of its
 * SHA-256. */
void markup_hash(FILE *out, const char *text);

/* Writes seconds with three decimal places, as XML Schema expects. */
void markup_seconds(FILE *out, int64_t duration_ms);

#endif
