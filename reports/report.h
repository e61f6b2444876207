/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run as it is reported: the matrix, checked against its evidence, and the titles from the files
 * it was planned with. This is the only input of a writer.
 *
 * No cell is shown as compatible without evidence: all evidence of a compatible cell is read and
 * verified against its digests. If any of it is damaged, the cell is not-assessed here; `matrix`
 * only checks that it exists.
 *
 * Verdicts come from the index. Records are read one cell at a time, and only by a writer that
 * needs them, so that a report of any size fits into memory: of each cell that was read, the values
 * compared between cells are retained, the rest only while the cell is open.
 */
#ifndef TS_REPORTS_REPORT_H
#define TS_REPORTS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text_map.h"
#include "base/vec.h"
#include "judge/matrix.h"
#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

struct error;
struct run_diff;
struct store;

/* Where records are read from, and the first one that could not be read again. */
struct report_source {
    struct store *store; /* borrowed */
    bool measured;       /* by report_measure */
    struct error *err;
};

/* Which details of a page are unfolded on paper: those that the page opens with, all, or none, and
 * then they are left out. */
enum report_print { REPORT_PRINT_FAILING, REPORT_PRINT_ALL, REPORT_PRINT_NONE, REPORT_PRINT_COUNT };
extern const char *const report_print_words[REPORT_PRINT_COUNT];

struct report {
    const char *home;             /* home to read evidence from */
    struct report_source *source; /* owned */
    enum language language;
    enum report_print print;
    bool strict; /* conditional counts as incompatible in formats that only know pass and fail */
    struct matrix matrix;
    const struct run_diff *baseline; /* what changed since it; NULL: there is none. Borrowed */
    struct strv names;               /* of the cells, in their order: "image/platform/suite" */
    struct text_map places;
    /* As copied when the run was planned; without those that cannot be read. Owned. */
    VEC(struct platform *) platforms;
    VEC(struct image *) images;
    VEC(struct suite *) suites;
};
void report_done(struct report *report);

/* Loads the verdicts of the run, with the waivers (may be NULL), and reads all its evidence. All
 * arguments are borrowed until report_done. */
struct waivers;
int report_load(struct store *store, const char *home, const char *run_id, struct waivers *waivers,
                struct report *ret_report, struct error **err);

/* Reads the cell's planned cases and all attempts. Returns false if it cannot be read any more (see
 * report_error). Release with report_close, which retains the latest attempt's measurements and the
 * cases skipped because of a gap. */
bool report_open(const struct report *report, struct matrix_cell *cell);
void report_close(struct matrix_cell *cell);

/* Reads each cell that was not read yet, for its measurements: what is compared between cells, its
 * gaps, and the cases that were skipped because of one. */
void report_measure(const struct report *report);

/* The reason why the report is incomplete, or NULL. Ownership passes to the caller. */
struct error *report_error(const struct report *report);

/* NULL if its file is not available. */
const struct platform *report_platform(const struct report *report, const char *name);
const struct image *report_image(const struct report *report, const char *name);
const struct suite *report_suite(const struct report *report, const char *name);

/* In the report's language; the name if there is no title. Borrowed. */
const char *report_platform_title(const struct report *report, const char *name);
const char *report_image_title(const struct report *report, const char *name);
const char *report_suite_title(const struct report *report, const char *name);
/* NULL if there is none. */
const char *report_case_title(const struct report *report, const char *suite, const char *case_id);

/* Whether a suite measures the platform, and no product. */
bool report_is_probe(const struct suite *suite);

/* The version of the product that the cell's latest attempt installed, by the names of its packages
 * (prediction_product_version). NULL: it is not known. Reads the cell if it was not read. Caller
 * frees. */
char *report_product_version(const struct report *report, struct matrix_cell *cell);

/* A platform with an image: a tile, and a column of the matrix. */
struct report_column {
    const char *image, *platform;
    enum verdict verdict; /* the worst of its cells' verdicts; a column has at least one cell */
    enum grade grade;     /* the weakest grade of the cells that ran; GRADE_NONE: none ran */
    unsigned judged, total, defined;
    unsigned probe_judged, probe_total; /* of these, in suites that measure the platform */
    unsigned partial;                   /* number of cells that leave out required cases */
    unsigned cells, counts[VERDICT_COUNT];
};
VEC_TYPE(report_columns, struct report_column);

/* In the plan's order. Free with vec_done. */
void report_columns(const struct report *report, struct report_columns *ret_columns);
bool report_in_column(const struct report_column *column, const struct matrix_cell *cell);

/* 0 for the worst verdict to REPORT_RANKS - 1: incompatible, not-assessed (displayed like a
 * failure, but undecided), conditional, compatible. */
enum { REPORT_RANKS = 4 };
int report_rank(enum verdict verdict);

/* "image/platform/suite"; caller frees. */
char *report_cell_name(const struct matrix_cell *cell);

/* The cell of a column and a suite, or NULL. */
struct matrix_cell *report_cell(const struct report *report, const struct report_column *column,
                                const char *suite);

/* Names of the suites, worst results first. */
void report_suites(const struct report *report, struct strv *ret_names);

/* All distinct gaps of a column's guests that were read (report_measure), sorted. Returns false if
 * none were measured. */
bool report_gaps(const struct report *report, const struct report_column *column,
                 enum gap_kind kind, struct strv *ret_names);

/* GRADE_NONE if it has not run. */
enum grade report_grade(const struct matrix_cell *cell);

/* A case of a cell: its plan, its outcome, and the status it counts as. */
struct report_case {
    const char *id;
    const struct planned_case *planned; /* NULL: not planned */
    const struct case_result *row;      /* NULL: absent */
    bool judged;                        /* its status and points can be judged at all */
    /* DONE for a PASS or FAIL that cannot be judged; MISS if absent. A PASS of the latest attempt
     * counts only if the case passes over all attempts that count. */
    enum status status;
    bool flaky;                  /* it passes, but did not in every attempt */
    const char *reason;          /* why it is not PASS, or NULL; borrowed */
    const struct waiver *waiver; /* which lets a FAIL pass; NULL: none does */
};
VEC_TYPE(report_cases, struct report_case);

/* The planned cases in order, then unplanned ones of the result. Free with vec_done. */
void report_cases(const struct matrix_cell *cell, struct report_cases *ret_cases);
/* Adds the place of each case by its id. Borrows the ids. */
void report_index_cases(const struct report_cases *cases, struct text_map *to);

/* The `touchstone show` command for a cell; caller frees. case_id may be NULL. */
char *report_show_command(const struct report *report, const struct matrix_cell *cell,
                          const char *case_id);

/* The command that opens the guest preserved at its failure; NULL if no case failed. */
char *report_open_command(const struct report *report, const struct matrix_cell *cell);

/* Reads the end of a piece of evidence as escaped text: at most `limit` bytes and at most *budget,
 * which is reduced by what was read; *ret_skipped: number of bytes before it. Negative if it is
 * missing or damaged. */
int report_output(const struct report *report, const struct evidence *blob, size_t limit,
                  size_t *budget, struct buffer *ret_text, uint64_t *ret_skipped,
                  struct error **err);

/* True for a stream that a case printed, false for data that the harness recorded. */
bool report_is_stream(const struct evidence *blob);

#endif
