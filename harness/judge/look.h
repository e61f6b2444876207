/* SPDX-License-Identifier: Apache-2.0 */
/* One look at everything that a cell was planned with and what came of it; the rules only count. */
#ifndef TS_JUDGE_LOOK_H
#define TS_JUDGE_LOOK_H

#include "judge/judge.h"
#include "judge/tally.h"
#include "model/record.h"
#include "model/result.h"

/* Cases of one kind; the first of them is named in the reason. */
struct seen_cases {
    const struct planned_case *first;
    const struct case_result *row; /* of the first; NULL: absent, or not planned */
    struct tally tally;            /* of the first */
    unsigned count;
};

struct seen_findings {
    const struct finding *first;
    unsigned count;
};

struct sight {
    struct seen_cases left_out; /* required, and not in the plan */
    struct seen_cases failed;   /* required, judged FAIL */
    struct seen_cases open;     /* required and judgeable, neither PASS nor FAIL; or absent */
    struct seen_cases optional; /* optional, judged FAIL */
    struct seen_cases broken;   /* optional and judgeable, ERROR or MISS */
    struct seen_cases flaky, unjudgeable;
    unsigned defined, total, judged, skipped;
    unsigned restored;         /* cases that were not executed in every attempt */
    unsigned made;             /* attempts that count */
    unsigned required, passed; /* required cases of the suite; those planned that are judged PASS */
    struct seen_findings block, high;
    const struct prediction *prediction; /* NULL before the result was looked at */
};

/* What the plan alone tells: the scope. */
void look_at_plan(const struct cell_record *cell, struct sight *found);

/* What the attempts that count tell (tally_attempts), oldest first; count is at least 1. */
void look_at_cases(const struct cell_record *cell, const struct result *const *attempts,
                   size_t count, struct sight *found);
void look_at_files(const struct prediction *prediction, struct sight *found);

/* Is there something in the run, or in the prediction, that keeps a cell from being compatible? */
bool sight_run_stands_against(const struct sight *found);
bool sight_files_stand_against(const struct sight *found);

#endif
