/* SPDX-License-Identifier: Apache-2.0 */
/* Collects everything that the rules need from a cell's plan and attempts. */
#ifndef TS_JUDGE_RULE_INPUT_H
#define TS_JUDGE_RULE_INPUT_H

#include "judge/judge.h"
#include "judge/tally.h"
#include "model/record.h"
#include "model/result.h"

/* A set of cases; the first of them is named in the reason. */
struct seen_cases {
    const struct planned_case *first;
    const struct case_result *row; /* row of the first case; NULL: absent, or not planned */
    struct tally tally;            /* of the first case */
    unsigned count;
};

struct seen_findings {
    const struct finding *first;
    unsigned count;
};

enum { RULE_INPUT_LET_PASS = 8 };

struct rule_input {
    struct seen_cases left_out;  /* required, but not planned */
    struct seen_cases failed;    /* required, judged FAIL */
    struct seen_cases waived;    /* required, judged FAIL, and let pass */
    const struct waiver *waiver; /* of the first of them */
    struct seen_cases open;      /* required and judgeable, but neither PASS nor FAIL, or absent */
    struct seen_cases optional;  /* optional, judged FAIL */
    struct seen_cases broken;    /* optional and judgeable, and ERROR or MISS */
    struct seen_cases flaky, unjudgeable;
    unsigned defined, total, judged, skipped;
    unsigned restored; /* cases that were not executed in every attempt because the guest was
                          restored after them */
    unsigned made;     /* number of attempts that count */
    bool reported;     /* the latest of them was imported from another system */
    unsigned required,
        passed; /* required cases of the suite; planned ones among them that are judged PASS */
    struct seen_findings block, high, unproven;
    struct seen_findings modified; /* files of the system that were changed in the run */
    /* Findings of these kinds that waivers let pass: the first of them, and how many there are. */
    struct {
        const struct finding *finding;
        const struct waiver *waiver;
    } let_pass[RULE_INPUT_LET_PASS];
    unsigned let_pass_count, let_pass_in_run; /* all, and those that the run observed */
    const struct footprint *unmeasured;  /* a footprint that is incomplete; NULL: there is none */
    const struct prediction *prediction; /* NULL until the result was examined */
};

/* Examines the plan: the scope of the cell. */
void rule_input_add_plan(const struct cell_record *cell, struct rule_input *found);

/* Examines the attempts that count, at least one. */
void rule_input_add_cases(const struct cell_record *cell, const struct counted *counted,
                          struct rule_input *found);
/* Adds the footprints of these attempts. */
void rule_input_add_footprints(const struct cell_record *cell, const struct counted *counted,
                               struct rule_input *found);
void rule_input_add_files(const struct cell_record *cell, const struct prediction *prediction,
                          struct rule_input *found);

/* The party responsible for the case according to the result, else `otherwise`; of a reported
 * result none: what another system calls a failure need not be that of the party that it would be
 * here. */
enum blame rule_input_blame(const struct rule_input *found, const struct case_result *row,
                            enum blame otherwise);

/* True if something in the run or in the prediction prevents the cell from being compatible. */
bool rule_input_run_has_doubts(const struct rule_input *found);
bool rule_input_files_have_doubts(const struct rule_input *found);

#endif
