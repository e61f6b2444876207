/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed from one run to another, cell by cell and case by case; totals are never compared.
 *
 * A case has an outcome in a run if its cell has a judged case at all (so its guest matched the
 * plan and its evidence exists) and the attempts that count (judge/tally.h) give PASS, FAIL, ERROR,
 * or DONE, which is what a grade cannot judge:
 *
 *     before \ after      FAIL, ERROR   PASS      DONE      none
 *     FAIL, ERROR         still         fixed     missing   missing
 *     PASS                new           -         missing   missing
 *     DONE                new           added     -         missing
 *     none                new           added     added     -
 *
 * A case that passes in both, but after not in every attempt, is flaky.
 */
#ifndef TS_JUDGE_DIFF_H
#define TS_JUDGE_DIFF_H

#include "judge/across.h"
#include "judge/diff_context.h"
#include "judge/matrix.h"
#include "judge/selection.h"
#include "model/signature.h"

enum diff_change {
    DIFF_NEW,     /* fails, and did not */
    DIFF_MISSING, /* had an outcome, or one that could be judged, and has none */
    DIFF_FLAKY,   /* passes, but not in every attempt any more */
    DIFF_STILL,   /* fails as before */
    DIFF_FIXED,
    DIFF_ADDED, /* has an outcome that does not fail, and had none */
    DIFF_CHANGE_COUNT,
    DIFF_SAME = DIFF_CHANGE_COUNT
};
const char *diff_change_name(enum diff_change change); /* new missing flaky still fixed added */

/* All strings are owned. */
struct diff_case {
    char *id;
    enum diff_change change;
    enum status before, after;           /* MISS: it has no outcome */
    enum blame blame;                    /* of the failure; BLAME_NONE: it does not fail now */
    char *reason;                        /* why it fails, or has no outcome; may be NULL */
    char signature[SIGNATURE_TEXT_SIZE]; /* of the failure after; "" if it does not fail */
    bool other_failure;                  /* STILL, but with another failure signature */
    bool hidden;                         /* by a query, as below */
    char *waived; /* NEW, STILL: the waiver that lets it pass, described; NULL: there is none */
};

/* A value that a case measured, without a unit: a quantity differs from run to run. */
struct diff_value {
    char *case_id, *key;
    char *before, *after; /* NULL: not measured */
    bool hidden;
};

struct diff_finding {
    char *kind, *place, *symbol; /* place, symbol: may be NULL */
    enum finding_severity severity;
    bool gone; /* false: it is new */
    bool hidden;
};

/* A cell in one of the runs. */
struct diff_side {
    bool present;
    enum verdict verdict;
    enum grade grade;                                               /* GRADE_NONE: it did not run */
    unsigned judged, planned, defined, required, required_left_out; /* required: of the suite */
    char *reason;
    bool only_waived; /* waived failures alone keep it from being compatible */
    char *run_id, *image; /* of the result, if the side is a view; otherwise NULL */
};

struct diff_cell {
    char *image; /* its name in the second run; in the first if it is only there */
    char *platform, *suite;
    struct diff_side before, after;
    VEC(struct diff_case) cases; /* in the suite's order; without DIFF_SAME */
    VEC(struct diff_value)
    values;                            /* in the order of the second run, then those only measured
                                          before */
    VEC(struct diff_finding) findings; /* new ones, then those that are gone */
    char *product_before, *product_after; /* the product's packages with their versions, those that
                                             are not the same in both; NULL: all are, or one of the
                                             cells does not say what it tested */
    bool verdict_hidden, scope_hidden;    /* that they differ */
    bool hidden;                          /* everything in it is */
};

/* Compares a cell of both runs; one of them may be NULL. A cell with waivers was judged with them.
 * Pure. Free with diff_cell_done. */
void diff_cells(const struct matrix_cell *before, const struct matrix_cell *after,
                struct diff_cell *ret_cell);
void diff_cell_done(struct diff_cell *cell);

/* The verdict, or whether the cell is in the run at all, differs. */
bool diff_verdict_differs(const struct diff_cell *cell);
/* The cell is in both runs, but what was judged, planned or defined, or the grade, differs. */
bool diff_scope_differs(const struct diff_cell *cell);
/* The verdict is worse. Incompatible and not-assessed are equally bad. */
bool diff_verdict_is_worse(const struct diff_cell *cell);
/* Fewer cases are judged, planned or required, more required ones are left out, or the grade is
 * weaker. */
bool diff_scope_is_less(const struct diff_cell *cell);
/* One of both; but a verdict that only waived failures make worse does not count. */
bool diff_cell_is_worse(const struct diff_cell *cell);
bool diff_cell_is_same(const struct diff_cell *cell);

/* An image of the second run that takes the place of one in the first. Borrowed. */
struct diff_image {
    const char *before, *after;
};

struct run_diff {
    struct run_record before, after; /* without cells */
    char *view;                      /* before is this view, and only its id and date are set: of
                                        the newest run that a result is of; NULL: it is a run */
    struct strv view_runs;           /* the runs that its results are of, newest first */
    VEC(struct diff_cell)
    cells;           /* in the order of the second run, then those only in the first;
                        without those in which nothing differs and nothing fails */
    size_t compared; /* cells of both runs */
    unsigned changes[DIFF_CHANGE_COUNT];
    unsigned waived;             /* those of them that a waiver lets pass */
    struct diff_context context; /* what differs beside the results */
    struct selection
        selection; /* of the changes (judge/select_diff.h); everything else is about all */
};

/* Loads and compares both runs, one cell at a time, verified like the matrix. The second run is
 * judged with the waivers (may be NULL), whose `used` is set; the first stays as it was. -ENOENT:
 * an image in `images` is in neither run; -EINVAL: the runs have no cell in common. Free with
 * run_diff_done. */
int diff_runs(struct store *store, const char *before, const char *after,
              const struct diff_image *images, size_t image_count, struct waivers *waivers,
              struct run_diff *ret_diff, struct error **err);
void run_diff_done(struct run_diff *diff);

/* The same from a view to a run: each cell with the newest result that the view had of its image,
 * or else of its line, when the run began, so that a run is never compared with itself, and that is
 * the same whenever it is asked. A result's age does not matter, unless the query asks for it. What
 * the newest run of a line had and this one has not is gone. view: its name; options: its query and
 * lines. -ENODATA: it had no such result; -EINVAL: no cell is in both, or the newest run of a line
 * has several images, none of which is that of a cell. */
int diff_from_view(struct store *store, const char *view, const struct across_options *options,
                   const char *after, struct waivers *waivers, struct run_diff *ret_diff,
                   struct error **err);

/* Takes ownership of a cell and counts its changes; one in which nothing differs is left out. */
void run_diff_add(struct run_diff *to, struct diff_cell *cell);

/* Anything is new, missing or flaky, or a verdict or a scope is worse; a waived failure is not. */
bool run_diff_is_worse(const struct run_diff *diff);

#endif
