/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV according to RFC 4180: a header, a row for each cell and case, lines that end with CR LF, and
 * every field but numbers in quotes. A spreadsheet takes a text that begins with = + - @ for a
 * formula, also in quotes: such a text, and one that begins with an apostrophe itself, is preceded
 * by an apostrophe, so that a reader that removes one gets the text. Control characters are visible
 * escapes, so no field begins with a tab or contains a line break.
 */
#include <string.h>

#include "base/cleanup.h"
#include "reports/format.h"
#include "reports/row_fields.h"

struct csv {
    FILE *out;
    const struct report *report;
};

static void add_text(FILE *out, const char *text)
{
    fputs(*text != '\0' && strchr("=+-@'", *text) != NULL ? "\"'" : "\"", out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void add_row(void *with, const struct matrix_cell *cell, const struct report_row *row)
{
    const struct csv *csv = with;

    for (size_t i = 0; i < ROW_FIELD_COUNT; i++) {
        _cleanup_buffer_ struct buffer text = {0};
        const char *shown;

        row_field_text(&row_fields[i], csv->report, cell, row, &text);
        shown = text.length > 0 ? text.data : "";
        if (i > 0)
            fputc(',', csv->out);
        if (row_fields[i].number)
            fputs(shown, csv->out);
        else
            add_text(csv->out, shown);
    }
    fputs("\r\n", csv->out);
}

static void write_csv(const struct report *report, FILE *out)
{
    struct csv csv = {out, report};

    for (size_t i = 0; i < ROW_FIELD_COUNT; i++)
        fprintf(out, "%s%s", i > 0 ? "," : "", row_fields[i].title);
    fputs("\r\n", out);
    report_each_row(report, add_row, &csv);
}

REPORT_FORMAT(csv, ".csv", "CSV (RFC 4180): a row for each cell and case")
