/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What made a case fail that passed in the baseline: which run to make next, and what the runs
 * made so far say. Pure.
 *
 * The runs, in this order; each changes one thing back to what it was in the baseline:
 *
 *   same    everything as in the failed run        passes: flake
 *   suite   the suite of the baseline              passes: suite
 *   image   the image of the baseline              passes: image
 *   both    both of them, if both changed          passes: open, only the two together
 *
 * If the case fails in all of them, what else changed is left: the packages of the product, or the
 * host and this program (harness); both changed: open. Nothing else changed: the pass of the
 * baseline cannot be repeated, so it is a flake. A run that was needed and says nothing: open.
 */
#ifndef TS_JUDGE_INVESTIGATE_H
#define TS_JUDGE_INVESTIGATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

enum investigate_step {
    INVESTIGATE_SAME,
    INVESTIGATE_SUITE,
    INVESTIGATE_IMAGE,
    INVESTIGATE_BOTH,
    INVESTIGATE_STEP_COUNT
};
const char *investigate_step_name(enum investigate_step step);

enum investigate_result {
    INVESTIGATE_PENDING, /* not run, or not needed */
    INVESTIGATE_PASSES,
    INVESTIGATE_FAILS,
    INVESTIGATE_SILENT, /* it could not be run, or the case has no outcome */
    INVESTIGATE_RESULT_COUNT
};
const char *investigate_result_name(enum investigate_result result);

enum investigate_cause {
    INVESTIGATE_OPEN,
    INVESTIGATE_BY_PRODUCT,
    INVESTIGATE_BY_SUITE,
    INVESTIGATE_BY_IMAGE,
    INVESTIGATE_BY_HARNESS,
    INVESTIGATE_FLAKE,
    INVESTIGATE_CAUSE_COUNT
};
const char *investigate_cause_name(enum investigate_cause cause);

/* What differs between the failed run and the baseline. */
struct investigate_changes {
    bool suite, image, product, harness;
};

struct investigation {
    bool ended;
    enum investigate_step next; /* the run to make, if it has not ended */
    enum investigate_cause cause;
    const char *why; /* one sentence, static */
};

struct investigation
investigate_next(struct investigate_changes changes,
                 const enum investigate_result results[INVESTIGATE_STEP_COUNT]);

/* A case with the runs that were made for it. All strings are owned. */
struct investigated_case {
    char *image, *platform, *suite, *case_id;
    struct investigate_changes changes;
    enum investigate_result results[INVESTIGATE_STEP_COUNT];
    char *runs[INVESTIGATE_STEP_COUNT];  /* ids; NULL: not run */
    char *notes[INVESTIGATE_STEP_COUNT]; /* why a step says nothing; NULL: it says something */
    struct investigation end;
};

struct investigations {
    VEC(struct investigated_case) cases;
    size_t left_out; /* cells that were not investigated, because there are too many */
    size_t unpassed; /* refused cases that fail newly and did not pass in the baseline: there is
                        nothing to go back to */
};
void investigations_done(struct investigations *found);

#endif
