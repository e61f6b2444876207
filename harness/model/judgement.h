/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict of a cell and how it was reached; the rules are in judge/judge.h. */
#ifndef TS_MODEL_JUDGEMENT_H
#define TS_MODEL_JUDGEMENT_H

#include <stdbool.h>

#include "model/words.h"

struct judgement {
    enum verdict verdict;
    unsigned rule;    /* number of the rule that decided, 1 to 5 (judge/judge.h) */
    char *reason;     /* one line */
    enum blame blame; /* BLAME_NONE when compatible or when nobody is responsible */
    char *case_id;    /* the first case that decided the verdict, or NULL */
    unsigned judged; /* coverage, numerator: planned cases, required or optional, that can be judged
                        at this grade and are PASS or FAIL */
    unsigned total;  /* coverage, denominator: all planned cases of the suite */
    unsigned defined;           /* all cases of the suite, whether planned or not */
    unsigned required_left_out; /* number of required cases that the plan leaves out */
    bool partial;        /* the plan leaves out required cases: the verdict is never compatible */
    bool has_prediction; /* a static check of the product's files was requested */
    enum verdict predicted; /* verdict from the files alone; used only as rule 3 says */
    enum verdict observed;  /* verdict from the run alone */
    bool flaky;             /* a case passed after it was FAIL or ERROR in another attempt */
    bool ran;               /* the cell has at least one attempt */
    bool lost;              /* it was green, and its evidence is not there; never stored */
    enum status rollup; /* highest status of the cases and of the job itself, for display only: SKIP
                           for a refused cell, MISS when there is no result */
};
void judgement_done(struct judgement *judgement);

#endif
