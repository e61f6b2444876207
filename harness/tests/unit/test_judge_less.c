/* SPDX-License-Identifier: Apache-2.0 */
/* judge: random cells; less evidence never gives a better verdict. */
#include "sample_judge.h"

enum { CASES = 4, TRIALS = 5000, STEPS_UP = 2 };

/* A random cell: its plan, and one status for each case. */
struct trial {
    struct {
        bool required, native_only, planned, absent;
        enum status status;
    } cases[CASES];
    bool native, died;
    enum prediction_state prediction;
};

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static struct trial trial_make(unsigned *seed)
{
    struct trial trial = {.native = next_random(seed) % 2, .died = next_random(seed) % 16 == 0};

    trial.prediction = next_random(seed) % 4 == 0 ? PREDICTION_FAILED : PREDICTION_MADE;
    for (int i = 0; i < CASES; i++) {
        trial.cases[i].required = next_random(seed) % 3 > 0;
        trial.cases[i].native_only = next_random(seed) % 4 == 0;
        trial.cases[i].planned = next_random(seed) % 5 > 0;
        trial.cases[i].absent = next_random(seed) % 24 == 0;
        trial.cases[i].status =
            next_random(seed) % 3 > 0 ? STATUS_PASS : next_random(seed) % STATUS_COUNT;
    }
    return trial;
}

static enum verdict trial_verdict(const struct trial *trial, char **ret_reason)
{
    _cleanup_(cell_record_done) struct cell_record cell = {0};
    _cleanup_(judgement_done) struct judgement judgement = {0};
    _cleanup_result_ struct result *result = sample_cell("r1", "a", "kunpeng", "redis", 1);
    const struct result *attempts[] = {result};

    cell.image = text_dup("a");
    cell.platform = text_dup("kunpeng");
    cell.suite = text_dup("redis");
    result->prediction.state = trial->prediction;
    if (trial->native)
        native(result);
    if (trial->died)
        worker_died(result);
    for (int i = 0; i < CASES; i++) {
        struct planned_case *planned = vec_add(&cell.cases);
        bool can = trial->native || !trial->cases[i].native_only;

        planned->id = text_format("c%d", i);
        planned->item = ITEM_FUNCTION;
        planned->required = trial->cases[i].required;
        planned->native_only = trial->cases[i].native_only;
        planned->planned = trial->cases[i].planned;
        if (planned->planned && !trial->cases[i].absent)
            sample_case(result, planned->id, ITEM_FUNCTION, planned->required,
                        trial->cases[i].status)
                ->judgeable = can;
    }
    judge_cell(&cell, attempts, 1, &judgement);
    if (ret_reason != NULL)
        *ret_reason = text_dup(judgement.reason);
    return judgement.verdict;
}

static int rank_of(enum verdict verdict)
{
    return verdict == VERDICT_COMPATIBLE ? STEPS_UP : verdict == VERDICT_CONDITIONAL;
}

/* Less evidence never gives a better verdict. What counted against a cell can only disappear
 * together with its case (an item that is left out, a grade that cannot judge it): then the cell is
 * at best conditional and says so, or the case was optional. */
static void check_less(const struct trial *before, const struct trial *after, int place,
                       const char *word, const char *change)
{
    _cleanup_free_ char *reason = NULL;
    int was = rank_of(trial_verdict(before, NULL)), is = rank_of(trial_verdict(after, &reason));
    bool was_against =
        place >= 0 && !before->cases[place].absent && before->cases[place].status != STATUS_PASS;
    bool absent = place >= 0 && before->cases[place].absent;
    bool said = word != NULL && strstr(reason, word) != NULL && is < STEPS_UP;
    bool optional = place >= 0 && !before->cases[place].required;

    if (is <= was || (word != NULL && (was_against || absent) && (said || optional)))
        return;
    printf("\n%s of case %d: from %d to %d: %s", change, place, was, is, reason);
    CU_FAIL("less evidence made a verdict better");
}

static void test_less_evidence(void)
{
    unsigned seed = 20260101;

    for (int i = 0; i < TRIALS; i++) {
        struct trial before = trial_make(&seed), after = before;
        int place = (int)(next_random(&seed) % CASES);

        after.cases[place].planned = false;
        check_less(&before, &after, place, "partial: ", "leaving out");
        if (before.cases[place].required && !after.cases[place].planned)
            CU_ASSERT(trial_verdict(&after, NULL) != VERDICT_COMPATIBLE);
        after = before;
        after.cases[place].absent = true;
        check_less(&before, &after, place, NULL, "losing the result");
        after = before;
        if (after.cases[place].status == STATUS_PASS)
            after.cases[place].status = next_random(&seed) % STATUS_COUNT;
        check_less(&before, &after, place, NULL, "no longer passing");
        after = before;
        after.native = false;
        for (int c = 0; c < CASES && before.native; c++)
            if (before.cases[c].native_only && before.cases[c].planned &&
                before.cases[c].status != STATUS_PASS)
                place = c;
        check_less(&before, &after, place, "grade: ", "emulation instead");
        after = before;
        after.died = true;
        check_less(&before, &after, place, NULL, "the job's end");
        after = before;
        after.prediction = PREDICTION_FAILED;
        check_less(&before, &after, place, NULL, "no check of the files");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {{"less evidence is never better", test_less_evidence},
                           CU_TEST_INFO_NULL};

    return cunit_run("judge_less", tests);
}
