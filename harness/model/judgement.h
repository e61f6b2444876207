/* SPDX-License-Identifier: Apache-2.0 */
/* How a cell was judged; judge/judge.h has the rules. */
#ifndef TS_MODEL_JUDGEMENT_H
#define TS_MODEL_JUDGEMENT_H

#include <stdbool.h>

#include "model/words.h"

struct judgement {
    enum verdict verdict;
    unsigned rule;    /* 1 to 4, as above */
    char *reason;     /* one line */
    enum blame blame; /* BLAME_NONE when compatible, or when nobody is to blame */
    char *case_id;    /* the first case that decided, or NULL */
    unsigned judged;  /* coverage n: planned cases, required or optional, that can be judged at
                         this grade and are PASS or FAIL */
    unsigned total;   /* coverage m: all planned cases of the suite */
    unsigned defined; /* all cases of the suite, planned or not */
    unsigned required_left_out; /* required cases that the plan leaves out */
    bool partial;               /* there are such: never compatible */
    bool has_prediction;        /* the product's files were to be checked */
    enum verdict predicted;     /* what they alone would give; counts only as rule 3 says */
    enum verdict observed;      /* what the run alone gives */
    bool flaky;                 /* a case passes, and was FAIL or ERROR in another attempt */
    bool ran;                   /* there is an attempt */
    enum status rollup; /* highest status of the cases and of the job's own trouble, for display
                           only: SKIP for a refused cell, MISS when there is no result */
};
void judgement_done(struct judgement *judgement);

#endif
