/* SPDX-License-Identifier: Apache-2.0 */
/* The rules in order; fit.c checks whether they can be applied. */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/condition.h"
#include "judge/fit.h"
#include "judge/reason.h"
#include "judge/rule_input.h"

bool judgement_is_green(const struct judgement *judgement)
{
    return judgement->verdict == VERDICT_COMPATIBLE || judgement->verdict == VERDICT_CONDITIONAL;
}

void judgement_lose_evidence(struct judgement *judgement, char *reason)
{
    if (!judgement_is_green(judgement)) {
        free(reason);
        return;
    }
    free(judgement->reason);
    free(steal_ptr(judgement->case_id));
    judgement->verdict = judgement->observed = VERDICT_NOT_ASSESSED;
    judgement->rule = 2;
    judgement->reason = reason;
    judgement->blame = BLAME_HOST;
    judgement->judged = 0;
    judgement->lost = true;
}

bool judge_can(const struct planned_case *planned, enum grade grade)
{
    return grade >= (planned->native_only ? GRADE_VIRTUAL : GRADE_REPORTED);
}

static void decide(struct judgement *to, enum verdict verdict, unsigned rule, enum blame blame,
                   const struct planned_case *first)
{
    to->verdict = verdict;
    to->rule = rule;
    to->blame = blame;
    to->case_id = first != NULL ? text_dup(first->id) : NULL;
}

static void not_compatible(const struct rule_input *found, struct judgement *to,
                           struct buffer *text)
{
    decide(to, VERDICT_INCOMPATIBLE, 1, rule_input_blame(found, found->failed.row, BLAME_PRODUCT),
           found->failed.first);
    buffer_format(text, "required case '%s' ", found->failed.first->id);
    if (found->failed.tally.passed + found->failed.tally.failed + found->failed.tally.errors > 1)
        tally_describe(&found->failed.tally, text);
    else
        buffer_text(text, "failed");
    reason_add_row(text, found->failed.row);
    reason_add_more(text, found->failed.count);
}

static void open_case(const struct rule_input *found, struct judgement *to, struct buffer *text)
{
    const struct case_result *row = found->open.row;
    static const enum blame usual[STATUS_COUNT] = {
        [STATUS_DONE] = BLAME_HARNESS, [STATUS_MISS] = BLAME_HARNESS, [STATUS_ERROR] = BLAME_SUITE};
    enum status status = row == NULL                                                ? STATUS_MISS
                         : row->status == STATUS_PASS || row->status == STATUS_FAIL ? STATUS_DONE
                                                                                    : row->status;

    decide(to, VERDICT_NOT_ASSESSED, 2, rule_input_blame(found, row, usual[status]),
           found->open.first);
    buffer_format(text, "%s case '%s' is %s", found->open.first->required ? "required" : "optional",
                  found->open.first->id, row == NULL ? "absent" : status_name(status));
    reason_add_row(text, row);
    reason_add_more(text, found->open.count);
}

static void nothing_judged(const struct rule_input *found, struct judgement *to,
                           struct buffer *text)
{
    decide(to, VERDICT_NOT_ASSESSED, 2, BLAME_NONE, NULL);
    if (found->skipped == found->total)
        buffer_format(text, "every planned case was skipped (%u)", found->total);
    else
        buffer_format(text, "no planned case could be judged (%u planned)", found->total);
}

/* Optional cases alone never make a cell compatible. */
static void nothing_required(const struct rule_input *found, struct judgement *to,
                             struct buffer *text)
{
    const struct seen_cases *failed = &found->optional;

    decide(to, VERDICT_NOT_ASSESSED, 2, found->required == 0 ? BLAME_SUITE : BLAME_NONE, NULL);
    if (found->required == 0)
        buffer_text(text, "the suite has no required case, so nothing it says is enough for a "
                          "verdict: mark a case required=\"yes\"");
    else if (found->unjudgeable.count > 0)
        buffer_format(text, "no required case was judged: '%s' cannot be judged under emulation",
                      found->unjudgeable.first->id);
    else
        buffer_format(text, "no required case was planned (%u of %u cases planned)", found->total,
                      found->defined);
    if (failed->count > 0) {
        buffer_format(text, "; optional case '%s' failed", failed->first->id);
        reason_add_row(text, failed->row);
        reason_add_more(text, failed->count);
    }
}

static void ended_badly(const struct result *result, struct judgement *to, struct buffer *text)
{
    decide(to, VERDICT_NOT_ASSESSED, 2, result->blame != BLAME_NONE ? result->blame : BLAME_HARNESS,
           NULL);
    buffer_text(text, result->reason != NULL ? result->reason : "the job did not complete");
}

/* The attempt that did not run to its end: for a repeated cell any that counts, else the latest. */
static const struct result *find_bad_end(const struct cell_record *cell,
                                         const struct counted *counted)
{
    for (size_t i = cell->repeat > 1 ? 0 : counted->count - 1; i < counted->count; i++)
        if (counted->attempts[i]->outcome != STATUS_PASS &&
            !(cell->repeat > 1 && result_is_interrupted(counted->attempts[i])))
            return counted->attempts[i];
    return NULL;
}

static void apply_rules(const struct cell_record *cell, const struct rule_input *found,
                        const struct result *bad_end, struct judgement *to, struct buffer *text)
{
    if (found->failed.count > 0)
        not_compatible(found, to, text);
    else if (bad_end != NULL)
        ended_badly(bad_end, to, text);
    else if (cell->repeat > 1 && found->made < cell->repeat) {
        decide(to, VERDICT_NOT_ASSESSED, 2, BLAME_NONE, NULL);
        buffer_format(text, "%u of %u attempts count so far", found->made, cell->repeat);
    } else if (found->open.count > 0)
        open_case(found, to, text);
    else if (found->judged == 0)
        nothing_judged(found, to, text);
    else if (found->passed == 0)
        nothing_required(found, to, text);
    else if (found->reported) {
        decide(to, VERDICT_CONDITIONAL, 5, BLAME_NONE, NULL);
        condition_describe(found, to, text);
    } else if (rule_input_run_has_doubts(found) || rule_input_files_have_doubts(found)) {
        decide(to, VERDICT_CONDITIONAL, 3, BLAME_NONE, NULL);
        condition_describe(found, to, text);
    } else {
        decide(to, VERDICT_COMPATIBLE, 4, BLAME_NONE, NULL);
        buffer_format(text, "%u of %u planned %s judged, all of them PASS", found->judged,
                      found->total, text_plural(found->total, "case", "cases"));
        if (cell->repeat > 1)
            buffer_format(text, " in each of %u attempts", found->made);
        if (found->restored > 0)
            buffer_format(text,
                          "; %u install case%s executed in one attempt and restored in others",
                          found->restored, found->restored == 1 ? "" : "s");
        if (found->total < found->defined)
            buffer_format(text, "; %u of %u cases planned", found->total, found->defined);
    }
}

static enum status roll_up(const struct cell_record *cell, const struct result *latest)
{
    enum status highest = STATUS_SKIP;

    if (latest == NULL || latest->cases.count == 0)
        return cell->refused != NULL ? STATUS_SKIP : STATUS_MISS;
    vec_foreach (row, &latest->cases) {
        if (row->status > highest)
            highest = row->status;
    }
    if (latest->outcome != STATUS_PASS && latest->outcome > highest)
        highest = latest->outcome;
    return highest;
}

/* An observed failure counts, whatever happened to the guest in a later attempt. */
static bool has_failed(const struct cell_record *cell, const struct counted *counted)
{
    struct rule_input found = {.judged = 0};

    rule_input_add_cases(cell, counted, &found);
    return found.failed.count > 0;
}

void judge_cell(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                struct judgement *ret_judgement)
{
    const struct result *latest = count > 0 ? attempts[count - 1] : NULL;
    struct judgement to = {.ran = count > 0, .rollup = roll_up(cell, latest)};
    _cleanup_(counted_done) struct counted counted = {0};
    struct rule_input found = {.judged = 0};
    struct buffer text = {0};
    bool fit = fit_to_judge(cell, latest, &to.blame, &text);

    counted_make(cell, attempts, count, &counted);
    rule_input_add_plan(cell, &found);
    if (counted.count > 0 && (fit || has_failed(cell, &counted))) {
        buffer_done(&text);
        to.blame = BLAME_NONE;
        rule_input_add_cases(cell, &counted, &found);
        rule_input_add_footprints(cell, &counted, &found);
        rule_input_add_files(cell, &counted_latest(&counted)->prediction, &found);
        apply_rules(cell, &found, find_bad_end(cell, &counted), &to, &text);
    } else
        decide(&to, VERDICT_NOT_ASSESSED, 2, to.blame, NULL);
    /* Only rule 3 considers the files. */
    to.observed =
        to.rule == 3 && !rule_input_run_has_doubts(&found) ? VERDICT_COMPATIBLE : to.verdict;
    if (latest != NULL && latest->prediction.state > PREDICTION_NOTHING) {
        to.has_prediction = true;
        to.predicted = prediction_verdict(&latest->prediction);
    }
    to.judged = found.judged;
    to.total = found.total;
    to.defined = found.defined;
    to.required_left_out = found.left_out.count;
    to.partial = found.left_out.count > 0;
    to.flaky = found.flaky.count > 0;
    to.reason = buffer_steal(&text);
    *ret_judgement = to;
}
