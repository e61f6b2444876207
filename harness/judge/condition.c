/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions, in the order of their importance to a reader. */
#include "judge/condition.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "judge/reason.h"
#include "judge/rule_input.h"
#include "model/waiver.h"

static void begin(struct buffer *text, const char *kind)
{
    buffer_format(text, "%s%s: ", text->length > 0 ? "; " : "", kind);
}

/* The first condition other than reported and partial determines the responsible party and the
 * case. */
static void name_first(struct judgement *to, bool *named, enum blame blame,
                       const struct planned_case *first)
{
    if (*named)
        return;
    *named = true;
    to->blame = blame;
    to->case_id = first != NULL ? text_dup(first->id) : NULL;
}

static void describe_reported(const struct rule_input *found, struct buffer *text)
{
    if (!found->reported)
        return;
    begin(text, "reported");
    buffer_text(text, "the result was imported from another system; its guest was not measured");
}

static void describe_scope(const struct rule_input *found, struct buffer *text)
{
    if (found->left_out.count == 0)
        return;
    begin(text, "partial");
    buffer_format(text, "%u of %u cases planned, required '%s'", found->total, found->defined,
                  found->left_out.first->id);
    if (found->left_out.count > 1)
        buffer_format(text, " and %u more", found->left_out.count - 1);
    buffer_text(text, " left out");
}

static void describe_waived(const struct rule_input *found, struct judgement *to, bool *named,
                            struct buffer *text)
{
    _cleanup_free_ char *waiver = waiver_describe(found->waiver);

    if (found->waived.count == 0)
        return;
    name_first(to, named, rule_input_blame(found, found->waived.row, BLAME_PRODUCT),
               found->waived.first);
    begin(text, "waived");
    buffer_format(text, "required case '%s' failed", found->waived.first->id);
    reason_add_row(text, found->waived.row);
    buffer_format(text, " (waived %s)", waiver);
    reason_add_more(text, found->waived.count);
}

static void add_finding(struct buffer *text, const struct finding *row)
{
    buffer_format(text, "%s of '%s'", finding_name(row),
                  row->file != NULL ? row->file : "the product");
}

static void describe_let_pass(const struct rule_input *found, struct judgement *to, bool *named,
                              struct buffer *text)
{
    unsigned count = found->let_pass_count;

    if (count == 0)
        return;
    name_first(to, named, BLAME_PRODUCT, NULL);
    begin(text, "waived");
    for (unsigned i = 0; i < count && i < RULE_INPUT_LET_PASS; i++) {
        _cleanup_free_ char *waiver = waiver_describe(found->let_pass[i].waiver);

        buffer_text(text, i > 0 ? ", " : "");
        add_finding(text, found->let_pass[i].finding);
        buffer_format(text, " (waived %s)", waiver);
    }
    if (count > RULE_INPUT_LET_PASS)
        buffer_format(text, " and %u more findings", count - RULE_INPUT_LET_PASS);
}

static void describe_optional(const struct rule_input *found, struct judgement *to, bool *named,
                              struct buffer *text)
{
    const struct seen_cases *failed = &found->optional, *broken = &found->broken;

    if (failed->count > 0) {
        name_first(to, named, rule_input_blame(found, failed->row, BLAME_PRODUCT), failed->first);
        begin(text, "optional");
        buffer_format(text, "case '%s' failed", failed->first->id);
        reason_add_row(text, failed->row);
        reason_add_more(text, failed->count);
    }
    if (broken->count > 0) {
        bool error = broken->row->status == STATUS_ERROR;

        name_first(to, named,
                   rule_input_blame(found, broken->row, error ? BLAME_SUITE : BLAME_HARNESS),
                   broken->first);
        begin(text, "optional");
        buffer_format(text, "case '%s' is %s", broken->first->id, status_name(broken->row->status));
        reason_add_row(text, broken->row);
        reason_add_more(text, broken->count);
    }
}

static void describe_flaky(const struct rule_input *found, struct judgement *to, bool *named,
                           struct buffer *text)
{
    if (found->flaky.count == 0)
        return;
    name_first(to, named, BLAME_NONE, found->flaky.first);
    begin(text, "flaky");
    buffer_format(text, "case '%s' ", found->flaky.first->id);
    tally_describe(&found->flaky.tally, text);
    reason_add_more(text, found->flaky.count);
}

static void describe_footprint(const struct rule_input *found, struct judgement *to, bool *named,
                               struct buffer *text)
{
    if (found->modified.count > 0) {
        name_first(to, named, BLAME_PRODUCT, NULL);
        begin(text, "footprint");
        add_finding(text, found->modified.first);
        if (found->modified.first->found != NULL)
            buffer_format(text, ", %s", found->modified.first->found);
        reason_add_more(text, found->modified.count);
    }
    if (found->unmeasured != NULL) {
        name_first(to, named, BLAME_HARNESS, NULL);
        begin(text, "footprint");
        buffer_format(text, "what the product changed in the system is not known: %s",
                      found->unmeasured->reason != NULL ? found->unmeasured->reason
                                                        : "no reason given");
    }
}

static void describe_files(const struct rule_input *found, struct judgement *to, bool *named,
                           struct buffer *text)
{
    static const char *const outcomes[] = {[EXECUTED_NONE] = ", not observed",
                                           [EXECUTED_UNKNOWN] = ", not observed",
                                           [EXECUTED_NO] = ", not executed",
                                           [EXECUTED_FAILED] = ", and it did not start",
                                           [EXECUTED_YES] = ""};
    const struct prediction *prediction = found->prediction;
    bool unchecked = prediction->state == PREDICTION_FAILED;

    if (found->block.count + found->high.count + found->unproven.count == 0 && !prediction->cut &&
        !unchecked)
        return;
    /* What is only unproven is nobody's failure. */
    name_first(to, named,
               unchecked                                                       ? BLAME_HARNESS
               : found->block.count + found->high.count > 0 || prediction->cut ? BLAME_PRODUCT
                                                                               : BLAME_NONE,
               NULL);
    if (unchecked) {
        begin(text, "predicted");
        buffer_format(text, "its files were not checked: %s",
                      prediction->reason != NULL ? prediction->reason : "no reason given");
    }
    if (found->block.count > 0) {
        begin(text, "predicted");
        add_finding(text, found->block.first);
        buffer_text(text, outcomes[found->block.first->executed]);
        reason_add_more(text, found->block.count);
    }
    if (found->high.count > 0) {
        begin(text, "predicted");
        add_finding(text, found->high.first);
        buffer_text(text, ", a HIGH finding");
        reason_add_more(text, found->high.count);
    }
    if (found->unproven.count > 0) {
        begin(text, "predicted");
        add_finding(text, found->unproven.first);
        buffer_format(text, ", unproven%s", outcomes[found->unproven.first->executed]);
        reason_add_more(text, found->unproven.count);
    }
    if (prediction->cut) {
        begin(text, "predicted");
        buffer_text(text, "its files have more findings than are stored");
    }
}

static void describe_grade(const struct rule_input *found, struct judgement *to, bool *named,
                           struct buffer *text)
{
    if (found->unjudgeable.count == 0)
        return;
    name_first(to, named, BLAME_NONE, found->unjudgeable.first);
    begin(text, "grade");
    buffer_format(text, "required case '%s' cannot be judged under emulation",
                  found->unjudgeable.first->id);
    reason_add_more(text, found->unjudgeable.count);
}

void condition_describe(const struct rule_input *found, struct judgement *to, struct buffer *text)
{
    bool named = false;

    describe_reported(found, text);
    describe_scope(found, text);
    describe_waived(found, to, &named, text);
    describe_let_pass(found, to, &named, text);
    describe_optional(found, to, &named, text);
    describe_flaky(found, to, &named, text);
    describe_footprint(found, to, &named, text);
    describe_files(found, to, &named, text);
    describe_grade(found, to, &named, text);
}

/* Each begins the reason or follows "; ". */
bool condition_is_named(const char *reason, enum condition condition)
{
    _cleanup_free_ char *begin = text_format("%s: ", condition_words.names[condition]);
    _cleanup_free_ char *later = text_format("; %s", begin);

    return reason != NULL && (text_starts(reason, begin) || strstr(reason, later) != NULL);
}

bool condition_is_only_waived(const struct judgement *judgement)
{
    for (enum condition i = 0; i < CONDITION_COUNT; i++)
        if (condition_is_named(judgement->reason, i) != (i == CONDITION_WAIVED))
            return false;
    return judgement->verdict == VERDICT_CONDITIONAL;
}
