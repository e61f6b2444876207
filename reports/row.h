/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cell as rows, for formats that are lists of tests: the cell as a whole, its cases in order, and
 * the cases of the suite that the plan leaves out. A row has the status in our words and one that
 * every format has a word for. Nothing is ROW_PASSED but a case that counts as PASS and a cell that
 * is compatible; what such formats cannot say of a cell (its verdict and grade) is beside each row.
 */
#ifndef TS_REPORTS_ROW_H
#define TS_REPORTS_ROW_H

#include "base/vec.h"
#include "reports/report.h"

enum row_kind { ROW_CELL, ROW_CASE, ROW_LEFT_OUT };
const char *row_kind_name(enum row_kind kind); /* cell case left-out */

enum row_outcome {
    ROW_PASSED,
    ROW_FAILED,
    ROW_ERROR,   /* there is no result that says anything: ERROR, MISS, not-assessed */
    ROW_SKIPPED, /* it did not run, as planned: SKIP, or the plan leaves it out */
    ROW_OPEN,    /* it ran, and is neither passed nor failed: DONE, a waived FAIL, conditional */
    ROW_OUTCOME_COUNT
};
const char *row_outcome_name(enum row_outcome outcome); /* passed failed error skipped open */

/* An attempt of the cell in which the case has a row. */
struct row_attempt {
    unsigned number;
    const struct case_result *row; /* borrowed */
};

/* All strings are borrowed, but the owned ones. */
struct report_row {
    enum row_kind kind;
    const char *case_id; /* NULL: the cell */
    const char *item;    /* NULL: the cell, or an unplanned case */
    bool required;
    const char *status;   /* of a case, a verdict, or "left-out" */
    const char *recorded; /* the status in the latest attempt; NULL: there is none */
    enum row_outcome outcome;
    char *reason; /* owned; NULL for a pass */
    enum blame blame;
    char *waived;                  /* owned; the waiver that lets the failure pass; or NULL */
    const struct case_result *row; /* of the latest attempt; NULL: absent */
    VEC(struct row_attempt) attempts;
    bool judged; /* its points can be judged */
    bool flaky;
    int64_t started_ms, duration_ms; /* of the latest attempt; started_ms is the cell's; 0: never */
};

struct report_rows {
    VEC(struct report_row) items;
};

/* The rows of an open cell. Borrows the cell. Free with report_rows_done. */
void report_rows(const struct report *report, const struct matrix_cell *cell,
                 struct report_rows *ret_rows);
void report_rows_done(struct report_rows *rows);

/* Calls for each row of the run, one cell open at a time, in the plan's order. */
typedef void report_row_sink(void *to, const struct matrix_cell *cell,
                             const struct report_row *row);
void report_each_row(const struct report *report, report_row_sink *sink, void *to);

/* What a point of a case counts as: its own status, unless the case cannot be judged or its failure
 * is waived. */
enum row_outcome report_row_point(const struct report_row *row, const struct point *point);

/* "SUITE/CASE on PLATFORM, IMAGE", of the cell "SUITE as a whole on …": the same from run to run.
 * Caller frees. */
char *report_row_name(const struct matrix_cell *cell, const struct report_row *row);

/* An id made of names alone, so that it is the same for the same test of every run: 32 hexadecimal
 * digits. parts end with NULL. */
enum { ROW_ID_SIZE = 33 };
void report_row_id(char ret_hex[ROW_ID_SIZE], const char *const *parts);

#endif
