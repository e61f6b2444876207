/* SPDX-License-Identifier: Apache-2.0 */
/* Report formats. Each is one file in this folder with a writer and a REPORT_FORMAT row; the build
 * collects the rows into a table (formats.cmake). */
#ifndef TS_REPORTS_FORMAT_H
#define TS_REPORTS_FORMAT_H

#include <stdio.h>

struct error;
struct report;

struct report_format {
    const char *name; /* as given to --format */
    const char
        *ending; /* file name suffix including the dot, from which --output derives the format */
    const char *summary;
    /* The same report gives the same bytes. Write errors are found by ferror(out). */
    void (*write)(const struct report *report, FILE *out);
    /* A format that is a folder has this instead; the folder exists and is empty. */
    int (*write_folder)(const struct report *report, const char *folder, struct error **err);
};

/* To be placed at the beginning of a line, after `static void write_NAME(const struct report *,
 * FILE *)`. */
#define REPORT_FORMAT(name, ending, summary)                                                       \
    extern const struct report_format report_format_##name;                                        \
    const struct report_format report_format_##name = {#name, ending, summary, write_##name, NULL};

/* The same after `static int write_NAME(const struct report *, const char *, struct error **)`;
 * the suffix of the folder's name is that of the format. */
#define REPORT_FOLDER_FORMAT(name, summary)                                                        \
    extern const struct report_format report_format_##name;                                        \
    const struct report_format report_format_##name = {#name, "." #name, summary, NULL,            \
                                                       write_##name};

/* Sorted by name; NULL-terminated. */
extern const struct report_format *const report_formats[];

/* NULL if unknown. */
const struct report_format *report_format_find(const char *name);
const struct report_format *report_format_of_file(const char *path);

#endif
