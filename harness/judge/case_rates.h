/* SPDX-License-Identifier: Apache-2.0 */
/* How often each case of a cell failed over all runs. */
#ifndef TS_JUDGE_CASE_RATES_H
#define TS_JUDGE_CASE_RATES_H

#include "store/history_cases.h"

/*
 * An attempt of a case counts if it is PASS, FAIL or ERROR, unless the host or the harness is
 * responsible for it or cut the attempt short (judge/tally.h), or no case of the cell could be
 * judged in that run, as if its guest is not the planned one. So trouble of the infrastructure is
 * never a failure of a case, nor is it a pass. A run passed or failed as the last attempt that
 * counts.
 */
struct case_rate {
    const char *id;                /* borrowed */
    unsigned runs, passed, failed; /* runs in which an attempt counts, and how they ended */
    unsigned flaky;                /* runs in which it passed in an attempt and failed in another */
    unsigned attempts, failed_attempts; /* that count */
    unsigned trouble; /* attempts that say nothing because of the infrastructure, MISS among them */
    unsigned failures;  /* different signatures of the attempts that failed */
    enum status newest; /* of the newest attempt of the newest run that has the case */
    size_t newest_run;  /* index of that run's row */
};
VEC_TYPE(case_rates, struct case_rate);

/* The case that failed in the largest part of its attempts first. Pure; free with vec_done. */
void case_rates_make(const struct history_rows *rows, const struct history_cases *cases,
                     struct case_rates *ret_rates);

/* Failed attempts in percent, rounded, but 0 and 100 only if none or all failed. */
unsigned case_rate_percent(const struct case_rate *rate);

#endif
