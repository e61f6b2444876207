/* SPDX-License-Identifier: Apache-2.0 */
/* Classifies what is not the same in two cells. */
#include "judge/compare_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/expected.h"

void compare_say(struct compare_value *to, enum compare_class class, const char *why,
                 const char *why_zh)
{
    to->class = class;
    text_replace(&to->why[LANGUAGE_EN], why);
    text_replace(&to->why[LANGUAGE_ZH], why_zh);
}

static const char *say_outcome(const struct case_outcome *seen)
{
    if (seen->outcome != OUTCOME_NONE)
        return seen->flaky ? "PASS (flaky)" : status_name(seen->status);
    return seen->row != NULL ? status_name(seen->row->status) : NULL;
}

static bool needs_platform(const struct suite *suite, const char *id)
{
    const struct suite_case *planned = suite != NULL ? suite_find_case(suite, id) : NULL;

    if (planned != NULL)
        vec_foreach (need, &planned->needs)
            if (need->kind != NEED_CASE)
                return true;
    return false;
}

/* Nothing was judged here. A skip is expected only if the suite's own needs or a gap of the
 * emulation cause it. */
static void say_none(const struct suite *suite, const char *id, const struct case_outcome *seen,
                     struct compare_value *to)
{
    const struct case_result *row = seen->row;
    bool skipped = row != NULL && row->status == STATUS_SKIP;
    const char *why = row != NULL && row->reason != NULL ? row->reason : "it has no result";

    compare_say(
        to, skipped && (row->gap || needs_platform(suite, id)) ? COMPARE_EXPECTED : COMPARE_REVIEW,
        why, NULL);
}

static const char *reason_of(const struct case_outcome *seen)
{
    return seen->row != NULL && seen->row->reason != NULL ? seen->row->reason
                                                          : "no reason was recorded";
}

/* The grade of a cell cannot judge the case. */
static bool is_not_judged(const struct compare_side *side, const char *case_id)
{
    const struct planned_case *planned =
        case_id != NULL ? outcome_planned(&side->outcomes, case_id) : NULL;

    return planned != NULL && !judge_can(planned, side->latest->grade);
}

static void say_case(const struct suite *suite, const char *id, const struct case_outcome *before,
                     const struct case_outcome *after, bool not_judged, struct compare_value *to)
{
    if (after->outcome == OUTCOME_NONE)
        say_none(suite, id, after, to);
    else if (after->outcome == OUTCOME_FAILS && before->outcome == OUTCOME_FAILS)
        compare_say(to, outcome_same_failure(id, before, after) ? COMPARE_EQUAL : COMPARE_REVIEW,
                    reason_of(after), NULL);
    else if (after->outcome == OUTCOME_FAILS)
        compare_say(to,
                    after->status == STATUS_FAIL && before->outcome == OUTCOME_PASSES
                        ? COMPARE_BREAKING
                        : COMPARE_REVIEW,
                    reason_of(after), NULL);
    else if (before->outcome == OUTCOME_NONE)
        compare_say(to, COMPARE_REVIEW, "the reference has no outcome", "参考单元没有结果");
    else if (before->outcome == OUTCOME_FAILS)
        compare_say(to, COMPARE_REVIEW, "it fails in the reference", "参考单元中失败");
    else if (before->outcome != after->outcome && not_judged)
        compare_say(to, COMPARE_EXPECTED, "only one of the two grades can judge it",
                    "两者的证据等级中只有一个能够判定");
    else if (before->outcome != after->outcome)
        compare_say(to, COMPARE_REVIEW, "it passes in only one of them, and does not fail",
                    "只在其中之一通过，另一个并未失败");
    else if (after->flaky && !before->flaky)
        compare_say(to, COMPARE_REVIEW, "it does not pass in every attempt", "并非每次都通过");
}

void compare_case_value(const struct suite *suite, const char *id,
                        const struct compare_side *reference, const struct compare_side *side,
                        struct compare_value *to)
{
    const struct case_outcome before = outcome_of_case(&reference->outcomes, id),
                              after = outcome_of_case(&side->outcomes, id);

    to->text = text_dup(say_outcome(&after));
    if (side != reference)
        say_case(suite, id, &before, &after,
                 is_not_judged(reference, id) || is_not_judged(side, id), to);
}

static struct difference_axes axes_of(const struct compare_side *a, const struct compare_side *b)
{
    const struct cell_record *x = &a->cell->cell->cell, *y = &b->cell->cell->cell;

    return (struct difference_axes){
        .arch = a->cell->arch_known && b->cell->arch_known && a->cell->arch != b->cell->arch,
        .platform = strcmp(x->platform, y->platform) != 0,
        .image = strcmp(x->image, y->image) != 0,
    };
}

static bool is_within(const struct suite_difference *rule, const struct compare_fact *before,
                      const struct compare_fact *after)
{
    return before != NULL && after != NULL && text_equal(before->unit, after->unit) &&
           expected_is_within(rule, before->value, after->value);
}

static void apply_rule(const struct suite_difference *rule, const struct compare_fact *before,
                       const struct compare_fact *after, struct compare_value *to)
{
    if (is_within(rule, before, after))
        return;
    compare_say(to,
                rule->breaking     ? COMPARE_BREAKING
                : rule->has_within ? COMPARE_REVIEW
                                   : COMPARE_EXPECTED,
                rule->why, rule->why_zh);
}

/* Emulation has its own speed. */
static bool is_emulated_speed(const struct compare_side *side, const char *unit)
{
    static const char *const units[] = {"s",   "ms",   "us",    "ns",   "min",  "1/s",
                                        "B/s", "kB/s", "KiB/s", "MB/s", "MiB/s"};

    if (unit == NULL || side->latest->grade != GRADE_EMULATED)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(units[i], unit) == 0)
            return true;
    return false;
}

static void say_observation(const struct suite *suite, const struct compare_side *reference,
                            const struct compare_side *side, const struct compare_fact *before,
                            const struct compare_fact *after, struct compare_value *to)
{
    const struct compare_fact *any = after != NULL ? after : before;
    const struct difference_axes cells = axes_of(reference, side);
    const struct suite_difference *rule = expected_rule(suite, any->key, cells);
    const struct expected *expected = expected_find(any->key);

    if (rule != NULL)
        apply_rule(rule, before, after, to);
    else if (any->unit != NULL &&
             (is_not_judged(reference, any->case_id) || is_not_judged(side, any->case_id)))
        compare_say(to, COMPARE_EXPECTED, "a figure of a case that this grade cannot judge",
                    "该证据等级不能判定此用例的数值");
    else if (before != NULL && after != NULL && text_equal(before->unit, after->unit) &&
             (is_emulated_speed(reference, any->unit) || is_emulated_speed(side, any->unit)))
        compare_say(to, COMPARE_EXPECTED, "a time or a rate that was measured under emulation",
                    "在仿真下测得的时间或速率");
    else if (expected_is_gap(&reference->latest->gaps, any->key) ||
             expected_is_gap(&side->latest->gaps, any->key))
        compare_say(to, COMPARE_EXPECTED, "the real CPU has it, its emulation has not",
                    "真实 CPU 具备，仿真不具备");
    else if (expected != NULL && expected_holds(expected, cells) &&
             (cells.arch || (before != NULL && after != NULL)))
        compare_say(to, COMPARE_EXPECTED, expected->text[LANGUAGE_EN], expected->text[LANGUAGE_ZH]);
    else
        compare_say(to, COMPARE_REVIEW,
                    before == NULL  ? "it was not measured in the reference"
                    : after == NULL ? "it was not measured here"
                                    : "no rule says why",
                    before == NULL  ? "参考单元未测得"
                    : after == NULL ? "此处未测得"
                                    : "没有规则说明原因");
}

/* Not in one of the cells, or skipped there; and it passes in the other. */
static bool is_left_out(const struct compare_fact *a, const struct compare_fact *b)
{
    return b != NULL && b->status == STATUS_PASS && (a == NULL || a->status == STATUS_SKIP);
}

/* A point that fails decides its case too; the row says which point it was. No rule explains one
 * that fails. */
static void say_point(const struct suite *suite, const struct compare_side *reference,
                      const struct compare_side *side, const struct compare_fact *before,
                      const struct compare_fact *after, struct compare_value *to)
{
    bool broke = before != NULL && after != NULL && before->status == STATUS_PASS &&
                 after->status == STATUS_FAIL;
    const struct suite_difference *rule = expected_point_rule(
        suite, (before != NULL ? before : after)->key, axes_of(reference, side));

    if (rule != NULL && (is_left_out(before, after) || is_left_out(after, before))) {
        compare_say(to, COMPARE_EXPECTED, rule->why, rule->why_zh);
        return;
    }
    compare_say(to, broke ? COMPARE_BREAKING : COMPARE_REVIEW,
                before == NULL  ? "the reference has no such test"
                : after == NULL ? "the test is missing here"
                                : "its status differs",
                before == NULL  ? "参考单元没有此测试"
                : after == NULL ? "此处缺少该测试"
                                : "状态不同");
}

void compare_fact_value(const struct suite *suite, const struct compare_side *reference,
                        const struct compare_side *side, const struct compare_fact *before,
                        const struct compare_fact *after, struct compare_value *to)
{
    /* The row shows the unit of the reference. */
    if (before != NULL && after != NULL && !text_equal(before->unit, after->unit))
        to->text = text_format("%s %s", after->value,
                               after->unit != NULL ? after->unit : "(without a unit)");
    else
        to->text = text_dup(after != NULL ? after->value : NULL);
    if (side == reference ||
        (before != NULL && after != NULL && strcmp(before->value, after->value) == 0 &&
         text_equal(before->unit, after->unit)))
        return;
    if ((after != NULL ? after : before)->kind == COMPARE_POINT)
        say_point(suite, reference, side, before, after, to);
    else
        say_observation(suite, reference, side, before, after, to);
}
