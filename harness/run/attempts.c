/* SPDX-License-Identifier: Apache-2.0 */
/* Attempt budgets of a cell. */
#include "run/attempts.h"

#include <string.h>

#include "base/text.h"
#include "home/home.h"
#include "model/plan.h"
#include "model/result.h"
#include "series/series.h"
#include "store/evidence.h"

static bool went_well(const struct result *result)
{
    if (result->outcome != STATUS_PASS)
        return false;
    vec_foreach (row, &result->cases) {
        if (row->status >= STATUS_MISS)
            return false;
    }
    return true;
}

size_t attempts_lost(const struct result *const *attempts, size_t count)
{
    size_t lost = 0;

    for (size_t i = 0; i < count; i++)
        lost += result_is_lost(attempts[i]) && !result_is_interrupted(attempts[i]);
    return lost;
}

/* Counts the attempts that count; an interrupted one counts if one of its cases had failed, but not
 * in a repeated cell. */
static size_t count_those(const struct result *const *attempts, size_t count, bool repeated)
{
    size_t counted = 0;

    for (size_t i = 0; i < count; i++)
        counted +=
            !result_is_lost(attempts[i]) && !(repeated && result_is_interrupted(attempts[i]));
    return counted;
}

void attempts_installed(const struct result *const *attempts, size_t count,
                        struct strv *ret_installed)
{
    for (size_t i = 0; i < count; i++) {
        const struct result *result = attempts[i];

        if (result->outcome == STATUS_PASS && result_identity_matches(result))
            strv_take(ret_installed,
                      text_format("%s/%s/%u", result->run_id, result->job_id, result->attempt));
    }
}

static bool was_cut(const struct result *result, const char *case_id)
{
    vec_foreach (row, &result->cases)
        if (text_equal(row->id, case_id))
            return row->started && row->status == STATUS_MISS;
    return false;
}

int attempts_series(const struct result *const *attempts, size_t count, struct strv *ret_series,
                    struct error **err)
{
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    for (size_t i = 0; i < count; i++) {
        if (!result_is_lost(attempts[i]))
            continue;
        vec_foreach (blob, &attempts[i]->evidence) {
            if (strcmp(blob->name, SERIES_EVIDENCE) == 0 && was_cut(attempts[i], blob->case_id))
                strv_take(ret_series, evidence_path(home, blob->sha256));
        }
    }
    return 0;
}

unsigned attempts_wanted(const struct plan *plan, const struct result *const *attempts,
                         size_t count, size_t forgiven)
{
    size_t repeat = plan->repeat > 1 ? plan->repeat : 1;
    size_t retry = repeat > 1 ? 0 : plan->retry;
    size_t budget = (size_t)plan->retry_infrastructure * (repeat + retry) + forgiven;
    size_t lost = attempts_lost(attempts, count);
    size_t counted = count_those(attempts, count, repeat > 1);

    if (lost > budget)
        counted += lost - budget;
    if (repeat > 1)
        return counted < repeat ? (unsigned)(repeat - counted) : 0;
    for (size_t i = 0; i < count; i++)
        if (!result_is_lost(attempts[i]) && went_well(attempts[i]))
            return 0;
    return counted <= retry;
}
