/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the attempts of each case. */
#include "judge/case_rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* A case in the run that is being counted. */
struct in_run {
    unsigned passed, failed;
    enum status last; /* of the last attempt that counts */
};

struct failure {
    size_t name;
    const char *signature;
};

static bool is_bad(enum status status)
{
    return status == STATUS_FAIL || status == STATUS_ERROR;
}

static bool is_said(const struct history_outcome *outcome)
{
    return outcome->status == STATUS_PASS || is_bad(outcome->status);
}

static bool is_trouble(const struct history_outcome *outcome)
{
    return outcome->cut || outcome->status == STATUS_MISS ||
           (is_bad(outcome->status) &&
            (outcome->blame == BLAME_HOST || outcome->blame == BLAME_HARNESS));
}

/* No case of the run may be judged, although some passed or failed: the result is not the plan's.
 */
static bool is_unfit(const struct history_row *row, const struct history_outcome *first,
                     const struct history_outcome *end)
{
    const struct judgement *judgement = &row->cell.judgement;
    bool claims = false;

    for (; first < end; first++)
        claims = claims || first->status == STATUS_PASS || first->status == STATUS_FAIL;
    return claims && judgement->verdict == VERDICT_NOT_ASSESSED && judgement->judged == 0;
}

static void count_run(const struct history_outcome *first, const struct history_outcome *end,
                      bool unfit, struct in_run *now, struct case_rate *rates)
{
    for (const struct history_outcome *at = first; at < end; at++) {
        struct case_rate *rate = &rates[at->name];
        struct in_run *here = &now[at->name];

        rate->newest = at->status;
        rate->newest_run = at->run;
        if (is_trouble(at) || (unfit && is_said(at))) {
            rate->trouble++;
            continue;
        }
        if (!is_said(at))
            continue;
        here->passed += at->status == STATUS_PASS;
        here->failed += is_bad(at->status);
        here->last = at->status;
    }
    for (const struct history_outcome *at = first; at < end; at++) {
        struct case_rate *rate = &rates[at->name];
        struct in_run *here = &now[at->name];

        if (here->passed + here->failed == 0)
            continue;
        rate->runs++;
        rate->passed += here->last == STATUS_PASS;
        rate->failed += is_bad(here->last);
        rate->flaky += here->passed > 0 && here->failed > 0;
        rate->attempts += here->passed + here->failed;
        rate->failed_attempts += here->failed;
        *here = (struct in_run){.passed = 0}; /* counted, whatever attempts follow */
    }
}

static int compare_failures(const void *a, const void *b)
{
    const struct failure *one = a, *other = b;

    if (one->name != other->name)
        return one->name < other->name ? -1 : 1;
    return strcmp(one->signature, other->signature);
}

static void count_failures(const struct history_cases *cases, const bool *unfit,
                           struct case_rate *rates)
{
    VEC(struct failure) failures = {0};

    vec_foreach (at, &cases->outcomes)
        if (is_bad(at->status) && !is_trouble(at) && !unfit[at->run])
            *(struct failure *)vec_add(&failures) = (struct failure){at->name, at->signature};
    if (failures.count > 0)
        qsort(failures.items, failures.count, sizeof(failures.items[0]), compare_failures);
    for (size_t i = 0; i < failures.count; i++)
        rates[failures.items[i].name].failures +=
            i == 0 || compare_failures(&failures.items[i - 1], &failures.items[i]) != 0;
    vec_done(&failures);
}

static int compare_rates(const void *a, const void *b)
{
    const struct case_rate *one = a, *other = b;
    uint64_t left = (uint64_t)one->failed_attempts * (other->attempts > 0 ? other->attempts : 1);
    uint64_t right = (uint64_t)other->failed_attempts * (one->attempts > 0 ? one->attempts : 1);

    if (left != right)
        return left > right ? -1 : 1;
    if (one->failed_attempts != other->failed_attempts)
        return one->failed_attempts > other->failed_attempts ? -1 : 1;
    if (one->trouble != other->trouble)
        return one->trouble > other->trouble ? -1 : 1;
    return strcmp(one->id, other->id);
}

void case_rates_make(const struct history_rows *rows, const struct history_cases *cases,
                     struct case_rates *ret_rates)
{
    size_t names = cases->names.count, count = cases->outcomes.count;
    _cleanup_free_ struct in_run *now = text_calloc(names + 1, sizeof(*now));
    _cleanup_free_ bool *unfit = text_calloc(rows->count + 1, sizeof(*unfit));
    struct case_rates rates = {0};

    for (size_t i = 0; i < names; i++)
        ((struct case_rate *)vec_add(&rates))->id = cases->names.items[i];
    for (size_t first = 0, end = 0; first < count; first = end) {
        const struct history_outcome *from = &cases->outcomes.items[first];

        while (end < count && cases->outcomes.items[end].run == from->run)
            end++;
        unfit[from->run] = is_unfit(&rows->items[from->run], from, from + (end - first));
        count_run(from, from + (end - first), unfit[from->run], now, rates.items);
    }
    count_failures(cases, unfit, rates.items);
    if (names > 0)
        qsort(rates.items, names, sizeof(rates.items[0]), compare_rates);
    *ret_rates = rates;
}

unsigned case_rate_percent(const struct case_rate *rate)
{
    unsigned percent;

    if (rate->attempts == 0 || rate->failed_attempts == 0)
        return 0;
    if (rate->failed_attempts == rate->attempts)
        return 100;
    percent =
        (unsigned)((200ull * rate->failed_attempts + rate->attempts) / (2ull * rate->attempts));
    return percent == 0 ? 1 : percent > 99 ? 99 : percent;
}
