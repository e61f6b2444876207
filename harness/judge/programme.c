/* SPDX-License-Identifier: Apache-2.0 */
/* The items of a programme in one cell. */
#include "judge/programme.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/judge.h"
#include "judge/tally.h"
#include "model/image.h"
#include "model/waiver.h"

void programme_mark_lower(struct programme_mark *mark, enum programme_state state,
                          enum programme_why why, const char *object, const char *detail)
{
    if (state < mark->state)
        mark->state = state;
    programme_notes_add(&mark->notes, why, object, detail);
}

static const char *heading_list(const struct programme_criterion *criterion, struct buffer *text)
{
    for (enum item item = 0; item < ITEM_COUNT; item++)
        if (criterion->headings[item])
            buffer_format(text, "%sitem=\"%s\"", text->length > 0 ? " " : "", item_name(item));
    for (size_t i = 0; i < criterion->patterns.count; i++)
        buffer_format(text, "%s%s", text->length > 0 ? " " : "", criterion->patterns.items[i]);
    return text->data != NULL ? text->data : "";
}

static bool criterion_has(const struct programme_criterion *criterion,
                          const struct programme_case *row)
{
    if (criterion->kind == CRITERION_HEADING)
        return criterion->headings[row->item];
    for (size_t i = 0; criterion->kind == CRITERION_CASES && i < criterion->patterns.count; i++)
        if (fnmatch(criterion->patterns.items[i], row->id, FNM_NOESCAPE) == 0)
            return true;
    return false;
}

bool programme_item_has_case(const struct programme_item *item, const struct programme_case *row)
{
    vec_foreach (criterion, &item->criteria)
        if (criterion_has(criterion, row))
            return true;
    return false;
}

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

static void add_case(const struct programme_cell *cell, const struct planned_case *planned,
                     const struct counted *counted, struct programme_column *column)
{
    struct programme_case *to = vec_add(&column->cases);
    struct tally tally = {.status = STATUS_MISS};

    to->id = text_dup(planned->id);
    to->item = planned->item;
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
}

static void judge_failed(const struct programme_case *row, struct programme_mark *mark)
{
    const char *reason = row->reason != NULL ? row->reason : "";
    _cleanup_free_ char *waived =
        row->waiver != NULL ? text_format("%s (%s)", reason, row->waiver) : NULL;

    programme_mark_lower(mark, PROGRAMME_FAILED, waived != NULL ? WHY_WAIVED : WHY_FAILED, row->id,
                         waived != NULL ? waived : row->reason);
}

static void judge_case(const struct programme_item *item, const struct programme_column *column,
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
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, open[row->status], row->id, row->reason);
    vec_foreach (proof, &row->proofs) {
        struct programme_proof *copy = vec_add(&mark->proofs);

        *copy = *proof;
        copy->case_id = text_dup(proof->case_id);
        copy->name = text_dup(proof->name);
    }
}

static void judge_cases(const struct programme_item *item, struct programme_mark *mark,
                        const struct programme_criterion *criterion,
                        const struct programme_column *column)
{
    _cleanup_buffer_ struct buffer text = {0};
    bool any = false;

    vec_foreach (row, &column->cases)
        if (criterion_has(criterion, row)) {
            judge_case(item, column, row, mark);
            any = true;
        }
    if (!any)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_CASE,
                             heading_list(criterion, &text), NULL);
}

/* Probes and observations are in the record itself. */
static void add_record(const struct programme_cell *cell, struct programme_mark *mark)
{
    struct programme_proof *proof = vec_add(&mark->proofs);

    proof->name = text_dup("record");
    memcpy(proof->sha256, cell->cell->cell.digest, sizeof(proof->sha256));
    if (proof->sha256[0] == '\0')
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_NO_EVIDENCE, "record", NULL);
}

static void judge_item(const struct programme_item *item, const struct programme_cell *cell,
                       const struct programme_column *column, const struct counted *counted,
                       struct programme_mark *mark)
{
    const struct result *latest = counted_latest(counted);
    bool of_record = false;

    vec_foreach (criterion, &item->criteria) {
        if (criterion->kind == CRITERION_PROBE)
            programme_judge_probe(criterion->probe, latest, mark);
        else if (criterion->kind == CRITERION_MEASURED)
            programme_judge_values(item, criterion, column, latest, mark);
        else
            judge_cases(item, mark, criterion, column);
        of_record |= criterion->kind == CRITERION_PROBE || criterion->kind == CRITERION_MEASURED;
    }
    if (of_record)
        add_record(cell, mark);
    programme_judge_length(item, column, mark);
    if (column->grade == GRADE_REPORTED)
        programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, WHY_REPORTED, column->platform, NULL);
    else if (column->grade < item->grade)
        programme_mark_lower(mark, PROGRAMME_NEEDS_HARDWARE, WHY_GRADE, grade_name(item->grade),
                             NULL);
}

/* Why the cell as a whole says nothing that may pass; false: nothing does. */
static bool find_stop(const struct programme_cell *cell, const struct counted *counted,
                      enum programme_why *ret_why, const char **ret_object, const char **ret_detail)
{
    const struct cell_record *record = &cell->cell->cell;

    *ret_why = WHY_NO_RESULT;
    *ret_object = record->platform;
    *ret_detail = record->refused != NULL ? record->refused : cell->cell->judgement.reason;
    if (cell->run->plan.aside) {
        *ret_why = WHY_ASIDE;
        *ret_object = cell->run->id;
        *ret_detail = NULL;
        return true;
    }
    if (cell->cell->judgement.lost) {
        *ret_why = WHY_LOST_EVIDENCE;
        return true;
    }
    if (record->refused != NULL || counted->count == 0 || counted->count < record->repeat)
        return true;
    for (size_t i = record->repeat > 1 ? 0 : counted->count - 1; i < counted->count; i++)
        if (counted->attempts[i]->outcome != STATUS_PASS) {
            *ret_detail = counted->attempts[i]->reason;
            return true;
        }
    return false;
}

/* The ID that was measured and matched in every attempt that counts, or NULL. */
static const char *measured_os(const struct counted *counted)
{
    const char *os = NULL;

    for (size_t i = 0; i < counted->count; i++) {
        const char *here = NULL;

        vec_foreach (check, &counted->attempts[i]->identity)
            if (strcmp(check->key, "os_id") == 0 && check->matches)
                here = check->measured;
        if (here == NULL || (os != NULL && strcmp(os, here) != 0))
            return NULL;
        os = here;
    }
    return os;
}

static void describe(const struct programme_cell *cell, const struct counted *counted,
                     struct programme_column *to)
{
    const struct cell_record *record = &cell->cell->cell;

    to->image = text_dup(record->image);
    to->platform = text_dup(record->platform);
    to->suite = text_dup(record->suite);
    to->system = text_dup(cell->system);
    to->image_known = cell->image_known;
    to->stand_in = cell->stand_in;
    to->os = text_dup(measured_os(counted));
    if (counted->count > 0)
        vec_foreach (part, &counted->attempts[counted->count - 1]->prediction.parts)
            if (part->checked)
                strv_add(&to->product, part->name);
    for (size_t i = 0; i < counted->count; i++)
        if (i == 0 || counted->attempts[i]->grade < to->grade)
            to->grade = counted->attempts[i]->grade;
}

char *programme_system(const struct image *image, const char *name)
{
    return image != NULL && image->os_id != NULL
               ? text_format("%s %s", image->os_id,
                             image->os_version != NULL ? image->os_version : "")
               : text_dup(name);
}

void programme_status_add(struct programme_status *status, const struct programme_cell *cell)
{
    const struct matrix_cell *from = cell->cell;
    _cleanup_(counted_done) struct counted counted = {0};
    struct programme_column *column;
    const char *object, *detail;
    enum programme_why why;
    bool stopped;

    if (!programme_has_platform(status->programme, from->cell.platform))
        return;
    counted_make(&from->cell, (const struct result *const *)from->attempts.items,
                 from->attempts.count, &counted);
    column = vec_add(&status->columns);
    describe(cell, &counted, column);
    vec_foreach (planned, &from->cell.cases)
        add_case(cell, planned, &counted, column);
    stopped = find_stop(cell, &counted, &why, &object, &detail);
    vec_foreach (item, &status->programme->items) {
        struct programme_mark *mark = vec_add(&column->marks);

        mark->state = PROGRAMME_PASSED;
        if (stopped)
            programme_mark_lower(mark, PROGRAMME_NOT_MEASURED, why, object, detail);
        if (counted.count > 0 && !cell->run->plan.aside && from->cell.refused == NULL)
            judge_item(item, cell, column, &counted, mark);
    }
    vec_foreach (row, &column->cases)
        row->from = NULL;
}
