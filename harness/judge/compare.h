/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How one suite behaves on several platforms and images: every outcome of a case, test point,
 * observation and compared output of each cell, beside those of one cell, the reference.
 *
 *     equal      the same; numbers: within the tolerance that the suite states
 *     expected   differs, and a rule says why: of the platforms (judge/expected.def), of the suite
 *                (<difference>), of the grade, or of the emulation (a gap, its speed)
 *     review     differs, and nothing says why; or it was measured in one of the two only
 *     breaking   a case or point that passes in the reference fails here, or the suite says so
 *
 * Nothing is left out: what no rule explains is to review. A cell in which nothing could be judged
 * is not compared, and says why.
 */
#ifndef TS_JUDGE_COMPARE_H
#define TS_JUDGE_COMPARE_H

#include "judge/matrix.h"
#include "model/suite.h"

enum compare_class {
    COMPARE_EQUAL,
    COMPARE_EXPECTED,
    COMPARE_REVIEW,
    COMPARE_BREAKING,
    COMPARE_CLASS_COUNT
};
const char *compare_class_name(enum compare_class class);

/* What a row compares, in the order of the rows of a case. */
enum compare_kind { COMPARE_CASE, COMPARE_POINT, COMPARE_OBSERVATION, COMPARE_OUTPUT };
enum { COMPARE_KIND_COUNT = COMPARE_OUTPUT + 1 };
const char *compare_kind_name(enum compare_kind kind);

/* One cell of the suite. Borrowed. */
struct compare_cell {
    const char *run;
    const struct matrix_cell *cell;
    enum arch arch;
    bool arch_known;
};

struct compare_value {
    char *text; /* NULL: it was not measured, or has no outcome */
    enum compare_class class;
    char *why[LANGUAGE_COUNT]; /* of any class but equal; the second may be NULL */
};

struct compare_row {
    enum compare_kind kind;
    char *case_id;            /* NULL: an observation of the identity check */
    char *key;                /* NULL for a case and an output */
    char *unit;               /* of the reference, or of the first that has one; NULL: none */
    enum compare_class class; /* the worst of its values */
    VEC(struct compare_value) values; /* one for each column; the reference's is equal */
};

struct compare_column {
    char *run, *image, *platform;
    enum verdict verdict;
    enum grade grade;
    char *left_out; /* why it is not compared; NULL: it is */
};

struct comparison {
    char *suite;
    char *problem; /* why nothing is compared; NULL: it is */
    VEC(struct compare_column) columns;
    size_t reference;
    bool rules; /* those of the suite are known; else its outputs are not compared, and differences
                   that it explains are to review */
    VEC(struct compare_row) rows;         /* the identity check, then cases in the suite's order */
    unsigned counts[COMPARE_CLASS_COUNT]; /* of values, without the reference's */
    unsigned left_out;                    /* number of columns that are not compared */
};

/* Reads the output of a case; -ENOENT, -EBADMSG and others become a value to review. */
typedef int compare_read(void *with, const struct evidence *blob, struct buffer *ret_text,
                         uint64_t *ret_skipped, struct error **err);

struct compare_options {
    const struct suite *suite; /* its rules; NULL: none are known */
    size_t reference;          /* index of the cell that the others are compared with */
    compare_read *read;
    void *with; /* for `read` */
};

/* At least one cell. Free with comparison_done. */
void compare_cells(const struct compare_cell *cells, size_t count,
                   const struct compare_options *options, struct comparison *ret_comparison);
void comparison_done(struct comparison *comparison);

#endif
