/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML page, split by parts. It is well-formed XML as well as HTML, and loads nothing: html.css
 * and the scripts of the filter box are embedded, and its Content-Security-Policy allows only those
 * texts. It says everything without scripts. */
#ifndef TS_REPORTS_HTML_H
#define TS_REPORTS_HTML_H

#include <stdio.h>

#include "reports/difference.h"
#include "reports/phrases.h"
#include "reports/report.h"

enum {
    HTML_CASES = 2000,     /* of a cell, those that did not pass first */
    HTML_CASE_ROWS = 1000, /* of a suite in the table: each links to a case of each cell */
    HTML_REASONS = 1000,   /* of cells that are not compatible */
    HTML_CELLS = 300,      /* of a page that contains everything */
    HTML_DETAILS = 3 << 20 /* bytes of details in a larger one */
};

struct page {
    FILE *out;
    const struct report *report;
    struct report_columns columns;
    /* More than HTML_CELLS cells: the table is short, and only the details of those that are not
     * compatible are inside, the worst first, until HTML_DETAILS is reached. */
    bool large;
    bool *inside;        /* for each cell: its details are in the page */
    bool site;           /* each cell has a page of its own, html_cell_path, and no details here */
    bool single;         /* this is the page of one cell */
    size_t budget;       /* bytes of captured output that may still be included */
    size_t files;        /* bytes of files of cases that may still be included */
    struct buffer facts; /* of the cells so far, for the filter box */
    size_t rows;         /* in them */
};

/* "✔ compatible 兼容", with a class for its colour. */
void html_verdict(const struct page *page, enum verdict verdict);
/* "emulated 仿真环境", with a border. */
void html_grade(const struct page *page, enum grade grade);
void html_status(const struct page *page, enum status status);
/* "5/10 cases planned", and that the cell is partial, if the plan leaves any case out; else
 * nothing. */
void html_scope(const struct page *page, unsigned planned, unsigned defined, bool partial);
/* A row of a definition list: <dt>label</dt><dd> …; the caller writes the content and closes it. */
void html_label(const struct page *page, enum phrase label);
/* What the harness or a suite said, in the language of the page if it is the harness's sentence. */
void html_said(const struct page *page, const char *text);
/* A command with a border, after its label; a script adds a button that copies the one that runs
 * again. */
void html_command(const struct page *page, enum phrase label, const char *command);
/* <section id="id"><h2>title</h2>. */
void html_section(const struct page *page, const char *id, enum phrase title);
/* A table of that name that scrolls horizontally if the window is too narrow; close it with
 * </table></div>. */
void html_open_table(const struct page *page, const char *class, enum phrase name);
/* The head of a column or a row, which says which of the two it is. */
void html_column_head(const struct page *page, enum phrase name);
void html_row_head(const struct page *page, const char *name);
/* <body>, with what paper unfolds. */
void html_body(const struct page *page);
/* The parts of every page. Free with html_done. */
void html_start(struct page *page, const struct report *report, FILE *out);
void html_done(struct page *page);
/* All from the head to the end, with these details of cells (NULL: none). */
void html_overview(struct page *page, const char *details);
/* The file of a cell in a site, relative to its folder: "cells/IMAGE/PLATFORM/SUITE.html". Caller
 * frees. */
char *html_cell_path(const struct page *page, const struct matrix_cell *cell);

/* id="…" of a cell or, with case_id, of one of its cases; html_link writes the opening <a> of a
 * link to it, which leads nowhere if its details are not in the page. */
void html_anchor(const struct page *page, const struct matrix_cell *cell, const char *case_id);
void html_link(const struct page *page, const struct matrix_cell *cell, const char *case_id);
/* What the filter box hides with its cell, or with the last cell of the suite. */
void html_mark(const struct page *page, const struct matrix_cell *cell);
void html_mark_suite(const struct page *page, const char *suite);
/* "… 5 more are omitted", if there are more than the limit. */
void html_more(const struct page *page, size_t count, size_t limit);
/* The report has several columns of that platform. */
bool html_column_is_shared(const struct page *page, const struct report_column *column);
/* The name of its column, for what a narrow window or paper shows below each other. */
void html_mark_column(const struct page *page, const struct report_column *column);
/* All columns have a place beside each other in a wide window and on paper. */
bool html_columns_fit(const struct page *page);
/* "x86", followed by the image on the next line if the report has several columns of that
 * platform. */
void html_column_name(const struct page *page, const struct report_column *column);

/* The same with its head: the first column has this name, and each of the report is one more. */
void html_open_columns(const struct page *page, const char *class, enum phrase name,
                       enum phrase first);

const char *html_verdict_class(enum verdict verdict);
const char *html_verdict_sign(enum verdict verdict);

/* From the beginning of the page to its <main>, when all details were made; and the list of its
 * sections. */
void html_head(const struct page *page);
void html_contents(const struct page *page);
void html_tiles(const struct page *page);
void html_matrix(const struct page *page);
void html_reasons(const struct page *page);
void html_differences(const struct page *page);
void html_gaps(const struct page *page);
/* The details of an open cell. */
void html_cell(struct page *page, const struct matrix_cell *cell);
/* The details of cells; sets page.inside. */
void html_cells(struct page *page);
/* What a case sampled, as charts; nothing if it sampled nothing. */
void html_samples(const struct page *page, const struct result *result, const char *case_id);
/* The evidence of a case, or with NULL that of the whole cell, as a list. Small files that a case
 * left are links that contain them. */
void html_evidence(struct page *page, const struct matrix_cell *cell, const char *case_id);
/* The head of a table of findings or of what resembles them: a column for the severity, then the
 * three that are named. Ends with "</tbody></table></div>". */
void html_findings_head(const struct page *page, enum phrase what, enum phrase where,
                        enum phrase more);
/* A table of findings. cut: there were more than are stored. */
void html_findings(const struct page *page, const struct cell_record *cell,
                   const struct finding *rows, size_t count, bool cut);
/* What the product did to the system, for a cell that has a result. */
void html_footprint(const struct page *page, const struct matrix_cell *cell);
/* Result of the static check, for a cell that has a result. */
void html_predicted(const struct page *page, const struct matrix_cell *cell);
void html_tested(const struct page *page);
void html_legend(const struct page *page);

/* The filter box: the form, the facts of a cell that is open, and at the end of the page the facts;
 * false: there are none, so that it has no box. */
void html_filter_box(const struct page *page);
void html_filter_add(struct page *page, const struct matrix_cell *cell);
/* In place of it, for a large page: those of all cells, without cases and findings. */
void html_filter_add_all(struct page *page);
bool html_filter_write(const struct page *page);
/* The scripts at the end of the page, and their hashes for the policy in its head. */
void html_scripts(const struct page *page, bool has_filter);
void html_script_hashes(const struct page *page);
/* What only a script shows: the choice of a theme. */
void html_tools(const struct page *page);

#endif
