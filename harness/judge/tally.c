/* SPDX-License-Identifier: Apache-2.0 */
/* Counts one case over attempts. */
#include "judge/tally.h"

#include <string.h>

#include "base/text.h"
#include "judge/fit.h"
#include "judge/judge.h"

static const struct case_result *find_row(const struct result *result, const char *id)
{
    vec_foreach (row, &result->cases) {
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
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
                             const struct case_result *row, const struct result *const *attempts,
                             size_t count)
{
    const struct result *origin =
        case_is_restored(row) ? tally_origin(result, attempts, count) : NULL;
    const struct case_result *executed = origin != NULL ? find_row(origin, planned->id) : NULL;

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
                const struct result *const *attempts, size_t count, struct tally *ret_tally)
{
    const struct case_result *rows[STATUS_COUNT] = {0}, *row = NULL;
    enum status latest = STATUS_MISS, other = STATUS_MISS;
    struct tally tally = {0};
    bool absent = false;

    for (size_t i = 0; i < count; i++) {
        const struct case_result *here = find_row(attempts[i], planned->id);

        if (here != NULL && is_behind_a_pass(planned, attempts[i], here, attempts, count)) {
            tally.restored++;
            continue;
        }
        row = here;
        /* Of an interrupted attempt, the cases that had ended count. */
        if (cell->repeat > 1 && result_is_interrupted(attempts[i]) &&
            (row == NULL || row->status == STATUS_MISS))
            continue;
        latest = row != NULL ? status_of(planned, attempts[i], row) : STATUS_MISS;
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

size_t tally_attempts(const struct cell_record *cell, const struct result *const *attempts,
                      size_t count, const struct result **to)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        _cleanup_buffer_ struct buffer why = {0};
        enum blame blame = BLAME_NONE;

        if (!fit_to_judge(cell, attempts[i], &blame, &why))
            continue;
        if (i + 1 < count && result_is_lost(attempts[i]))
            continue;
        to[kept++] = attempts[i];
    }
    return kept;
}
