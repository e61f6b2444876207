/* SPDX-License-Identifier: Apache-2.0 */
/* The facts behind a verdict, as sentences. */
#include "judge/explain.h"

#include "base/cleanup.h"
#include "judge/fit.h"
#include "judge/rule_input.h"
#include "model/waiver.h"

struct story {
    const struct cell_record *cell;
    const struct result *latest;
    size_t attempts, counted;
    struct rule_input found;
    struct strv *because;
};

static void say(struct story *story, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct story *story, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text_out_of_memory();
    va_end(args);
    strv_take(story->because, text);
}

/* ": 'a'" or ": 'a' and 2 more"; nothing for none. Caller frees. */
static char *names(const struct seen_cases *seen)
{
    if (seen->count == 0)
        return text_dup("");
    if (seen->count == 1)
        return text_format(": '%s'", seen->first->id);
    return text_format(": '%s' and %u more", seen->first->id, seen->count - 1);
}

static void say_cases(struct story *story, const struct seen_cases *seen, const char *one,
                      const char *many)
{
    _cleanup_free_ char *which = names(seen);

    if (seen->count > 0)
        say(story, "%u %s%s.", seen->count, seen->count == 1 ? one : many, which);
}

static void say_attempts(struct story *story)
{
    if (story->attempts == 0) {
        say(story, "No attempt left a result.");
        return;
    }
    say(story, "%zu of %zu %s can be counted.%s", story->counted, story->attempts,
        text_plural(story->attempts, "attempt", "attempts"),
        story->counted < story->attempts ? " Attempts that the host or the harness cut short, or "
                                           "whose guest was not the planned "
                                           "one, cannot."
                                         : "");
}

static void say_guest(struct story *story)
{
    const struct result *latest = story->latest;
    const struct identity_check *wrong = NULL;
    size_t same = 0;

    if (latest->grade == GRADE_REPORTED) {
        say(story, "The result was imported from another system; its guest was not measured here.");
        return;
    }
    if (!latest->identity_measured || latest->identity.count == 0) {
        say(story, "The guest's identity was not measured.");
        return;
    }
    vec_foreach (check, &latest->identity) {
        same += check->matches;
        if (!check->matches && wrong == NULL)
            wrong = check;
    }
    if (wrong == NULL)
        say(story, "The guest is the planned one: %zu of %zu identity checks match.", same,
            latest->identity.count);
    else
        say(story,
            "The guest is not the planned one: %zu of %zu identity checks match; %s is '%s', "
            "planned is '%s'.",
            same, latest->identity.count, wrong->key,
            wrong->measured != NULL ? wrong->measured : "",
            wrong->expected != NULL ? wrong->expected : "");
}

/* False if no case of the latest attempt may be judged. */
static bool say_fit(struct story *story)
{
    _cleanup_buffer_ struct buffer why = {0};
    enum blame blame;

    if (fit_to_judge(story->cell, story->latest, &blame, &why))
        return true;
    say(story, "The latest attempt cannot be judged: %s.", why.length > 0 ? why.data : "");
    return false;
}

static void say_failed(struct story *story)
{
    const struct rule_input *found = &story->found;
    unsigned failed = found->failed.count, judged = found->passed + failed + found->waived.count;
    unsigned required = found->required - found->left_out.count;
    _cleanup_free_ char *which = names(&found->failed);
    _cleanup_free_ char *waiver = waiver_describe(found->waiver);

    say(story, "%u of %u planned required %s judged; %u failed%s.", judged, required,
        required == 1 ? "case was" : "cases were", failed + found->waived.count,
        failed > 0 ? which : "");
    if (found->waived.count > 0)
        say(story, "%u of the failures %s waived: '%s' (%s).", found->waived.count,
            found->waived.count == 1 ? "is" : "are", found->waived.first->id, waiver);
    if (failed > 0)
        say(story, "No waiver applies to '%s'.", found->failed.first->id);
}

static void say_end(struct story *story, bool fit)
{
    const struct result *latest = story->latest;

    if (fit && latest->outcome == STATUS_PASS && latest->grade != GRADE_REPORTED)
        say(story, "The job ran to its end.");
    else if (fit && latest->outcome != STATUS_PASS)
        say(story, "The job did not run to its end: %s.",
            latest->reason != NULL ? latest->reason : "no reason given");
    if (story->cell->repeat > 1)
        say(story, "%u of the %u attempts that the plan asks for are complete.", story->found.made,
            story->cell->repeat);
}

static void say_open(struct story *story)
{
    const struct rule_input *found = &story->found;

    if (found->open.count == 0)
        say(story, "No case whose result is needed lacks one.");
    else
        say_cases(story, &found->open, "case has no result that can be judged",
                  "cases have no result that can be judged");
    if (found->required == 0)
        say(story, "The suite has no required case.");
    else if (found->passed == 0)
        say(story, "No required case passed.");
}

static void say_files(struct story *story)
{
    const struct rule_input *found = &story->found;
    const struct prediction *files = found->prediction;

    if (files->state == PREDICTION_FAILED)
        say(story, "The product's files could not be checked.");
    else if (files->state == PREDICTION_MADE)
        say(story,
            "The static check of the product's files leaves %u BLOCK, %u HIGH and %u "
            "unproven (BLOCK and unproven without those on files that ran).",
            found->block.count, found->high.count, found->unproven.count);
    for (unsigned i = 0; i < found->let_pass_count && i < RULE_INPUT_LET_PASS; i++) {
        const struct finding *row = found->let_pass[i].finding;
        _cleanup_free_ char *waiver = waiver_describe(found->let_pass[i].waiver);

        say(story, "Finding %s of '%s' is waived (%s).", finding_name(row),
            row->file != NULL ? row->file : "the product", waiver);
    }
    if (files->cut)
        say(story, "The files have more findings than are stored.");
}

static void say_doubts(struct story *story)
{
    const struct rule_input *found = &story->found;

    if (found->left_out.count == 0)
        say(story, "The plan leaves out no required case.");
    else
        say_cases(story, &found->left_out, "required case is left out of the plan",
                  "required cases are left out of the plan");
    say_cases(story, &found->optional, "optional case failed", "optional cases failed");
    say_cases(story, &found->broken, "optional case broke", "optional cases broke");
    if (found->flaky.count == 0)
        say(story, "No case both passed and failed.");
    else
        say_cases(story, &found->flaky, "case passed, but not in every attempt",
                  "cases passed, but not in every attempt");
    if (found->modified.count > 0)
        say(story, "%u %s of the system %s modified in the run.", found->modified.count,
            text_plural(found->modified.count, "file", "files"),
            found->modified.count == 1 ? "was" : "were");
    if (found->unmeasured != NULL)
        say(story, "What the product changed in the system is not completely known.");
    say_files(story);
    if (found->unjudgeable.count == 0)
        say(story, "Grade '%s' can judge every planned required case.",
            grade_name(story->latest->grade));
    else
        say_cases(story, &found->unjudgeable, "required case cannot be judged under emulation",
                  "required cases cannot be judged under emulation");
}

static void say_decision(struct story *story, const struct judgement *judgement, bool lost)
{
    static const char *const why[] = {
        "",
        "a required case failed and no waiver lets it pass",
        "the guest, the job or a case does not allow a verdict",
        "every judged required case passed or is waived, but the verdict depends on a condition",
        "every required case passed and nothing speaks against it",
        "every judged required case passed or is waived, but another system says so"};

    say(story, "Rule %u decides, %s: %s.", judgement->rule, verdict_name(judgement->verdict),
        lost ? "the evidence of the result is missing or damaged" : why[judgement->rule]);
}

/* The verdict of the rules is green, but not the one that stands. */
static bool is_lost(const struct cell_record *cell, const struct result *const *attempts,
                    size_t count, const struct judgement *judgement)
{
    _cleanup_(judgement_done) struct judgement intact = {0};

    judge_cell(cell, attempts, count, &intact);
    return judgement->verdict == VERDICT_NOT_ASSESSED && judgement_is_green(&intact);
}

static void say_rules(struct story *story, const struct judgement *judgement)
{
    bool fit;

    say_attempts(story);
    if (story->attempts == 0)
        return;
    say_guest(story);
    fit = say_fit(story);
    if (story->counted == 0 || (!fit && judgement->rule != 1))
        return;
    say_failed(story);
    if (judgement->rule == 1)
        return;
    say_end(story, fit);
    say_open(story);
    if (judgement->rule > 2)
        say_doubts(story);
}

void judge_explain(const struct cell_record *cell, const struct result *const *attempts,
                   size_t count, const struct judgement *judgement, struct strv *because)
{
    _cleanup_(counted_done) struct counted counted = {0};
    struct story story = {.cell = cell,
                          .latest = count > 0 ? attempts[count - 1] : NULL,
                          .attempts = count,
                          .because = because};

    counted_make(cell, attempts, count, &counted);
    story.counted = counted.count;
    rule_input_add_plan(cell, &story.found);
    if (story.counted > 0) {
        rule_input_add_cases(cell, &counted, &story.found);
        rule_input_add_footprints(cell, &counted, &story.found);
        rule_input_add_files(cell, &counted_latest(&counted)->prediction, &story.found);
    }
    if (cell->refused != NULL)
        say(&story, "The cell was not run: %s.", cell->refused);
    else
        say_rules(&story, judgement);
    say_decision(&story, judgement, is_lost(cell, attempts, count, judgement));
}
