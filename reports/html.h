/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page, one part a file. It is well-formed XML as well as HTML, holds no script, and loads
 * nothing: html.css is in it, and its policy allows that text and nothing else.
 */
#ifndef TS_REPORTS_HTML_H
#define TS_REPORTS_HTML_H

#include <stdio.h>

#include "reports/difference.h"
#include "reports/phrases.h"
#include "reports/report.h"

struct page {
    FILE *out;
    const struct report *report;
    struct report_columns columns;
    size_t budget; /* bytes of output that may still be shown */
};

/* "✔ compatible 兼容", its class for the colour. */
void html_verdict(const struct page *page, enum verdict verdict);
/* "emulated 仿真环境", in a box. */
void html_grade(const struct page *page, enum grade grade);
void html_status(const struct page *page, enum status status);
/* "5/10 cases planned" where the plan leaves any out, and that it is partial; nothing otherwise. */
void html_scope(const struct page *page, unsigned planned, unsigned defined, bool partial);
/* A row of two: <dt>label</dt><dd> … the caller writes and closes. */
void html_label(const struct page *page, enum phrase label);
/* A command in a box, after its label. */
void html_command(const struct page *page, enum phrase label, const char *command);
/* <section id="id"><h2>title</h2>. */
void html_section(const struct page *page, const char *id, enum phrase title);
/* A table that scrolls sideways when the window is too narrow for it; to be closed with
 * </table></div>. */
void html_open_table(const struct page *page, const char *class);
/* id="…" of a cell or, with case_id, of a case in it; html_link the <a> that leads there, open. */
void html_anchor(const struct page *page, const struct matrix_cell *cell, const char *case_id);
void html_link(const struct page *page, const struct matrix_cell *cell, const char *case_id);
/* "x86", and below it the image when the report has more than one column of that platform. */
void html_column_name(const struct page *page, const struct report_column *column);

const char *html_verdict_class(enum verdict verdict);

void html_tiles(const struct page *page);
void html_matrix(const struct page *page);
void html_reasons(const struct page *page);
void html_differences(const struct page *page);
void html_gaps(const struct page *page);
void html_cells(struct page *page);
/* Within a cell that has a result: what its files told. */
void html_predicted(const struct page *page, const struct matrix_cell *cell);
void html_tested(const struct page *page);
void html_legend(const struct page *page);

#endif
