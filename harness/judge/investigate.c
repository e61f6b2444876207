/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which run to make next, and what the runs say. */
#include "judge/investigate.h"

const char *investigate_step_name(enum investigate_step step)
{
    static const char *const names[INVESTIGATE_STEP_COUNT] = {"same", "suite", "image", "both"};

    return names[step];
}

const char *investigate_result_name(enum investigate_result result)
{
    static const char *const names[INVESTIGATE_RESULT_COUNT] = {"pending", "passes", "fails",
                                                                "silent"};

    return names[result];
}

const char *investigate_cause_name(enum investigate_cause cause)
{
    static const char *const names[INVESTIGATE_CAUSE_COUNT] = {"open",  "product", "suite",
                                                               "image", "harness", "flake"};

    return names[cause];
}

static struct investigation ends(enum investigate_cause cause, const char *why)
{
    return (struct investigation){.ended = true, .cause = cause, .why = why};
}

static struct investigation run(enum investigate_step step)
{
    return (struct investigation){.next = step};
}

static struct investigation what_is_left(struct investigate_changes changes)
{
    if (changes.product && changes.harness)
        return ends(INVESTIGATE_OPEN, "it fails with the suite and the image of the baseline too; "
                                      "the packages of the product and the host or this program "
                                      "changed, and the older ones cannot be run again");
    if (changes.product)
        return ends(INVESTIGATE_BY_PRODUCT, "it fails with the suite and the image of the baseline "
                                            "too, and only the packages of the product changed");
    if (changes.harness)
        return ends(INVESTIGATE_BY_HARNESS, "it fails with the suite and the image of the baseline "
                                            "too, and only the host or this program changed");
    return ends(INVESTIGATE_FLAKE, "it fails with everything as it was in the baseline, where it "
                                   "passed");
}

/* Whether a step that is needed because of a change has its answer. */
struct step {
    enum investigate_step step;
    bool needed;
    enum investigate_cause cause;
    const char *why;
};

struct investigation investigate_next(struct investigate_changes changes,
                                      const enum investigate_result results[INVESTIGATE_STEP_COUNT])
{
    const struct step steps[] = {
        {INVESTIGATE_SAME, true, INVESTIGATE_FLAKE,
         "it passes when everything is run again as it was"},
        {INVESTIGATE_SUITE, changes.suite, INVESTIGATE_BY_SUITE,
         "it passes with the suite of the baseline"},
        {INVESTIGATE_IMAGE, changes.image, INVESTIGATE_BY_IMAGE,
         "it passes with the image of the baseline"},
        {INVESTIGATE_BOTH, changes.suite && changes.image, INVESTIGATE_OPEN,
         "it passes only with both the suite and the image of the baseline"},
    };
    bool silent = false;

    for (int i = 0; i < INVESTIGATE_STEP_COUNT; i++) {
        if (!steps[i].needed)
            continue;
        /* If it is not known whether the failure can be repeated, no other run says anything. */
        if (i > 0 && results[INVESTIGATE_SAME] == INVESTIGATE_SILENT)
            break;
        if (results[i] == INVESTIGATE_PENDING)
            return run(steps[i].step);
        if (results[i] == INVESTIGATE_PASSES)
            return ends(steps[i].cause, steps[i].why);
        silent |= results[i] == INVESTIGATE_SILENT;
    }
    return silent ? ends(INVESTIGATE_OPEN, "a run that was needed says nothing of the case")
                  : what_is_left(changes);
}

void investigations_done(struct investigations *found)
{
    vec_foreach (each, &found->cases) {
        free(each->image);
        free(each->platform);
        free(each->suite);
        free(each->case_id);
        for (int i = 0; i < INVESTIGATE_STEP_COUNT; i++) {
            free(each->runs[i]);
            free(each->notes[i]);
        }
    }
    vec_done(&found->cases);
}
