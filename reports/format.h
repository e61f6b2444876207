/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats of a report. One is one file of this folder with a writer and a REPORT_FORMAT row;
 * the build finds the rows and makes the table (formats.cmake).
 */
#ifndef TS_REPORTS_FORMAT_H
#define TS_REPORTS_FORMAT_H

#include <stdio.h>

struct report;

struct report_format {
    const char *name;   /* as --format takes it */
    const char *ending; /* of file names, with its dot: what --output tells without --format */
    const char *summary;
    /* The same report gives the same bytes. Whether they could be written, ferror(out) knows. */
    void (*write)(const struct report *report, FILE *out);
};

/* At the beginning of a line, behind `static void write_NAME(const struct report *, FILE *)`. */
#define REPORT_FORMAT(name, ending, summary)                                                       \
    extern const struct report_format report_format_##name;                                        \
    const struct report_format report_format_##name = {#name, ending, summary, write_##name};

/* Sorted by name, ends with NULL. */
extern const struct report_format *const report_formats[];

/* NULL when there is none. */
const struct report_format *report_format_find(const char *name);
const struct report_format *report_format_of_file(const char *path);

#endif
