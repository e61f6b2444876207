/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TAP version 14: a test point for each cell, with its cases as a subtest and the points of a case
 * as a subtest of that. FAIL, ERROR, MISS, incompatible and not-assessed are "not ok"; a waived
 * FAIL is "not ok" with TODO; what is neither passed nor failed is "ok" with SKIP, because TAP has
 * no other word that does not pass. A cell with verdict compatible is the only one that is plainly
 * ok.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "reports/format.h"
#include "reports/matrix_view.h"
#include "reports/row.h"

enum { NAME_BYTES = 500, REASON_BYTES = 1000, INDENT = 4 };

struct tap {
    FILE *out;
    const struct report *report;
    int indent;
};

/* In a description, a backslash and a number sign are escaped. */
static void add_text(const struct tap *tap, const char *text, size_t limit)
{
    _cleanup_buffer_ struct buffer line = {0};

    matrix_view_line(text, limit, &line);
    for (size_t i = 0; i < line.length; i++) {
        if (line.data[i] == '\\' || line.data[i] == '#')
            fputc('\\', tap->out);
        fputc(line.data[i], tap->out);
    }
}

/* A text in the diagnostics, in YAML's double quotes; what is printable needs no other escape. */
static void add_quoted(const struct tap *tap, const char *key, const char *text)
{
    _cleanup_buffer_ struct buffer line = {0};

    if (text == NULL)
        return;
    matrix_view_line(text, REASON_BYTES, &line);
    fprintf(tap->out, "%*s  %s: \"", tap->indent, "", key);
    for (size_t i = 0; i < line.length; i++) {
        if (line.data[i] == '\\' || line.data[i] == '"')
            fputc('\\', tap->out);
        fputc(line.data[i], tap->out);
    }
    fputs("\"\n", tap->out);
}

/* why: the text of SKIP or TODO. */
static void add_point(const struct tap *tap, size_t number, const char *name,
                      enum row_outcome outcome, const char *waived, const char *status,
                      const char *why)
{
    bool ok = outcome != ROW_FAILED && outcome != ROW_ERROR && waived == NULL;

    fprintf(tap->out, "%*s%sok %zu - ", tap->indent, "", ok ? "" : "not ", number);
    add_text(tap, name, NAME_BYTES);
    if (waived != NULL && outcome == ROW_OPEN) {
        fputs(" # TODO waived ", tap->out);
        add_text(tap, waived, REASON_BYTES);
    } else if (outcome == ROW_SKIPPED || outcome == ROW_OPEN) {
        fprintf(tap->out, " # SKIP %s", outcome == ROW_OPEN ? status : "");
        fputs(outcome == ROW_OPEN && why != NULL ? ": " : "", tap->out);
        add_text(tap, why != NULL ? why : "", REASON_BYTES);
    }
    fputs("\n", tap->out);
}

static void begin_subtest(struct tap *tap, const char *name, size_t plan)
{
    fprintf(tap->out, "%*s# Subtest: ", tap->indent, "");
    add_text(tap, name, NAME_BYTES);
    tap->indent += INDENT;
    fprintf(tap->out, "\n%*s1..%zu\n", tap->indent, "", plan);
}

/* The points of a case that is not judged, or whose failure is waived, pass nothing. */
static void add_points(struct tap *tap, const struct report_row *row)
{
    size_t number = 0;

    begin_subtest(tap, row->case_id, row->row->points.count);
    vec_foreach (point, &row->row->points)
        add_point(tap, ++number, point->name, report_row_point(row, point), NULL,
                  status_name(point->status), point->detail);
    tap->indent -= INDENT;
}

static void add_diagnostics(const struct tap *tap, const struct matrix_cell *cell,
                            const struct report_row *row)
{
    fprintf(tap->out, "%*s  ---\n", tap->indent, "");
    add_quoted(tap, "status", row->status);
    add_quoted(tap, "recorded", row->recorded);
    add_quoted(tap, "reason", row->reason);
    add_quoted(tap, "blame", row->blame != BLAME_NONE ? blame_name(row->blame) : NULL);
    if (row->kind == ROW_CELL)
        add_quoted(tap, "grade", grade_name(report_grade(cell)));
    if (row->flaky)
        add_quoted(tap, "flaky", "yes");
    fprintf(tap->out, "%*s  ...\n", tap->indent, "");
}

static void add_case(struct tap *tap, const struct matrix_cell *cell, size_t number,
                     const struct report_row *row)
{
    if (row->row != NULL && row->row->points.count > 0)
        add_points(tap, row);
    add_point(tap, number, row->case_id, row->outcome, row->waived, row->status, row->reason);
    add_diagnostics(tap, cell, row);
}

static void add_cell(struct tap *tap, const struct matrix_cell *cell, size_t number)
{
    _cleanup_(report_rows_done) struct report_rows rows = {0};
    _cleanup_free_ char *name =
        text_format("%s on %s, %s", cell->cell.suite, cell->cell.platform, cell->cell.image);
    const struct report_row *whole;

    report_rows(tap->report, cell, &rows);
    whole = &rows.items.items[0];
    begin_subtest(tap, name, rows.items.count - 1);
    for (size_t i = 1; i < rows.items.count; i++)
        add_case(tap, cell, i, &rows.items.items[i]);
    tap->indent -= INDENT;
    add_point(tap, number, name, whole->outcome, NULL, whole->status, whole->reason);
    add_diagnostics(tap, cell, whole);
}

static void write_tap(const struct report *report, FILE *out)
{
    struct tap tap = {out, report, 0};
    size_t number = 0;

    fprintf(out, "TAP version 14\n1..%zu\n", report->matrix.cells.count);
    vec_foreach (cell, &report->matrix.cells) {
        number++;
        if (!report_open(report, cell))
            continue;
        add_cell(&tap, cell, number);
        report_close(cell);
    }
}

REPORT_FORMAT(tap, ".tap", "TAP version 14, with cases and points as subtests")
