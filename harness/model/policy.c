/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a policy, and which cells a row is about. */
#include "model/policy.h"

#include <fnmatch.h>
#include <stdlib.h>

static const char *const condition_names[CONDITION_COUNT] = {
    [CONDITION_PARTIAL] = "partial",     [CONDITION_WAIVED] = "waived",
    [CONDITION_OPTIONAL] = "optional",   [CONDITION_FLAKY] = "flaky",
    [CONDITION_FOOTPRINT] = "footprint", [CONDITION_PREDICTED] = "predicted",
    [CONDITION_GRADE] = "grade",         [CONDITION_REPORTED] = "reported",
};
const struct words condition_words = {condition_names, NULL, CONDITION_COUNT};

static const char *const change_names[POLICY_CHANGE_COUNT] = {
    [POLICY_NEW] = "new",         [POLICY_MISSING] = "missing", [POLICY_FLAKY] = "flaky",
    [POLICY_VERDICT] = "verdict", [POLICY_SCOPE] = "scope",
};
const struct words policy_change_words = {change_names, NULL, POLICY_CHANGE_COUNT};

const struct policy_cells policy_default = {
    .verdict = VERDICT_CONDITIONAL,
    .grade = GRADE_EMULATED,
    .allow = {[CONDITION_WAIVED] = true,
              [CONDITION_OPTIONAL] = true,
              [CONDITION_FLAKY] = true,
              [CONDITION_FOOTPRINT] = true,
              [CONDITION_PREDICTED] = true,
              [CONDITION_GRADE] = true},
};

static void which_done(struct policy_which *which)
{
    free(which->image);
    free(which->platform);
    free(which->suite);
}

void policy_free(struct policy *policy)
{
    if (policy == NULL)
        return;
    free(policy->name);
    free(policy->title);
    free(policy->title_zh);
    vec_foreach (which, &policy->expected)
        which_done(which);
    vec_done(&policy->expected);
    vec_foreach (row, &policy->cells)
        which_done(&row->which);
    vec_done(&policy->cells);
    vec_foreach (row, &policy->levels) {
        which_done(&row->which);
        free(row->programme);
        free(row->level);
    }
    vec_done(&policy->levels);
    free(policy);
}

bool policy_matches(const struct policy_which *which, const char *image, const char *platform,
                    const char *suite)
{
    return fnmatch(which->image, image, FNM_NOESCAPE) == 0 &&
           fnmatch(which->platform, platform, FNM_NOESCAPE) == 0 &&
           fnmatch(which->suite, suite, FNM_NOESCAPE) == 0;
}
