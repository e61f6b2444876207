/* SPDX-License-Identifier: Apache-2.0 */
/* A row as the fields of a table, for spreadsheets: CSV and XLSX have the same columns. */
#ifndef TS_REPORTS_ROW_FIELDS_H
#define TS_REPORTS_ROW_FIELDS_H

#include "reports/row.h"

struct row_field {
    const char *title;
    bool number;    /* its text is digits only, or empty */
    bool coloured;  /* by the row's outcome */
    unsigned width; /* of the column, in characters */
    void (*text)(const struct report *report, const struct matrix_cell *cell,
                 const struct report_row *row, struct buffer *out);
};

enum { ROW_FIELD_COUNT = 21, ROW_FIELD_BYTES = 2000 };
extern const struct row_field row_fields[ROW_FIELD_COUNT];

/* The text of a field on one line: control bytes and hidden characters are visible escapes, and it
 * is cut after ROW_FIELD_BYTES. */
void row_field_text(const struct row_field *field, const struct report *report,
                    const struct matrix_cell *cell, const struct report_row *row,
                    struct buffer *ret_text);

#endif
