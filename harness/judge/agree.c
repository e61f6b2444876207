/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a cell that was run again with what is claimed of it. */
#include "judge/agree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/expected.h"
#include "judge/outcome.h"

static const char *const agreement_names[] = {"not-replayed", "disagrees", "agrees-lower-grade",
                                              "agrees"};
static const char *const obstacle_names[] = {"none",  "suite",   "image", "platform",
                                             "grade", "product", "run"};
static const char *const kind_names[] = {"case", "point", "observation", "item"};
const struct words agreement_words = {agreement_names, NULL, AGREEMENT_COUNT};
const struct words obstacle_words = {obstacle_names, NULL, OBSTACLE_COUNT};
const struct words agree_kind_words = {kind_names, NULL, AGREE_KIND_COUNT};

struct agreeing {
    const struct programme *programme;
    const struct suite *suite;
    const struct agree_side *claimed, *replayed;
    struct agreed *to;
};

static void row_done(struct agree_row *row)
{
    free(row->case_id);
    free(row->key);
    free(row->claimed);
    free(row->replayed);
    free(row->why);
}

void agreed_done(struct agreed *agreed)
{
    free(agreed->reason);
    vec_foreach (row, &agreed->differences)
        row_done(row);
    vec_done(&agreed->differences);
    vec_foreach (row, &agreed->remarks)
        row_done(row);
    vec_done(&agreed->remarks);
}

void agreed_obstruct(struct agreed *agreed, enum obstacle obstacle, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    free(agreed->reason);
    agreed->reason = text_vformat(format, args);
    va_end(args);
    agreed->agreement = NOT_REPLAYED;
    agreed->obstacle = obstacle;
}

static void fill(struct agree_row *row, enum agree_kind kind, const char *case_id, const char *key,
                 const char *claimed, const char *replayed, const char *why)
{
    *row = (struct agree_row){
        kind,         text_dup(case_id), text_dup(key), text_dup(claimed), text_dup(replayed),
        text_dup(why)};
}

/* --- what was run ------------------------------------------------------------------------- */

/* The product's packages, with their digests where they are known. */
static char *product_of(const struct result *latest, bool digests)
{
    struct buffer text = {0};

    vec_foreach (part, &latest->prediction.parts)
        if (part->checked)
            buffer_format(&text, "%s%s%s%s", text.length > 0 ? ", " : "", part->name,
                          digests ? " " : "", digests ? part->sha256 : "");
    return buffer_steal(&text);
}

static bool has_digests(const struct result *latest)
{
    vec_foreach (part, &latest->prediction.parts)
        if (part->checked && part->sha256[0] != '\0')
            return true;
    return false;
}

/* False: it is not the same that was run. */
static bool check_sameness(const struct agreeing *in)
{
    const struct result *before = matrix_cell_latest(in->claimed->cell);
    const struct result *after = matrix_cell_latest(in->replayed->cell);
    const struct judgement *judgement = &in->replayed->cell->judgement;
    _cleanup_free_ char *claimed = NULL, *replayed = NULL;
    bool digests;

    if (in->replayed->cell->cell.refused != NULL) {
        agreed_obstruct(in->to, OBSTACLE_RUN, "%s", in->replayed->cell->cell.refused);
        return false;
    }
    if (after == NULL || judgement->judged == 0) {
        agreed_obstruct(in->to, OBSTACLE_RUN, "nothing was judged: %s",
                        judgement->reason != NULL ? judgement->reason : "it has no result");
        return false;
    }
    in->to->certified = in->claimed->column->grade;
    in->to->here = in->replayed->column->grade;
    if (in->to->here > in->to->certified || in->to->here == GRADE_REPORTED) {
        agreed_obstruct(in->to, OBSTACLE_GRADE, "its grade is %s, and here it is %s",
                        grade_name(in->to->certified), grade_name(in->to->here));
        return false;
    }
    digests = has_digests(before) && has_digests(after);
    claimed = product_of(before, digests);
    replayed = product_of(after, digests);
    if (!text_equal(claimed, replayed)) {
        agreed_obstruct(in->to, OBSTACLE_PRODUCT,
                        "other packages of the product were installed: '%s' instead of '%s'",
                        replayed != NULL ? replayed : "", claimed != NULL ? claimed : "");
        return false;
    }
    return true;
}

static bool is_lower(const struct agreeing *in)
{
    return in->to->here < in->to->certified;
}

/* --- cases -------------------------------------------------------------------------------- */

/* NULL: the case has no result. */
static const char *status_of(const struct case_outcome *seen)
{
    if (seen->outcome != OUTCOME_NONE)
        return status_name(seen->status);
    return seen->row != NULL && seen->row->status == STATUS_SKIP ? status_name(STATUS_SKIP) : NULL;
}

static void compare_case(const struct agreeing *in, const struct outcomes *claimed,
                         const struct outcomes *replayed, const char *id)
{
    const struct case_outcome before = outcome_of_case(claimed, id),
                              after = outcome_of_case(replayed, id);
    const char *was = status_of(&before), *is = status_of(&after);
    const char *reason = after.row != NULL ? after.row->reason : NULL;

    if (was == NULL)
        return;
    if (is == NULL) {
        if (in->to->obstacle == OBSTACLE_NONE)
            agreed_obstruct(in->to, OBSTACLE_RUN, "case '%s' has no result: %s", id,
                            reason != NULL ? reason : "it is absent");
        return;
    }
    if (is_lower(in) && after.row != NULL && after.row->status == STATUS_DONE) {
        fill(vec_add(&in->to->remarks), AGREE_CASE, id, NULL, was, is, reason);
        return;
    }
    in->to->cases++;
    if (strcmp(was, is) != 0)
        fill(vec_add(&in->to->differences), AGREE_CASE, id, NULL, was, is, reason);
    else if (before.flaky)
        fill(vec_add(&in->to->remarks), AGREE_CASE, id, NULL, "PASS (flaky)", is, NULL);
}

static void compare_cases(const struct agreeing *in)
{
    _cleanup_(outcomes_done) struct outcomes claimed = outcomes_of(in->claimed->cell);
    _cleanup_(outcomes_done) struct outcomes replayed = outcomes_of(in->replayed->cell);

    vec_foreach (planned, &in->claimed->cell->cell.cases)
        if (planned->planned)
            compare_case(in, &claimed, &replayed, planned->id);
}

/* --- values ------------------------------------------------------------------------------- */

/* The programme judges by this observation. */
static bool counts(const struct programme *programme, const char *key)
{
    if (strcmp(key, PROGRAMME_ROUNDS) == 0 || strcmp(key, PROGRAMME_MINUTES) == 0)
        return true;
    vec_foreach (item, &programme->items)
        vec_foreach (criterion, &item->criteria)
            if (criterion->kind == CRITERION_MEASURED && strcmp(criterion->key, key) == 0)
                return true;
    return false;
}

/* Nobody said how far such figures may be apart. */
static bool is_free(const struct agreeing *in, const struct compare_row *row)
{
    const struct difference_axes none = {false, false, false};

    return row->unit != NULL && row->values.items[0].text != NULL &&
           row->values.items[1].text != NULL && expected_rule(in->suite, row->key, none) == NULL;
}

static void compare_value(const struct agreeing *in, const struct compare_row *row)
{
    const struct compare_value *before = &row->values.items[0], *after = &row->values.items[1];
    bool point = row->kind == COMPARE_POINT;
    bool counted = row->kind == COMPARE_OBSERVATION && counts(in->programme, row->key);
    bool differs = point || (counted && !is_lower(in));

    if (row->class != COMPARE_REVIEW && row->class != COMPARE_BREAKING)
        return;
    if (row->kind != COMPARE_POINT && row->kind != COMPARE_OBSERVATION)
        return;
    if (differs && !point && is_free(in, row))
        differs = false;
    fill(differs ? vec_add(&in->to->differences) : vec_add(&in->to->remarks),
         point ? AGREE_POINT : AGREE_OBSERVATION, row->case_id, row->key, before->text, after->text,
         after->why[LANGUAGE_EN]);
}

/* Outputs are not compared: what programmes judge is in cases and observations. */
static int read_nothing(void *with, const struct evidence *blob, struct buffer *ret_text,
                        uint64_t *ret_skipped, struct error **err)
{
    (void)with;
    (void)blob;
    (void)ret_text;
    (void)ret_skipped;
    (void)err;
    return -ENOENT;
}

static void compare_values(const struct agreeing *in)
{
    struct comparison comparison = {.suite = NULL};
    const struct compare_options options = {.suite = in->suite, .read = read_nothing};
    const struct compare_cell cells[] = {
        {.run = in->claimed->run, .cell = in->claimed->cell},
        {.run = in->replayed->run, .cell = in->replayed->cell},
    };

    compare_cells(cells, 2, &options, &comparison);
    vec_foreach (row, &comparison.rows)
        compare_value(in, row);
    comparison_done(&comparison);
}

/* --- items -------------------------------------------------------------------------------- */

static void compare_items(const struct agreeing *in)
{
    for (size_t i = 0; i < in->programme->items.count; i++) {
        const struct programme_mark *before = &in->claimed->column->marks.items[i];
        const struct programme_mark *after = &in->replayed->column->marks.items[i];
        _cleanup_free_ char *why = NULL;

        if (before->state == after->state ||
            (is_lower(in) && after->state == PROGRAMME_NEEDS_HARDWARE))
            continue;
        if (after->notes.count > 0)
            why = programme_note_text(&after->notes.items[0], LANGUAGE_EN);
        fill(vec_add(&in->to->differences), AGREE_ITEM, NULL, in->programme->items.items[i].id,
             programme_state_words.names[before->state], programme_state_words.names[after->state],
             why);
    }
}

/* Nobody is accused of what the emulator may have done. */
static void conclude_lower(struct agreed *agreed)
{
    if (agreed->obstacle != OBSTACLE_NONE)
        return;
    if (agreed->differences.count > 0)
        agreed_obstruct(
            agreed, OBSTACLE_GRADE,
            "it differs, and its grade is %s, while here it is %s: the difference may be "
            "that of the grade",
            grade_name(agreed->certified), grade_name(agreed->here));
    else
        agreed->agreement = AGREES_LOWER;
}

void agree_compare(const struct programme *programme, const struct suite *suite,
                   const struct agree_side *claimed, const struct agree_side *replayed,
                   struct agreed *ret_agreed)
{
    const struct agreeing in = {programme, suite, claimed, replayed, ret_agreed};

    *ret_agreed = (struct agreed){.agreement = AGREES};
    if (!check_sameness(&in))
        return;
    compare_cases(&in);
    compare_values(&in);
    if (ret_agreed->cases == 0 && ret_agreed->obstacle == OBSTACLE_NONE)
        agreed_obstruct(ret_agreed, OBSTACLE_RUN, "there was no case to compare");
    /* A case without a result leaves items open, which is no disagreement. */
    if (ret_agreed->obstacle == OBSTACLE_NONE)
        compare_items(&in);
    if (is_lower(&in))
        conclude_lower(ret_agreed);
    else if (ret_agreed->differences.count > 0)
        ret_agreed->agreement = DISAGREES;
}
