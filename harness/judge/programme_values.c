/* SPDX-License-Identifier: Apache-2.0 */
/* The values that cases observed, and how long they ran. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/programme.h"

static bool read_value(const char *text, double *ret_value)
{
    char *end = NULL;

    errno = 0;
    *ret_value = strtod(text, &end);
    return end != text && *end == '\0' && errno == 0 && isfinite(*ret_value);
}

/* more: the value is more than that number, up to which it was measured, as ">300" says. */
static bool read_bounded(const char *text, double *ret_value, bool *ret_more)
{
    *ret_more = text[0] == '>';
    return read_value(text + *ret_more, ret_value);
}

/* Only what a case observed that came to its end counts; NULL: the harness's own. */
static bool may_observe(const struct programme_column *column, const char *case_id)
{
    vec_foreach (row, &column->cases)
        if (text_equal(row->id, case_id))
            return row->status == STATUS_PASS || row->status == STATUS_DONE;
    return case_id == NULL;
}

/* Why the value of a key could not be computed, as the harness observed it; or NULL. */
static const char *find_unmeasured(const char *key, const struct result *result)
{
    size_t length = strlen(key);
    const char *busy = NULL;
    bool shown = false;

    vec_foreach (row, &result->observations) {
        if (strncmp(row->key, key, length) == 0 && strcmp(row->key + length, ".unmeasured") == 0)
            return row->value;
        shown |= strncmp(row->key, key, length) == 0 && strcmp(row->key + length, ".unjudged") == 0;
        if (strcmp(row->key, "idle-check.unmeasured") == 0)
            busy = row->value;
    }
    return !shown ? NULL : busy != NULL ? busy : "it is not judged";
}

/* The values of an observation. */
struct values {
    unsigned count;
    double smallest, largest;
    const char *bad;       /* one that is not a number; or NULL */
    const char *cut_short; /* one that was measured up to less than the limit; or NULL */
    bool endless;          /* one that was measured up to the limit, and is more */
};

static struct values values_of(const struct programme_criterion *criterion,
                               const struct programme_column *column, const struct result *result)
{
    struct values all = {.smallest = INFINITY, .largest = -INFINITY};

    vec_foreach (row, &result->observations) {
        double value;
        bool more;

        if (strcmp(row->key, criterion->key) != 0 || !may_observe(column, row->case_id))
            continue;
        all.count++;
        if (!read_bounded(row->value, &value, &more)) {
            all.bad = row->value;
            continue;
        }
        all.smallest = fmin(all.smallest, value);
        all.largest = fmax(all.largest, value);
        if (more && criterion->has_most && value < criterion->most)
            all.cut_short = row->value;
        else if (more)
            all.endless = true;
    }
    return all;
}

static void judge_limits(const struct programme_criterion *criterion, const struct values *all,
                         struct programme_mark *mark)
{
    _cleanup_free_ char *values =
        text_format("%g … %s%g", all->smallest, all->endless ? ">" : "", all->largest);
    bool beyond = (criterion->has_most && all->largest > criterion->most) ||
                  (criterion->has_least && all->smallest < criterion->least) ||
                  (criterion->has_spread && all->largest - all->smallest > criterion->spread);

    if (beyond || all->endless)
        programme_mark_lower(mark, PROGRAMME_FAILED, WHY_BEYOND, criterion->key, values);
    if (all->cut_short != NULL)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_VALUE, criterion->key,
                             all->cut_short);
}

/* The smallest value that a case of the item states; false: none does. */
static bool find_length(const struct programme_item *item, const struct programme_column *column,
                        const char *key, double *ret_value)
{
    bool found = false;

    vec_foreach (row, &column->cases) {
        if (row->from == NULL || !programme_item_has_case(item, row))
            continue;
        vec_foreach (observed, &row->from->observations) {
            double value;

            if (!text_equal(observed->case_id, row->id) || strcmp(observed->key, key) != 0)
                continue;
            if (!read_value(observed->value, &value))
                value = 0;
            if (!found || value < *ret_value)
                *ret_value = value;
            found = true;
        }
    }
    return found;
}

/* How many values there must be, at least one: each round has its own, so a trial has fewer. */
static unsigned needed_values(const struct programme_item *item,
                              const struct programme_criterion *criterion,
                              const struct programme_column *column)
{
    unsigned needed = criterion->samples > 1 ? criterion->samples : 1;
    double stated = 0;
    double left_out = find_length(item, column, PROGRAMME_ROUNDS, &stated) && stated < item->rounds
                          ? item->rounds - stated
                          : 0;

    return left_out < needed - 1 ? needed - (unsigned)left_out : 1;
}

/* Under emulation, values are shown and never judged. */
void programme_judge_values(const struct programme_item *item,
                            const struct programme_criterion *criterion,
                            const struct programme_column *column, const struct result *result,
                            struct programme_mark *mark)
{
    const struct values all = values_of(criterion, column, result);
    unsigned needed = needed_values(item, criterion, column);
    const char *why = find_unmeasured(criterion->key, result);

    /* Where nothing was to be measured, that it was not says nothing more. */
    if ((criterion->optional || programme_mark_has(mark, WHY_NO_CASE)) && all.count == 0 &&
        why == NULL)
        return;
    if (all.bad != NULL)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_BAD_VALUE, criterion->key, all.bad);
    else if (all.count < needed || why != NULL) {
        _cleanup_free_ char *text = text_format("%u/%u%s%s", all.count, needed,
                                                why != NULL ? ": " : "", why != NULL ? why : "");

        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_VALUE, criterion->key, text);
    } else if (column->grade < GRADE_VIRTUAL)
        programme_mark_lower(mark, PROGRAMME_NEEDS_HARDWARE, WHY_GRADE, grade_name(GRADE_VIRTUAL),
                             NULL);
    else
        judge_limits(criterion, &all, mark);
}

static void judge_length(const struct programme_item *item, const struct programme_column *column,
                         const char *key, unsigned demanded, struct programme_mark *mark)
{
    _cleanup_free_ char *text = NULL;
    double stated = 0;

    if (demanded == 0)
        return;
    if (!find_length(item, column, key, &stated)) {
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_UNSTATED, key, NULL);
        return;
    }
    text = text_format("%s %g/%u", key, stated, demanded);
    if (stated < demanded)
        programme_mark_lower(mark, PROGRAMME_TRIAL, WHY_SHORTENED, text, NULL);
}

void programme_judge_length(const struct programme_item *item,
                            const struct programme_column *column, struct programme_mark *mark)
{
    if (programme_mark_has(mark, WHY_NO_CASE))
        return;
    judge_length(item, column, PROGRAMME_ROUNDS, item->rounds, mark);
    judge_length(item, column, PROGRAMME_MINUTES, item->minutes, mark);
}
