/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text into XML and HTML, for element content and quoted attributes alike. What comes out is well
 * formed in both, whatever goes in: control bytes, bad UTF-8 and hidden characters become visible
 * escapes, and & < > " ' references.
 */
#ifndef TS_REPORTS_MARKUP_H
#define TS_REPORTS_MARKUP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One line, at most MARKUP_LINE_BYTES of it; NULL is nothing. */
enum { MARKUP_LINE_BYTES = 2000 };
void markup_line(FILE *out, const char *text);

/* Lines; data must be what buffer_printable made. */
void markup_lines(FILE *out, const char *data, size_t length);

/* <name class="class">text</name>; no class when NULL. */
void markup_element(FILE *out, const char *name, const char *class, const char *text);

/* Seconds with three places, as XML schemas take them. */
void markup_seconds(FILE *out, int64_t duration_ms);

#endif
