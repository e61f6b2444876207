/* SPDX-License-Identifier: Apache-2.0 */
/* Requirements that a result must meet before any of its cases count. */
#include "judge/fit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"

static bool has_result(const struct cell_record *cell, const struct result *latest,
                       enum blame *ret_blame, struct buffer *why)
{
    bool any = false;

    vec_foreach (planned, &cell->cases)
        any = any || planned->planned;
    *ret_blame = BLAME_NONE;
    if (cell->refused != NULL)
        buffer_format(why, "not run: %s", cell->refused);
    else if (latest == NULL)
        buffer_text(why, "no attempt produced a result");
    else if (!any) {
        *ret_blame = BLAME_SUITE;
        buffer_text(why, "no case of the suite is in the plan");
    } else
        return true;
    return false;
}

static bool is_this_cell(const struct cell_record *cell, const struct result *latest)
{
    return latest->kind == JOB_CELL && text_equal(latest->image, cell->image) &&
           text_equal(latest->platform, cell->platform) && text_equal(latest->suite, cell->suite);
}

/* Checks that the image determines are blamed on it; others depend on accelerator and CPU. */
static enum blame blame_of_check(const struct identity_check *check)
{
    bool image = text_starts(check->key, "os") || text_starts(check->key, "kernel") ||
                 strcmp(check->key, "page_size") == 0;

    return image ? BLAME_IMAGE : BLAME_HOST;
}

static bool is_the_guest(const struct result *latest, enum blame *ret_blame, struct buffer *why)
{
    const struct identity_check *wrong = NULL;

    if (result_identity_matches(latest))
        return true;
    vec_foreach (check, &latest->identity) {
        if (wrong == NULL && !check->matches)
            wrong = check;
    }
    if (latest->outcome != STATUS_PASS && latest->blame != BLAME_NONE && latest->reason != NULL) {
        *ret_blame = latest->blame;
        buffer_text(why, latest->reason);
    } else if (wrong != NULL) {
        *ret_blame = blame_of_check(wrong);
        buffer_format(why, "identity: %s is '%s', expected '%s'", wrong->key,
                      wrong->measured != NULL ? wrong->measured : "",
                      wrong->expected != NULL ? wrong->expected : "");
    } else {
        *ret_blame = BLAME_HOST;
        buffer_text(why, "the guest's identity was not measured");
    }
    return false;
}

/* TCG is emulation and KVM is not, whatever a result claims; a reported guest was not started here.
 */
static bool is_a_grade(const struct result *latest, struct buffer *why)
{
    static const bool fits[GRADE_COUNT][ACCEL_COUNT] = {
        [GRADE_REPORTED] = {[ACCEL_NONE] = true},
        [GRADE_EMULATED] = {[ACCEL_TCG] = true},
        [GRADE_VIRTUAL] = {[ACCEL_KVM] = true},
        [GRADE_NATIVE] = {[ACCEL_KVM] = true},
    };

    if (latest->grade == GRADE_NONE)
        buffer_format(why, "grade '%s' is no evidence of a run", grade_name(latest->grade));
    else if (!fits[latest->grade][latest->accel])
        buffer_format(why, "grade '%s' does not go with %s", grade_name(latest->grade),
                      accel_name(latest->accel));
    else
        return true;
    return false;
}

/* Nothing of its guest was measured: rule 5 says what it is worth. */
static bool is_only_reported(const struct result *latest, struct buffer *why)
{
    if (!latest->identity_measured && latest->identity.count == 0)
        return true;
    buffer_text(why, "a reported result claims a measured identity");
    return false;
}

/* Absent cases are handled by rule 2; this detects what no correct worker writes. */
static bool are_the_cases(const struct cell_record *cell, const struct result *latest,
                          struct buffer *why)
{
    _cleanup_(text_map_done) struct text_map places = {0};
    _cleanup_free_ bool *seen = text_calloc(cell->cases.count + 1, sizeof(*seen));

    cell_index_cases(cell, &places);
    vec_foreach (row, &latest->cases) {
        uint32_t at = text_map_get(&places, row->id);
        const struct planned_case *planned = at != TEXT_MAP_NONE ? &cell->cases.items[at] : NULL;

        if (planned != NULL && seen[at]) {
            buffer_format(why, "duplicate case '%s' in the result", row->id);
            return false;
        }
        if (planned == NULL || (!planned->planned && row->status != STATUS_SKIP)) {
            buffer_format(why, "case '%s' is not in the plan", row->id);
            return false;
        }
        if (planned->required != row->required || planned->item != row->item) {
            buffer_format(why, "case '%s' differs from the planned one", row->id);
            return false;
        }
        seen[at] = true;
    }
    return true;
}

bool fit_to_judge(const struct cell_record *cell, const struct result *latest,
                  enum blame *ret_blame, struct buffer *ret_why)
{
    if (!has_result(cell, latest, ret_blame, ret_why))
        return false;
    *ret_blame = BLAME_HARNESS;
    if (!is_this_cell(cell, latest)) {
        buffer_text(ret_why, "the result belongs to another cell");
        return false;
    }
    if (!are_the_cases(cell, latest, ret_why))
        return false;
    if (latest->grade == GRADE_REPORTED ? !is_only_reported(latest, ret_why)
                                        : !is_the_guest(latest, ret_blame, ret_why))
        return false;
    return is_a_grade(latest, ret_why);
}
