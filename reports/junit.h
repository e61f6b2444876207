/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to junit*.c: the document while it is written. */
#ifndef TS_REPORTS_JUNIT_H
#define TS_REPORTS_JUNIT_H

#include <stdio.h>

#include "reports/row.h"

enum junit_outcome { JUNIT_PASSED, JUNIT_FAILED, JUNIT_ERRED, JUNIT_SKIPPED, JUNIT_OUTCOME_COUNT };

/* What is a testcase of its own, so that the file stays below the size that readers accept. */
enum junit_detail {
    JUNIT_POINTS, /* everything */
    JUNIT_CASES,  /* no points */
    JUNIT_WRONG,  /* of the cases only failures and errors */
    JUNIT_CELLS,  /* no cases */
    JUNIT_DETAIL_COUNT
};

struct junit {
    FILE *out;
    const struct report *report;
    enum junit_detail detail;
    size_t budget; /* bytes of guest output that may still be written */
};

enum junit_outcome junit_outcome(enum row_outcome outcome);

/* A line of guest output, charged to the budget. */
void junit_guest_line(struct junit *junit, const char *text);

/* name: of the test without its place, escaped; NULL: the cell. */
void junit_open(const struct junit *junit, const struct matrix_cell *cell, const char *name,
                int64_t duration_ms);
void junit_close(const struct junit *junit);

/* Writes <failure type message>; the caller writes its content. Returns false for a pass, which has
 * none. */
bool junit_open_outcome(struct junit *junit, enum junit_outcome outcome, const char *type,
                        const char *message);
void junit_close_outcome(const struct junit *junit, enum junit_outcome outcome);

/* A case, and the outcome of its own testcase: skipped if one of its points has the same outcome,
 * so that one failure is not counted twice. */
enum junit_outcome junit_case_outcome(const struct junit *junit, const struct report_row *row);
void junit_case(struct junit *junit, const struct matrix_cell *cell, const struct report_row *row);

struct junit_tally {
    unsigned tests, counts[JUNIT_OUTCOME_COUNT];
};

/* Chooses the level of detail and the budget, and counts what the whole file contains. */
void junit_plan(struct junit *junit, struct junit_tally *ret_tally);
bool junit_is_listed(enum junit_detail detail, const struct report_row *row);
/* Adds a cell; returns the outcome of its verdict. */
enum junit_outcome junit_tally_cell(const struct junit *junit, const struct report_rows *rows,
                                    struct junit_tally *tally);

#endif
