/* SPDX-License-Identifier: Apache-2.0 */
/* The plan, the cases and the files of a cell, each looked at once. */
#include "judge/look.h"

#include <string.h>

#define FOUND(kind, planned, result_row)                                                           \
    do {                                                                                           \
        if ((kind).count++ == 0) {                                                                 \
            (kind).first = (planned);                                                              \
            (kind).row = (result_row);                                                             \
        }                                                                                          \
    } while (0)

static const struct case_result *find_row(const struct result *result, const char *id)
{
    vec_foreach (row, &result->cases) {
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

/* A result may say that a case could not be judged, never that it could against the plan. */
static enum status status_of(const struct case_result *row, bool can)
{
    bool claims = row->status == STATUS_PASS || row->status == STATUS_FAIL;

    return claims && !(can && row->judgeable) ? STATUS_DONE : row->status;
}

static bool failed_before(const char *id, const struct result *const *attempts, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const struct case_result *row = find_row(attempts[i], id);

        if (row != NULL && (row->status == STATUS_FAIL || row->status == STATUS_ERROR) &&
            result_identity_matches(attempts[i]))
            return true;
    }
    return false;
}

void look_at_plan(const struct cell_record *cell, struct sight *found)
{
    vec_foreach (planned, &cell->cases) {
        found->defined++;
        found->total += planned->planned;
        found->required += planned->required;
        if (planned->required && !planned->planned)
            FOUND(found->left_out, planned, NULL);
    }
}

void look_at_cases(const struct cell_record *cell, const struct result *const *attempts,
                   size_t count, struct sight *found)
{
    const struct result *latest = attempts[count - 1];

    vec_foreach (planned, &cell->cases) {
        const struct case_result *row = find_row(latest, planned->id);
        bool can = judge_can(planned, latest->grade);
        enum status status;

        if (!planned->planned)
            continue;
        if (row == NULL) {
            FOUND(found->open, planned, row);
            continue;
        }
        status = status_of(row, can);
        found->judged += status == STATUS_PASS || status == STATUS_FAIL;
        found->skipped += status == STATUS_SKIP;
        if (status == STATUS_FAIL) {
            if (planned->required)
                FOUND(found->failed, planned, row);
            else
                FOUND(found->optional, planned, row);
        } else if (planned->required && !can)
            FOUND(found->unjudgeable, planned, row);
        else if (planned->required && status != STATUS_PASS)
            FOUND(found->open, planned, row);
        else if (can && (status == STATUS_ERROR || status == STATUS_MISS))
            FOUND(found->broken, planned, row);
        else if (status == STATUS_PASS) {
            found->passed += planned->required;
            if (failed_before(planned->id, attempts, count))
                FOUND(found->flaky, planned, row);
        }
    }
}

void look_at_files(const struct prediction *prediction, struct sight *found)
{
    found->prediction = prediction;
    vec_foreach (row, &prediction->findings) {
        if (row->severity == SEVERITY_BLOCK && !finding_is_contradicted(row) &&
            found->block.count++ == 0)
            found->block.first = row;
        if (row->severity == SEVERITY_HIGH && found->high.count++ == 0)
            found->high.first = row;
    }
}

bool sight_run_stands_against(const struct sight *found)
{
    return found->left_out.count + found->optional.count + found->broken.count +
               found->flaky.count + found->unjudgeable.count >
           0;
}

bool sight_files_stand_against(const struct sight *found)
{
    return found->block.count + found->high.count > 0 || found->prediction->cut ||
           found->prediction->state == PREDICTION_FAILED;
}
