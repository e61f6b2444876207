/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a run passes a policy. A pure function of the policy, the matrix and the comparison with
 * a baseline; whatever is not allowed is refused:
 *
 *   - the run has not ended, or has no cell;
 *   - an expected cell is not there;
 *   - a cell is incompatible, not-assessed, or conditional with a condition that is not allowed;
 *   - a cell that is not refused for its verdict has a weaker grade than demanded;
 *   - a product and OS does not reach a level of a certification programme that is demanded, or the
 *     run has none of which that is demanded;
 *   - compared with the baseline, anything is new, missing or flaky, a verdict is lower, or a scope
 *     or grade is less, unless the policy only reports it. Cells of which the policy accepts any
 *     verdict are not compared.
 *
 * What waivers let pass is reported.
 */
#ifndef TS_JUDGE_GATE_H
#define TS_JUDGE_GATE_H

#include "judge/diff.h"
#include "judge/programme.h"
#include "model/policy.h"

enum gate_kind {
    GATE_STATE,     /* the run has not ended, or has no cell */
    GATE_EXPECTED,  /* no cell matches what is expected */
    GATE_FAILS,     /* incompatible */
    GATE_UNKNOWN,   /* not-assessed */
    GATE_PARTIAL,   /* conditional: required cases are left out */
    GATE_CONDITION, /* conditional: another condition, or conditional at all */
    GATE_WEAK,      /* the grade */
    GATE_ITEM,      /* an item of a certification programme failed */
    GATE_LEVEL,     /* a level is not reached for another reason */
    GATE_CHANGE,    /* since the baseline */
    GATE_KIND_COUNT
};
const char *gate_kind_name(enum gate_kind kind); /* state expected fails unknown partial … */

struct gate_row {
    enum gate_kind kind;
    bool refused;                   /* false: it is only reported */
    enum policy_change change;      /* GATE_CHANGE only */
    char *image, *platform, *suite; /* NULL: the whole run; patterns for GATE_EXPECTED */
    char *case_id;                  /* or NULL */
    char *programme, *level, *item; /* GATE_ITEM and GATE_LEVEL; the item of GATE_ITEM alone */
    char *text;                     /* one line: why */
};

struct gate {
    VEC(struct gate_row) rows; /* the run, what is expected, its cells, the changes */
    unsigned refused, reported;
    unsigned cells, passed; /* of the run; those of which nothing is refused */
};

/* What a run is judged by. */
struct gate_input {
    const struct policy *policy;
    const struct matrix *matrix;
    const struct run_diff *diff; /* from the baseline to this run; NULL: there is none */
    /* Of the programmes that the policy names; NULL: none was judged. */
    const struct programme_statuses *statuses;
};

/* The matrix and the diff are those with the waivers, if there are any. A new failure that is
 * waived is reported, and so is a lower verdict if waived failures are its only condition. Free
 * with gate_done. */
void gate_judge(const struct gate_input *input, struct gate *ret_gate);
void gate_done(struct gate *gate);

/* 0: it passes. Else 1 if a failure, a condition, a grade or a change is refused; 2 if something
 * is not assessed or missing; 5 if cells are partial, and nothing worse. */
int gate_exit_code(const struct gate *gate);

/* --- parts of it ---------------------------------------------------------------------------- */

struct gate_row *gate_add(struct gate *gate, enum gate_kind kind, bool refused, char *text);

void gate_judge_levels(const struct gate_input *input, struct gate *gate);

#endif
