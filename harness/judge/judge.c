/* SPDX-License-Identifier: Apache-2.0 */
/* The four rules, in their order; fit.c says whether there is anything to apply them to. */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge/fit.h"

void judgement_done(struct judgement *judgement)
{
    free(judgement->reason);
    free(judgement->case_id);
    *judgement = (struct judgement){0};
}

bool judge_can(const struct planned_case *planned, enum grade grade)
{
    return grade >= (planned->native_only ? GRADE_VIRTUAL : GRADE_EMULATED);
}

/* What one look at all planned cases finds; the first of each kind is named in the reason. */
struct sight {
    struct {
        const struct planned_case *first;
        const struct case_result *row; /* NULL: absent */
        unsigned count;
    } failed, /* required, judged FAIL */
        open, /* required and judgeable, neither PASS nor FAIL; or absent */
        optional, flaky, unjudgeable;
    unsigned judged, total, skipped;
    struct {
        const struct predicted_finding *first;
        unsigned count;
    } block, high;
    const struct prediction *prediction;
};

#define FOUND(kind, planned, result_row)                                                           \
    do {                                                                                           \
        if ((kind).count++ == 0) {                                                                 \
            (kind).first = (planned);                                                              \
            (kind).row = (result_row);                                                             \
        }                                                                                          \
    } while (0)

static const struct case_result *find_row(const struct result *result, const char *id)
{
    vec_foreach (row, &result->cases) {
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

/* A result may say that a case could not be judged, never that it could against the plan. */
static enum status status_of(const struct case_result *row, bool can)
{
    bool claims = row->status == STATUS_PASS || row->status == STATUS_FAIL;

    return claims && !(can && row->judgeable) ? STATUS_DONE : row->status;
}

static bool failed_before(const char *id, const struct result *const *attempts, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        const struct case_result *row = find_row(attempts[i], id);

        if (row != NULL && (row->status == STATUS_FAIL || row->status == STATUS_ERROR) &&
            result_identity_matches(attempts[i]))
            return true;
    }
    return false;
}

static void look(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                 struct sight *found)
{
    const struct result *latest = attempts[count - 1];

    vec_foreach (planned, &cell->cases) {
        const struct case_result *row = find_row(latest, planned->id);
        bool can = judge_can(planned, latest->grade);
        enum status status;

        if (!planned->planned)
            continue;
        found->total++;
        if (row == NULL) {
            FOUND(found->open, planned, row);
            continue;
        }
        status = status_of(row, can);
        found->judged += status == STATUS_PASS || status == STATUS_FAIL;
        found->skipped += status == STATUS_SKIP;
        if (status == STATUS_FAIL) {
            if (planned->required)
                FOUND(found->failed, planned, row);
            else
                FOUND(found->optional, planned, row);
        } else if (planned->required && !can)
            FOUND(found->unjudgeable, planned, row);
        else if (planned->required && status != STATUS_PASS)
            FOUND(found->open, planned, row);
        else if (status == STATUS_PASS && failed_before(planned->id, attempts, count))
            FOUND(found->flaky, planned, row);
    }
}

static void look_at_files(const struct prediction *prediction, struct sight *found)
{
    found->prediction = prediction;
    vec_foreach (row, &prediction->findings) {
        if (row->severity == SEVERITY_BLOCK && found->block.count++ == 0)
            found->block.first = row;
        if (row->severity == SEVERITY_HIGH && found->high.count++ == 0)
            found->high.first = row;
    }
}

/* Is there something in the prediction that keeps a cell from being compatible? */
static bool files_stand_against(const struct sight *found)
{
    return found->block.count + found->high.count > 0 || found->prediction->cut ||
           found->prediction->state == PREDICTION_FAILED;
}

static void add_more(struct buffer *text, unsigned count)
{
    if (count > 1)
        buffer_format(text, " (and %u more)", count - 1);
}

static void add_row_reason(struct buffer *text, const struct case_result *row)
{
    if (row != NULL && row->reason != NULL)
        buffer_format(text, ": %s", row->reason);
}

static enum blame blame_of(const struct case_result *row, enum blame otherwise)
{
    return row != NULL && row->blame != BLAME_NONE ? row->blame : otherwise;
}

static void decide(struct judgement *to, enum verdict verdict, unsigned rule, enum blame blame,
                   const struct planned_case *first)
{
    to->verdict = verdict;
    to->rule = rule;
    to->blame = blame;
    to->case_id = first != NULL ? text_dup(first->id) : NULL;
}

static void not_compatible(const struct sight *found, struct judgement *to, struct buffer *text)
{
    decide(to, VERDICT_INCOMPATIBLE, 1, blame_of(found->failed.row, BLAME_PRODUCT),
           found->failed.first);
    buffer_format(text, "required case '%s' failed", found->failed.first->id);
    add_row_reason(text, found->failed.row);
    add_more(text, found->failed.count);
}

static void open_case(const struct sight *found, struct judgement *to, struct buffer *text)
{
    const struct case_result *row = found->open.row;
    static const enum blame usual[STATUS_COUNT] = {
        [STATUS_DONE] = BLAME_HARNESS, [STATUS_MISS] = BLAME_HARNESS, [STATUS_ERROR] = BLAME_SUITE};
    enum status status = row == NULL                                                ? STATUS_MISS
                         : row->status == STATUS_PASS || row->status == STATUS_FAIL ? STATUS_DONE
                                                                                    : row->status;

    decide(to, VERDICT_NOT_ASSESSED, 2, blame_of(row, usual[status]), found->open.first);
    buffer_format(text, "%s case '%s' is %s", found->open.first->required ? "required" : "optional",
                  found->open.first->id, row == NULL ? "absent" : status_name(status));
    add_row_reason(text, row);
    add_more(text, found->open.count);
}

static void nothing_judged(const struct sight *found, struct judgement *to, struct buffer *text)
{
    decide(to, VERDICT_NOT_ASSESSED, 2, BLAME_NONE, NULL);
    if (found->skipped == found->total)
        buffer_format(text, "all of its %u cases were skipped", found->total);
    else
        buffer_format(text, "none of its %u cases could be judged", found->total);
}

static void add_finding(struct buffer *text, const struct predicted_finding *row)
{
    buffer_format(text, "%s of '%s'", row->kind, row->file != NULL ? row->file : "the product");
}

static void conditional_by_files(const struct sight *found, struct judgement *to,
                                 struct buffer *text)
{
    const struct prediction *prediction = found->prediction;
    bool failed = prediction->state == PREDICTION_FAILED;

    if (!files_stand_against(found))
        return;
    if (text->length == 0)
        decide(to, VERDICT_CONDITIONAL, 3, failed ? BLAME_HARNESS : BLAME_PRODUCT, NULL);
    if (failed)
        buffer_format(text, "%sits files were not checked: %s", text->length > 0 ? "; " : "",
                      prediction->reason != NULL ? prediction->reason : "no reason given");
    if (found->block.count > 0) {
        buffer_text(text, text->length > 0 ? "; " : "");
        add_finding(text, found->block.first);
        buffer_text(text, " was predicted and not observed");
        add_more(text, found->block.count);
    }
    if (found->high.count > 0) {
        buffer_text(text, text->length > 0 ? "; static check: " : "static check: ");
        add_finding(text, found->high.first);
        add_more(text, found->high.count);
    }
    if (prediction->cut)
        buffer_format(text, "%sits files gave more findings than are kept",
                      text->length > 0 ? "; " : "");
}

static void conditional(const struct sight *found, struct judgement *to, struct buffer *text)
{
    if (found->optional.count > 0) {
        decide(to, VERDICT_CONDITIONAL, 3, blame_of(found->optional.row, BLAME_PRODUCT),
               found->optional.first);
        buffer_format(text, "optional case '%s' failed", found->optional.first->id);
        add_row_reason(text, found->optional.row);
        add_more(text, found->optional.count);
    }
    if (found->flaky.count > 0) {
        if (text->length == 0)
            decide(to, VERDICT_CONDITIONAL, 3, BLAME_NONE, found->flaky.first);
        buffer_format(text, "%scase '%s' is flaky: it passed after an attempt in which it did not",
                      text->length > 0 ? "; " : "", found->flaky.first->id);
        add_more(text, found->flaky.count);
    }
    if (found->unjudgeable.count > 0) {
        if (text->length == 0)
            decide(to, VERDICT_CONDITIONAL, 3, BLAME_NONE, found->unjudgeable.first);
        buffer_format(text, "%srequired case '%s' cannot be judged when emulated",
                      text->length > 0 ? "; " : "", found->unjudgeable.first->id);
        add_more(text, found->unjudgeable.count);
    }
    conditional_by_files(found, to, text);
}

static bool stands_against(const struct sight *found)
{
    return found->optional.count + found->flaky.count + found->unjudgeable.count > 0;
}

static void apply_rules(const struct sight *found, const struct result *latest,
                        struct judgement *to, struct buffer *text)
{
    if (found->failed.count > 0)
        not_compatible(found, to, text);
    else if (latest->outcome != STATUS_PASS) {
        decide(to, VERDICT_NOT_ASSESSED, 2,
               latest->blame != BLAME_NONE ? latest->blame : BLAME_HARNESS, NULL);
        buffer_text(text,
                    latest->reason != NULL ? latest->reason : "the job did not run to its end");
    } else if (found->open.count > 0)
        open_case(found, to, text);
    else if (found->judged == 0)
        nothing_judged(found, to, text);
    else if (stands_against(found) || files_stand_against(found))
        conditional(found, to, text);
    else {
        decide(to, VERDICT_COMPATIBLE, 4, BLAME_NONE, NULL);
        buffer_format(text, "%u of %u cases judged, all of them PASS", found->judged, found->total);
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

void judge_cell(const struct cell_record *cell, const struct result *const *attempts, size_t count,
                struct judgement *ret_judgement)
{
    const struct result *latest = count > 0 ? attempts[count - 1] : NULL;
    struct judgement to = {.ran = count > 0, .rollup = roll_up(cell, latest)};
    struct sight found = {.judged = 0};
    struct buffer text = {0};

    if (!fit_to_judge(cell, latest, &to.blame, &text)) {
        vec_foreach (planned, &cell->cases)
            found.total += planned->planned;
        decide(&to, VERDICT_NOT_ASSESSED, 2, to.blame, NULL);
    } else {
        look(cell, attempts, count, &found);
        look_at_files(&latest->prediction, &found);
        apply_rules(&found, latest, &to, &text);
    }
    /* Rule 3 is the only one that asks the files. */
    to.observed = to.rule == 3 && !stands_against(&found) ? VERDICT_COMPATIBLE : to.verdict;
    if (latest != NULL && latest->prediction.state > PREDICTION_NOTHING) {
        to.has_prediction = true;
        to.predicted = prediction_verdict(&latest->prediction);
    }
    to.judged = found.judged;
    to.total = found.total;
    to.flaky = found.flaky.count > 0;
    to.reason = buffer_steal(&text);
    *ret_judgement = to;
}
