/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run as a report tells it: the matrix, with what its evidence still proves, and the files it was
 * planned with for their titles. Every writer takes this and nothing else.
 *
 * Nothing is green without evidence: all that is behind a green cell is read and held against its
 * digests. When a piece of it is damaged the cell is not-assessed here; that it is there, `matrix`
 * has looked too.
 *
 * Records are read one cell at a time, so that a report of a run of any size fits into memory: of
 * each cell stay the verdict and what is compared between cells, the rest is there while it is
 * open.
 */
#ifndef TS_REPORTS_REPORT_H
#define TS_REPORTS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "judge/matrix.h"
#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;
struct store;

/* Where records are read from, and the first that could not be read again. */
struct report_source {
    struct store *store; /* borrowed */
    struct error *err;
};

struct report {
    const char *home;             /* evidence is read from there */
    struct report_source *source; /* owned */
    enum language language;
    bool strict; /* conditional counts as incompatible where a format has two colours only */
    struct matrix matrix;
    /* As copied when the run was planned; those that can no longer be read are not here. Owned. */
    VEC(struct platform *) platforms;
    VEC(struct image *) images;
    VEC(struct suite *) suites;
};
void report_done(struct report *report);

/* Loads, judges and checks the evidence. ret_report->home is borrowed, and so is the store until
 * report_done. */
int report_load(struct store *store, const char *home, const char *run_id,
                struct report *ret_report, struct error **err);

/* Reads what there is of the cell: its planned cases and all attempts. False: it cannot be read any
 * more, which report_error tells. End with report_close, which leaves of the latest attempt what
 * was measured and the cases that were skipped because of a gap. */
bool report_open(const struct report *report, struct matrix_cell *cell);
void report_close(struct matrix_cell *cell);

/* Why the report that was written is not whole; NULL: it is. Taken over. */
struct error *report_error(const struct report *report);

/* NULL when its file is not here any more. */
const struct platform *report_platform(const struct report *report, const char *name);
const struct image *report_image(const struct report *report, const char *name);
const struct suite *report_suite(const struct report *report, const char *name);

/* In the report's language; the name itself when there is no title. Borrowed. */
const char *report_platform_title(const struct report *report, const char *name);
const char *report_image_title(const struct report *report, const char *name);
const char *report_suite_title(const struct report *report, const char *name);
/* NULL when there is none. */
const char *report_case_title(const struct report *report, const char *suite, const char *case_id);

/* One platform with one image: a tile, and a column of the matrix. */
struct report_column {
    const char *image, *platform;
    enum verdict verdict; /* the worst of its cells; a column has at least one */
    enum grade grade;     /* the weakest of those that ran; GRADE_NONE: none did */
    unsigned judged, total, defined;
    unsigned partial; /* cells that leave out required cases */
    unsigned cells, counts[VERDICT_COUNT];
};
VEC_TYPE(report_columns, struct report_column);

/* In the plan's order. End with vec_done. */
void report_columns(const struct report *report, struct report_columns *ret_columns);
bool report_in_column(const struct report_column *column, const struct matrix_cell *cell);

/* 0 for what is wrong most, to REPORT_RANKS - 1: incompatible, not-assessed (as red, but an open
 * question), conditional, compatible. */
enum { REPORT_RANKS = 4 };
int report_rank(enum verdict verdict);

/* The cell of a column and a suite, or NULL. */
struct matrix_cell *report_cell(const struct report *report, const struct report_column *column,
                                const char *suite);

/* Names of the suites, what is wrong first. */
void report_suites(const struct report *report, struct strv *ret_names);

/* The gaps of all guests of a column, each once, sorted. False when none was measured. */
bool report_gaps(const struct report *report, const struct report_column *column,
                 enum gap_kind kind, struct strv *ret_names);

/* GRADE_NONE when it has not run. */
enum grade report_grade(const struct matrix_cell *cell);

/* A case of a cell: as planned, as it came out, and as what it counts. */
struct report_case {
    const char *id;
    const struct planned_case *planned; /* NULL: not of the plan */
    const struct case_result *row;      /* NULL: absent */
    enum status status; /* a PASS or FAIL that nothing may be built on is DONE; absent is MISS */
    const char *reason; /* why it is not PASS, or NULL; borrowed */
};
VEC_TYPE(report_cases, struct report_case);

/* The planned cases in their order, then what the result has besides. End with vec_done. */
void report_cases(const struct matrix_cell *cell, struct report_cases *ret_cases);

/* The commands behind a cell; caller frees. case_id may be NULL. */
char *report_show_command(const struct report *report, const struct matrix_cell *cell,
                          const char *case_id);

/* The one that opens the guest at the moment of its failure; NULL when no case of it failed. */
char *report_open_command(const struct report *report, const struct matrix_cell *cell);

/*
 * The end of a piece of evidence as text that is safe to show, at most limit bytes of it and no
 * more than *budget, from which what was read is taken; *ret_skipped bytes stand before it.
 * Negative when it is gone or damaged.
 */
int report_output(const struct report *report, const struct evidence *blob, size_t limit,
                  size_t *budget, struct buffer *ret_text, uint64_t *ret_skipped,
                  struct error **err);

/* A stream that a case printed, as against what the harness wrote down about it. */
bool report_is_stream(const struct evidence *blob);

#endif
