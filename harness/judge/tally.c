/* SPDX-License-Identifier: Apache-2.0 */
/* Counts one case over attempts. */
#include "judge/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/text_map.h"
#include "judge/fit.h"
#include "judge/judge.h"

const struct case_result *counted_row(const struct counted *counted, size_t attempt,
                                      const char *case_id)
{
    uint32_t at = text_map_get(&counted->rows[attempt], case_id);

    return at != TEXT_MAP_NONE ? &counted->attempts[attempt]->cases.items[at] : NULL;
}

const struct result *counted_latest(const struct counted *counted)
{
    return counted->count > 0 ? counted->attempts[counted->count - 1] : NULL;
}

/* A result may say that a case could not be judged, but not that it could if the plan says
 * otherwise. */
static enum status status_of(const struct planned_case *planned, const struct result *result,
                             const struct case_result *row)
{
    bool claims = row->status == STATUS_PASS || row->status == STATUS_FAIL;

    return claims && !(judge_can(planned, result->grade) && row->judgeable) ? STATUS_DONE
                                                                            : row->status;
}

static unsigned all_of(const struct tally *tally)
{
    return tally->passed + tally->failed + tally->errors + tally->other;
}

const struct result *tally_origin(const struct result *result, const struct result *const *attempts,
                                  size_t count)
{
    for (size_t i = 0; result->prepared_by != NULL && i < count; i++) {
        _cleanup_free_ char *name =
            text_format("%s/%s/%u", attempts[i]->run_id, attempts[i]->job_id, attempts[i]->attempt);

        if (attempts[i] != result && strcmp(name, result->prepared_by) == 0)
            return attempts[i];
    }
    return NULL;
}

/* True if the case was not executed because the attempt was restored from one that passed it and
 * that itself counts here. */
static bool is_behind_a_pass(const struct planned_case *planned, const struct result *result,
                             const struct case_result *row, const struct counted *counted)
{
    const struct result *origin =
        case_is_restored(row) ? tally_origin(result, counted->attempts, counted->count) : NULL;
    const struct case_result *executed = NULL;

    for (size_t i = 0; origin != NULL && i < counted->count; i++)
        if (counted->attempts[i] == origin)
            executed = counted_row(counted, i, planned->id);
    return executed != NULL && executed->started &&
           status_of(planned, origin, executed) == STATUS_PASS;
}

/* Every attempt has the same weight. */
static enum status weigh(const struct tally *tally, enum status other)
{
    unsigned all = all_of(tally), bad = tally->failed + tally->errors;

    if (tally->failed > 0 && (tally->passed == 0 || 2 * tally->failed > all))
        return STATUS_FAIL;
    if (tally->other > 0)
        return other;
    return 2 * bad > all ? STATUS_ERROR : STATUS_PASS;
}

void tally_case(const struct cell_record *cell, const struct planned_case *planned,
                const struct counted *counted, struct tally *ret_tally)
{
    const struct case_result *rows[STATUS_COUNT] = {0}, *row = NULL;
    enum status latest = STATUS_MISS, other = STATUS_MISS;
    struct tally tally = {0};
    bool absent = false;

    for (size_t i = 0; i < counted->count; i++) {
        const struct result *attempt = counted->attempts[i];
        const struct case_result *here = counted_row(counted, i, planned->id);

        if (here != NULL && is_behind_a_pass(planned, attempt, here, counted)) {
            tally.restored++;
            continue;
        }
        row = here;
        /* Of an interrupted attempt, the cases that had ended count. */
        if (cell->repeat > 1 && result_is_interrupted(attempt) &&
            (row == NULL || row->status == STATUS_MISS))
            continue;
        latest = row != NULL ? status_of(planned, attempt, row) : STATUS_MISS;
        tally.passed += latest == STATUS_PASS;
        tally.failed += latest == STATUS_FAIL;
        tally.errors += latest == STATUS_ERROR;
        if (latest != STATUS_PASS && latest != STATUS_FAIL && latest != STATUS_ERROR) {
            tally.other++;
            other = latest;
            absent = absent || row == NULL;
        }
        if (row != NULL)
            rows[latest] = row;
    }
    if (cell->repeat > 1) {
        tally.status = weigh(&tally, absent ? STATUS_MISS : other);
        tally.row = absent && tally.status == STATUS_MISS ? NULL : rows[tally.status];
    } else if (latest != STATUS_PASS && tally.failed > 0 && tally.passed == 0) {
        tally.status = STATUS_FAIL;
        tally.row = rows[STATUS_FAIL];
    } else {
        tally.status = latest;
        tally.row = row;
    }
    *ret_tally = tally;
}

bool tally_is_flaky(const struct tally *tally)
{
    return tally->status == STATUS_PASS && tally->failed + tally->errors > 0;
}

void tally_describe(const struct tally *tally, struct buffer *text)
{
    unsigned of = tally->passed + tally->failed + tally->errors;

    if (tally->failed > 0)
        buffer_format(text, "failed in %u", tally->failed);
    if (tally->errors > 0)
        buffer_format(text, "%swas ERROR in %u", tally->failed > 0 ? " and " : "", tally->errors);
    buffer_format(text, " of %u %s", of, text_plural(of, "attempt", "attempts"));
}

void counted_make(const struct cell_record *cell, const struct result *const *attempts,
                  size_t count, struct counted *ret_counted)
{
    struct counted to = {.attempts = text_calloc(count + 1, sizeof(*to.attempts)),
                         .rows = text_calloc(count + 1, sizeof(*to.rows))};

    for (size_t i = 0; i < count; i++) {
        _cleanup_buffer_ struct buffer why = {0};
        enum blame blame = BLAME_NONE;

        if (!fit_to_judge(cell, attempts[i], &blame, &why))
            continue;
        if (i + 1 < count && result_is_lost(attempts[i]))
            continue;
        result_index_cases(attempts[i], &to.rows[to.count]);
        to.attempts[to.count++] = attempts[i];
    }
    *ret_counted = to;
}

void counted_done(struct counted *counted)
{
    for (size_t i = 0; i < counted->count; i++)
        text_map_done(&counted->rows[i]);
    free(counted->rows);
    free(counted->attempts);
    *counted = (struct counted){.count = 0};
}
