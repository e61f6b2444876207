/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matrix across runs: for each line of images, platform and suite the newest result of a run
 * that has ended and in which the cell was assessed.
 *
 * A cell that newer runs could not assess shows the older result and how many they are, because a
 * broken host says nothing of the product; one that no run could assess is not-assessed, as in the
 * newest.
 */
#ifndef TS_JUDGE_ACROSS_H
#define TS_JUDGE_ACROSS_H

#include <stdint.h>

#include "judge/matrix.h"
#include "judge/select_facts.h"
#include "model/view.h"
#include "store/ended_cells.h"

struct across_options {
    const struct view *view;        /* that the query and the lines are of; NULL: none */
    const struct query *query;      /* parsed for QUERY_VIEW: the results that count; NULL: all */
    const struct select_with *with; /* for the query */
    int64_t before_ms;              /* only runs that had ended by then; 0: all */
    const struct strv *lines; /* shell patterns: the images that match one are its builds; others
                                 are each a line of their own; NULL: all are */
    unsigned max_age;         /* days; older good results are not-assessed; 0: any age */
    int64_t now_ms;           /* wall clock */
    struct waivers *waivers;  /* may be NULL */
};

/* Where a cell of the matrix comes from. Strings are borrowed from `source`. */
struct across_origin {
    const struct ended_run *run;
    const char *line;               /* the pattern, or the image */
    unsigned age;                   /* whole days since the run began */
    unsigned unassessed;            /* number of newer runs that could not assess it */
    const struct ended_run *newest; /* the newest of them; NULL: none */
};

struct across {
    const struct view *view;           /* borrowed from the options; NULL: all results */
    struct matrix matrix;              /* without a run; in the order of the newest runs' plans */
    VEC(struct across_origin) origins; /* of each cell */
    VEC(size_t) selected; /* places in `source` of the results that may count, newest first */
    size_t excluded;      /* lines, platforms and suites of which the query selects no result */
    struct ended_cells source;
};

/* Loads the runs that have such a result, each verified like a matrix. -ENODATA: no run has ended;
 * -ENOENT: a pattern matches no image, or the query selects no result. Free with across_done. */
int across_load(struct store *store, const struct across_options *options,
                struct across *ret_across, struct error **err);
void across_done(struct across *across);

/* Whether a result counts, or an older one is shown. */
bool across_counts(const struct judgement *judgement);

/* The pattern that the image matches first, or the image itself. Borrowed. lines: may be NULL. */
const char *across_line_of(const struct strv *lines, const char *image);

/* Loads a cell of it from its run's records, which the matrix does not have. Free with
 * matrix_cell_done. */
int across_load_cell(struct store *store, const struct across *across, size_t place,
                     struct matrix_cell *ret_cell, struct error **err);

#endif
