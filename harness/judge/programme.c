/* SPDX-License-Identifier: Apache-2.0 */
/* The items of a programme in one cell. */
#include "judge/programme.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/tally.h"
#include "model/image.h"

void programme_mark_lower(struct programme_mark *mark, enum programme_state state,
                          enum programme_why why, const char *object, const char *detail)
{
    if (state < mark->state)
        mark->state = state;
    programme_notes_add(&mark->notes, why, object, detail);
}

bool programme_mark_has(const struct programme_mark *mark, enum programme_why why)
{
    vec_foreach (note, &mark->notes)
        if (note->why == why)
            return true;
    return false;
}

enum programme_why programme_mark_remark(const struct programme_mark *mark)
{
    enum programme_why remark = WHY_COUNT;

    if (mark->state != PROGRAMME_PASSED)
        return WHY_COUNT;
    vec_foreach (note, &mark->notes)
        if (note->why == WHY_FLAKY)
            remark = WHY_FLAKY;
        else if ((note->why == WHY_IN_PART || note->why == WHY_SKIPPED) && remark == WHY_COUNT)
            remark = WHY_IN_PART;
    return remark;
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

bool programme_criterion_names(const struct programme_criterion *criterion, const char *id)
{
    for (size_t i = 0; criterion->kind == CRITERION_CASES && i < criterion->patterns.count; i++)
        if (fnmatch(criterion->patterns.items[i], id, FNM_NOESCAPE) == 0)
            return true;
    return false;
}

static bool criterion_has(const struct programme_criterion *criterion,
                          const struct programme_case *row)
{
    if (criterion->kind == CRITERION_HEADING)
        return criterion->headings[row->item];
    return programme_criterion_names(criterion, row->id);
}

bool programme_item_has_case(const struct programme_item *item, const struct programme_case *row)
{
    vec_foreach (criterion, &item->criteria)
        if (criterion_has(criterion, row))
            return true;
    return false;
}

static void judge_cases(const struct programme_item *item, struct programme_mark *mark,
                        const struct programme_criterion *criterion,
                        const struct programme_column *column)
{
    _cleanup_buffer_ struct buffer text = {0};
    bool any = false, needed = false;

    vec_foreach (row, &column->cases)
        if (criterion_has(criterion, row)) {
            programme_judge_case(item, column, row, mark);
            any = true;
            needed |= !programme_is_needless(item, row);
        }
    /* The reason of each stands there. */
    if (any && !needed)
        mark->state = PROGRAMME_NOT_MEASURED;
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
            programme_judge_probe(criterion, latest, mark);
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
    if (counted->count > 0) {
        const struct prediction *prediction = &counted->attempts[counted->count - 1]->prediction;

        vec_foreach (part, &prediction->parts)
            if (part->checked)
                strv_add(&to->product, part->name);
        to->version = prediction_product_version(prediction);
    }
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
        programme_add_case(cell, planned, &counted, column);
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
