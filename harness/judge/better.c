/* SPDX-License-Identifier: Apache-2.0 */
/* Collects all that stands against a better verdict, then leaves out what is not needed for one. */
#include "judge/better.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "judge/better_text.h"
#include "judge/fit.h"
#include "judge/rule_input.h"
#include "judge/supposed.h"

/* What is left out first is what a reader would rather not be asked for. */
enum group {
    GROUP_REQUIRE,
    GROUP_DOUBT,
    GROUP_PLAN,
    GROUP_FILES, /* and so on for each kind from CHANGE_BLOCK */
    GROUP_GRADE = GROUP_FILES + CHANGE_KIND_COUNT,
    GROUP_END,
    GROUP_OPEN,
    GROUP_FAILED,
    GROUP_AGAIN,
    GROUP_COUNT
};

struct candidates {
    struct changes changes;
    VEC(enum group) groups; /* of each change */
};

struct question {
    const struct cell_record *cell;
    const struct result *const *attempts;
    size_t count;
    enum verdict now;
};

static int rank(enum verdict verdict)
{
    return verdict == VERDICT_COMPATIBLE ? 2 : verdict == VERDICT_CONDITIONAL;
}

static void changes_done(struct changes *changes)
{
    vec_foreach (row, &changes->rows)
        free(row->case_id);
    vec_done(&changes->rows);
}

void better_done(struct better *better)
{
    changes_done(&better->changes);
    free(better->text);
    free(better->remains);
    *better = (struct better){.exists = false};
}

static void add(struct candidates *to, enum change_kind kind, enum group group,
                const struct planned_case *planned)
{
    struct change *row = vec_add(&to->changes.rows);

    row->kind = kind;
    row->case_id = planned != NULL ? text_dup(planned->id) : NULL;
    row->item = planned != NULL ? planned->item : 0;
    *vec_add(&to->groups) = group;
}

/* What the rules make of this case alone. */
static void add_case(const struct question *ask, const struct counted *counted,
                     struct planned_case *planned, struct candidates *to)
{
    struct cell_record one = *ask->cell;
    struct rule_input found = {.judged = 0};

    if (!planned->planned) {
        if (planned->required)
            add(to, CHANGE_PLAN, GROUP_PLAN, planned);
        return;
    }
    if (counted->count == 0)
        return;
    one.cases.items = planned;
    one.cases.count = 1;
    rule_input_add_cases(&one, counted, &found);
    if (found.failed.count > 0)
        add(to, CHANGE_PASS, GROUP_FAILED, planned);
    else if (found.open.count > 0)
        add(to, CHANGE_PASS, GROUP_OPEN, planned);
    else if (found.waived.count + found.optional.count + found.broken.count + found.flaky.count > 0)
        add(to, CHANGE_PASS, GROUP_DOUBT, planned);
}

/* A suite without a required case: the one that it should require first. */
static void add_required(const struct question *ask, enum grade grade, struct candidates *to)
{
    const struct planned_case *best = NULL;

    vec_foreach (planned, &ask->cell->cases) {
        if (planned->required)
            return;
        if (planned->planned &&
            (best == NULL || (!judge_can(best, grade) && judge_can(planned, grade))))
            best = planned;
    }
    if (best != NULL)
        add(to, CHANGE_REQUIRE, GROUP_REQUIRE, best);
}

static void add_files(const struct rule_input *found, struct candidates *to)
{
    bool stands[CHANGE_KIND_COUNT] = {[CHANGE_BLOCK] = found->block.count > 0,
                                      [CHANGE_HIGH] = found->high.count > 0,
                                      [CHANGE_PROVE] = found->unproven.count > 0,
                                      [CHANGE_CHECK] =
                                          found->prediction->state == PREDICTION_FAILED,
                                      [CHANGE_CUT] = found->prediction->cut,
                                      [CHANGE_MODIFIED] = found->modified.count > 0,
                                      [CHANGE_FOOTPRINT] = found->unmeasured != NULL};

    for (enum change_kind kind = CHANGE_BLOCK; kind < CHANGE_EVIDENCE; kind++)
        if (stands[kind])
            add(to, kind, (enum group)(GROUP_FILES + kind), NULL);
}

static bool has_native_only(const struct cell_record *cell)
{
    vec_foreach (planned, &cell->cases) {
        if (planned->native_only && (planned->planned || planned->required))
            return true;
    }
    return false;
}

/* Everything that may stand against a better verdict. */
static void collect(const struct question *ask, struct candidates *to)
{
    const struct result *latest = ask->count > 0 ? ask->attempts[ask->count - 1] : NULL;
    _cleanup_(counted_done) struct counted counted = {0};
    enum grade grade = GRADE_EMULATED;
    _cleanup_buffer_ struct buffer why = {0};
    struct rule_input found = {.judged = 0};
    enum blame blame;
    bool ended = true;

    counted_make(ask->cell, ask->attempts, ask->count, &counted);
    if (counted.count > 0)
        grade = counted_latest(&counted)->grade;
    vec_foreach (planned, &ask->cell->cases)
        add_case(ask, &counted, planned, to);
    add_required(ask, grade, to);
    if (counted.count > 0) {
        rule_input_add_cases(ask->cell, &counted, &found);
        rule_input_add_footprints(ask->cell, &counted, &found);
        rule_input_add_files(ask->cell, &counted_latest(&counted)->prediction, &found);
        add_files(&found, to);
    }
    for (size_t i = 0; i < counted.count; i++)
        ended = ended && counted.attempts[i]->outcome == STATUS_PASS;
    if (!ended)
        add(to, CHANGE_END, GROUP_END, NULL);
    if (grade < GRADE_VIRTUAL && has_native_only(ask->cell))
        add(to, CHANGE_GRADE, GROUP_GRADE, NULL);
    if (found.reported)
        add(to, CHANGE_AGAIN, GROUP_AGAIN, NULL);
    else if (rank(ask->now) == 0 && (!ended || found.made < ask->cell->repeat ||
                                     !fit_to_judge(ask->cell, latest, &blame, &why)))
        add(to, CHANGE_AGAIN, GROUP_AGAIN, NULL);
}

/* The verdict without what is left out; the changes are borrowed. */
static enum verdict verdict_without(const struct question *ask, const struct candidates *from,
                                    const bool *out, char **ret_reason)
{
    _cleanup_(judgement_done) struct judgement judgement = {0};
    struct changes rest = {0};

    for (size_t i = 0; i < from->changes.rows.count; i++)
        if (!out[i])
            *(struct change *)vec_add(&rest.rows) = from->changes.rows.items[i];
    judge_supposed(ask->cell, ask->attempts, ask->count, &rest, &judgement);
    vec_done(&rest.rows);
    if (ret_reason != NULL)
        *ret_reason = text_dup(judgement.reason);
    return judgement.verdict;
}

/* Leaves out the changes from `first` on that belong to the group, unless they are needed. */
static void try_without(const struct question *ask, const struct candidates *from, bool *out,
                        size_t first, size_t end, enum group group)
{
    size_t count = from->changes.rows.count, left = 0;
    _cleanup_free_ bool *less = text_calloc(count + 1, sizeof(*less));

    memcpy(less, out, count * sizeof(*less));
    for (size_t i = first; i < end; i++)
        if (from->groups.items[i] == group && !less[i]) {
            less[i] = true;
            left++;
        }
    if (left > 0 && rank(verdict_without(ask, from, less, NULL)) > rank(ask->now))
        memcpy(out, less, count * sizeof(*less));
}

static void reduce(const struct question *ask, const struct candidates *from, bool *out)
{
    size_t count = from->changes.rows.count;

    for (enum group group = 0; group < GROUP_COUNT; group++)
        try_without(ask, from, out, 0, count, group);
    for (size_t i = 0; i < count && count <= BETTER_TRIED; i++)
        try_without(ask, from, out, i, i + 1, from->groups.items[i]);
}

/* The evidence of a cell that would be green was found damaged. */
static bool is_evidence(const struct question *ask, const struct judgement *judgement,
                        struct better *to)
{
    _cleanup_(judgement_done) struct judgement intact = {0};
    struct change *row;

    if (judgement->verdict != VERDICT_NOT_ASSESSED)
        return false;
    judge_cell(ask->cell, ask->attempts, ask->count, &intact);
    if (!judgement_is_green(&intact))
        return false;
    row = vec_add(&to->changes.rows);
    row->kind = CHANGE_EVIDENCE;
    to->verdict = intact.verdict;
    to->remains = intact.verdict == VERDICT_CONDITIONAL ? steal_ptr(intact.reason) : NULL;
    return true;
}

void judge_better(const struct cell_record *cell, const struct result *const *attempts,
                  size_t count, const struct judgement *judgement, struct better *ret_better)
{
    struct question ask = {cell, attempts, count, judgement->verdict};
    struct candidates from = {0};
    _cleanup_free_ bool *out = NULL;
    struct better to = {0};

    if (judgement->verdict == VERDICT_COMPATIBLE || cell->refused != NULL)
        goto end;
    if (is_evidence(&ask, judgement, &to)) {
        to.exists = true;
        goto end;
    }
    collect(&ask, &from);
    out = text_calloc(from.changes.rows.count + 1, sizeof(*out));
    if (rank(verdict_without(&ask, &from, out, NULL)) <= rank(ask.now))
        goto end;
    reduce(&ask, &from, out);
    to.exists = true;
    to.verdict = verdict_without(&ask, &from, out, &to.remains);
    if (to.verdict != VERDICT_CONDITIONAL)
        free(steal_ptr(to.remains));
    for (size_t i = 0; i < from.changes.rows.count; i++)
        if (!out[i]) {
            *(struct change *)vec_add(&to.changes.rows) = from.changes.rows.items[i];
            from.changes.rows.items[i].case_id = NULL;
        }
end:
    if (to.exists)
        to.text = better_describe(cell, attempts, count, &to);
    changes_done(&from.changes);
    vec_done(&from.groups);
    *ret_better = to;
}
