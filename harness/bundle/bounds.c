/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the size of a result as JSON while it grows. */
#include "bundle/bounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/result.h"

enum { ROW_BYTES = 120 }; /* keys, indentation and punctuation of one row */

/* Upper bound of the size as a JSON string. */
static size_t json_size(const char *text)
{
    size_t size = 4;

    for (; text != NULL && *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        size += byte < 0x20 || byte == 0x7f ? 6 : byte == '"' || byte == '\\' ? 2 : 1;
    }
    return size;
}

bool bounds_take_observation(struct result *result, const char *case_id, const char *key,
                             const char *value, const char *unit)
{
    struct result_use *use = &result->use;
    size_t bytes =
               ROW_BYTES + json_size(case_id) + json_size(key) + json_size(value) + json_size(unit),
           room = BOUND_OBSERVATIONS_BYTES + (case_id == NULL ? BOUND_JOB_OBSERVATIONS_BYTES : 0),
           rows = case_id == NULL ? BOUND_OBSERVATIONS : BOUND_OBSERVATIONS - BOUND_IDENTITY;

    if (use->observations + bytes > room || result->observations.count >= rows) {
        use->cut_observations++;
        return false;
    }
    use->observations += bytes;
    return true;
}

static void hold_reason(struct result_use *use, struct case_result *row)
{
    size_t most = use->reasons < BOUND_REASONS_BYTES ? BOUND_REASON : BOUND_REASON_LEAST;

    if (row->reason == NULL)
        return;
    if (strlen(row->reason) > most) {
        size_t length = most;
        char *cut;

        while (length > 0 && ((unsigned char)row->reason[length] & 0xc0) == 0x80)
            length--;
        cut = text_format("%.*s…", (int)length, row->reason);
        free(row->reason);
        row->reason = cut;
    }
    use->reasons += json_size(row->reason);
}

static size_t point_size(const struct point *point)
{
    return ROW_BYTES + json_size(point->name) + json_size(point->detail) + json_size(point->raw);
}

/* Selects the points of one kind of status that are stored; returns false if not all of them
 * are. */
static void choose_points(struct result_use *use, const struct case_result *row, bool passed,
                          bool *kept)
{
    for (size_t i = 0; i < row->points.count; i++) {
        const struct point *point = &row->points.items[i];
        size_t bytes = point_size(point);

        if ((point->status == STATUS_PASS) != passed)
            continue;
        kept[i] = use->points + bytes <= (passed ? BOUND_PASSED_BYTES : BOUND_POINTS_BYTES);
        use->points += kept[i] ? bytes : 0;
    }
}

static void hold_points(struct result_use *use, struct case_result *row)
{
    _cleanup_free_ bool *kept = text_calloc(row->points.count + 1, sizeof(*kept));
    size_t count = 0;

    choose_points(use, row, false, kept);
    choose_points(use, row, true, kept);
    for (size_t i = 0; i < row->points.count; i++) {
        struct point *point = &row->points.items[i];

        if (kept[i]) {
            row->points.items[count++] = *point;
            continue;
        }
        free(point->name);
        free(point->detail);
        free(point->raw);
        use->cut_points++;
    }
    row->points.count = count;
}

void bounds_hold_case(struct result *result, struct case_result *row)
{
    hold_reason(&result->use, row);
    hold_points(&result->use, row);
}

static void tell(struct result *result, const char *key, uint64_t count, const char *unit)
{
    _cleanup_free_ char *value = text_format("%llu", (unsigned long long)count);

    vec_foreach (seen, &result->observations) {
        if (seen->case_id == NULL && strcmp(seen->key, key) == 0) {
            text_replace(&seen->value, value);
            return;
        }
    }
    if (count > 0)
        result_add_observation(result, NULL, key, value, unit);
}

void bounds_describe(struct result *result)
{
    tell(result, "cut.observations", result->use.cut_observations, "rows");
    tell(result, "cut.points", result->use.cut_points, "test points");
    tell(result, "cut.parts", result->use.cut_parts, "file names");
    tell(result, "cut.evidence", result->use.cut_evidence, "pieces");
}
