/* SPDX-License-Identifier: Apache-2.0 */
/* A case of a cell, with its evidence, and what it says of an item. */
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/judge.h"
#include "judge/programme.h"
#include "judge/tally.h"
#include "model/waiver.h"

static const struct result *attempt_of(const struct counted *counted, const struct case_result *row)
{
    for (size_t i = 0; row != NULL && i < counted->count; i++)
        if (counted_row(counted, i, row->id) == row)
            return counted->attempts[i];
    return NULL;
}

static void add_evidence(const struct programme_cell *cell, struct programme_case *to)
{
    vec_foreach (blob, &to->from->evidence) {
        _cleanup_error_ struct error *err = NULL;
        struct programme_proof *proof;

        if (!text_equal(blob->case_id, to->id))
            continue;
        proof = vec_add(&to->proofs);
        proof->case_id = text_dup(to->id);
        proof->status = to->status;
        proof->name = text_dup(blob->name);
        memcpy(proof->sha256, blob->sha256, sizeof(proof->sha256));
        if (to->lost == NULL && cell->check(cell->with, blob, &err) < 0)
            to->lost = text_format("'%s': %s", blob->name, error_message(err));
    }
}

/* "2/17: acme-tty (it needs a terminal), …"; NULL if none was skipped. */
static char *skipped_points(const struct case_result *row)
{
    enum { NAMED = 3 };
    _cleanup_buffer_ struct buffer names = {0};
    size_t skipped = 0;

    vec_foreach (point, &row->points) {
        if (point->status != STATUS_SKIP || ++skipped > NAMED)
            continue;
        buffer_format(&names, "%s%s", skipped > 1 ? ", " : "", point->name);
        if (point->detail != NULL)
            buffer_format(&names, " (%s)", point->detail);
    }
    if (skipped == 0)
        return NULL;
    return text_format("%zu/%zu: %s%s", skipped, row->points.count, names.data,
                       skipped > NAMED ? ", …" : "");
}

void programme_add_case(const struct programme_cell *cell, const struct planned_case *planned,
                        const struct counted *counted, struct programme_column *column)
{
    struct programme_case *to = vec_add(&column->cases);
    struct tally tally = {.status = STATUS_MISS};

    to->id = text_dup(planned->id);
    to->item = planned->item;
    to->required = planned->required;
    to->planned = planned->planned;
    to->native_only = planned->native_only;
    to->status = STATUS_MISS;
    column->partial |= planned->required && !planned->planned;
    if (!planned->planned || counted->count == 0)
        return;
    tally_case(&cell->cell->cell, planned, counted, &tally);
    to->status = tally.status;
    to->flaky = tally_is_flaky(&tally);
    to->from = attempt_of(counted, tally.row);
    if (tally.row != NULL) {
        to->reason = text_dup(tally.row->reason);
        to->duration_ms = tally.row->duration_ms;
        to->in_part = skipped_points(tally.row);
    }
    if (tally.status == STATUS_FAIL)
        to->waiver = waiver_describe(judge_waiver(&cell->cell->cell, planned->id, counted));
    /* One that fails does not help to reach a number. */
    column->count += tally.status == STATUS_PASS ||
                     (tally.status == STATUS_DONE && tally.row != NULL && tally.row->started);
    if (to->from != NULL)
        add_evidence(cell, to);
}

static bool has_named_evidence(const struct programme_item *item, const struct programme_case *row)
{
    vec_foreach (proof, &row->proofs)
        if (item->evidence == NULL || fnmatch(item->evidence, proof->name, FNM_NOESCAPE) == 0)
            return true;
    return false;
}

static void judge_passed(const struct programme_item *item, const struct programme_case *row,
                         struct programme_mark *mark)
{
    if (row->lost != NULL)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_LOST_EVIDENCE, row->id, row->lost);
    else if (!has_named_evidence(item, row))
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_EVIDENCE, row->id,
                             item->evidence);
    else if (row->flaky)
        programme_notes_add(&mark->notes, WHY_FLAKY, row->id, NULL);
    if (row->in_part != NULL)
        programme_mark_lower(mark, item->all_points ? PROGRAMME_NOT_MEASURED : PROGRAMME_PASSED,
                             WHY_IN_PART, row->id, row->in_part);
}

static void judge_failed(const struct programme_case *row, struct programme_mark *mark)
{
    const char *reason = row->reason != NULL ? row->reason : "";
    _cleanup_free_ char *waived =
        row->waiver != NULL ? text_format("%s (%s)", reason, row->waiver) : NULL;

    programme_mark_lower(mark, PROGRAMME_FAILED, waived != NULL ? WHY_WAIVED : WHY_FAILED, row->id,
                         waived != NULL ? waived : row->reason);
}

bool programme_is_needless(const struct programme_item *item, const struct programme_case *row)
{
    return !item->required && !row->required && row->planned && row->status == STATUS_SKIP;
}

void programme_judge_case(const struct programme_item *item, const struct programme_column *column,
                          const struct programme_case *row, struct programme_mark *mark)
{
    static const enum programme_why open[STATUS_COUNT] = {
        [STATUS_SKIP] = WHY_SKIPPED, [STATUS_MISS] = WHY_MISSING, [STATUS_ERROR] = WHY_BROKEN};

    if (!row->planned)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_LEFT_OUT, row->id, NULL);
    else if (row->status == STATUS_PASS)
        judge_passed(item, row, mark);
    else if (row->status == STATUS_FAIL)
        judge_failed(row, mark);
    else if (row->status == STATUS_DONE)
        programme_mark_lower(mark,
                             column->grade == GRADE_EMULATED ? PROGRAMME_NEEDS_HARDWARE
                                                             : PROGRAMME_NOT_MEASURED,
                             WHY_NOT_JUDGED, row->id, row->reason);
    else
        programme_mark_lower(
            mark, programme_is_needless(item, row) ? PROGRAMME_PASSED : PROGRAMME_NOT_MEASURED,
            open[row->status], row->id, row->reason);
    vec_foreach (proof, &row->proofs) {
        struct programme_proof *copy = vec_add(&mark->proofs);

        *copy = *proof;
        copy->case_id = text_dup(proof->case_id);
        copy->name = text_dup(proof->name);
    }
}
