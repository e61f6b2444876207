/* SPDX-License-Identifier: Apache-2.0 */
/* Report formats. Each is one file in this folder with a writer and a REPORT_FORMAT row; the build
 * collects the rows into a table (formats.cmake). */
#ifndef TS_REPORTS_FORMAT_H
#define TS_REPORTS_FORMAT_H

#include <stdio.h>

struct report;

struct report_format {
    const char *name; /* as given to --format */
    const char
        *ending; /* file name suffix including the dot, from which --output derives the format */
    const char *summary;
    /* The same report gives the same bytes. Write errors are found by ferror(out). */
    void (*write)(const struct report *report, FILE *out);
};

/* To be placed at the beginning of a line, after `static void write_NAME(const struct report *,
 * FILE *)`. */
#define REPORT_FORMAT(name, ending, summary)                                                       \
    extern const struct report_format report_format_##name;                                        \
    const struct report_format report_format_##name = {#name, ending, summary, write_##name};

/* Sorted by name; NULL-terminated. */
extern const struct report_format *const report_formats[];

/* NULL if unknown. */
const struct report_format *report_format_find(const char *name);
const struct report_format *report_format_of_file(const char *path);

#endif
