/* SPDX-License-Identifier: Apache-2.0 */
/* The items over all platforms, and the levels that they reach. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "judge/programme.h"

static void case_done(struct programme_case *row)
{
    free(row->id);
    free(row->reason);
    free(row->waiver);
    free(row->lost);
    free(row->in_part);
    vec_foreach (proof, &row->proofs) {
        free(proof->case_id);
        free(proof->name);
    }
    vec_done(&row->proofs);
}

static void column_done(struct programme_column *column)
{
    free(column->image);
    free(column->platform);
    free(column->suite);
    free(column->system);
    free(column->os);
    strv_done(&column->product);
    free(column->version);
    vec_foreach (row, &column->cases)
        case_done(row);
    vec_done(&column->cases);
    vec_foreach (mark, &column->marks)
        programme_mark_done(mark);
    vec_done(&column->marks);
}

void programme_status_done(struct programme_status *status)
{
    free(status->suite);
    free(status->system);
    vec_foreach (column, &status->columns)
        column_done(column);
    vec_done(&status->columns);
    vec_done(&status->items);
    vec_foreach (level, &status->levels)
        programme_notes_done(&level->missing);
    vec_done(&status->levels);
}

/* "kunpeng, phytium": where an item is not passed. */
static void check_item(const struct programme_status *status, size_t item,
                       struct programme_notes *missing)
{
    _cleanup_buffer_ struct buffer where = {0};

    vec_foreach (column, &status->columns)
        if (column->marks.items[item].state != PROGRAMME_PASSED)
            buffer_format(&where, "%s%s", where.length > 0 ? ", " : "", column->platform);
    if (where.length > 0 || status->columns.count == 0)
        programme_notes_add(missing, WHY_ITEM, status->programme->items.items[item].id, where.data);
}

static bool certifies(const struct programme *programme, const char *os)
{
    return programme->systems.count == 0 || strv_has(&programme->systems, os);
}

static void check_column(const struct programme *programme, const struct programme_column *column,
                         const struct programme_level *level, struct programme_notes *missing)
{
    if (column->stand_in)
        programme_notes_add(missing, WHY_STAND_IN, column->image, NULL);
    if (!column->image_known)
        programme_notes_add(missing, WHY_UNKNOWN_IMAGE, column->image, NULL);
    if (column->os == NULL)
        programme_notes_add(missing, WHY_UNKNOWN_SYSTEM, column->platform, NULL);
    else if (!certifies(programme, column->os))
        programme_notes_add(missing, WHY_SYSTEM, column->os, column->platform);
    if (column->grade < level->grade)
        programme_notes_add(missing, WHY_GRADE, grade_name(level->grade), column->platform);
    if (column->count < programme->cases) {
        _cleanup_free_ char *text = text_format("%u/%u", column->count, programme->cases);

        programme_notes_add(missing, WHY_FEW_CASES, text, column->platform);
    }
}

static unsigned count_platforms(const struct programme_status *status)
{
    _cleanup_strv_ struct strv names = {0};

    vec_foreach (column, &status->columns)
        if (!strv_has(&names, column->platform))
            strv_add(&names, column->platform);
    return (unsigned)names.count;
}

static void check_platforms(const struct programme_status *status, struct programme_notes *missing)
{
    const struct programme *programme = status->programme;
    unsigned count = count_platforms(status);
    _cleanup_free_ char *patterns = strv_join(&programme->platforms, ", ");
    _cleanup_free_ char *least = text_format("%u/%u", count, programme->platforms_least);
    _cleanup_free_ char *most = text_format("%u/%u", count, programme->platforms_most);

    if (count == 0)
        programme_notes_add(missing, WHY_NO_PLATFORM, patterns, NULL);
    if (count < programme->platforms_least)
        programme_notes_add(missing, WHY_FEW_PLATFORMS, least, NULL);
    if (programme->platforms_most > 0 && count > programme->platforms_most)
        programme_notes_add(missing, WHY_MANY_PLATFORMS, most, NULL);
}

/* What is only tested as needed counts as soon as the suite has a case for it: a form never names a
 * failure beside a level. */
bool programme_demands(const struct programme_status *status, const struct programme_item *item)
{
    bool has_case = false;

    vec_foreach (column, &status->columns)
        vec_foreach (row, &column->cases)
            has_case |= programme_item_has_case(item, row);
    return item->required || has_case;
}

static void check_level(const struct programme_status *status, size_t at,
                        const struct run_record *run, struct programme_notes *missing)
{
    const struct programme *programme = status->programme;
    const struct programme_level *level = &programme->levels.items[at];
    unsigned demanded = 0;

    for (size_t i = 0; i < programme->items.count; i++) {
        const struct programme_item *item = &programme->items.items[i];

        if (item->level != at || !programme_demands(status, item))
            continue;
        demanded += item->required;
        check_item(status, i, missing);
    }
    /* A later level that demands nothing rests on those before it. */
    if (demanded == 0 && at == 0)
        programme_notes_add(missing, WHY_EMPTY, level->id, NULL);
    vec_foreach (column, &status->columns)
        check_column(programme, column, level, missing);
    check_platforms(status, missing);
    if (run->state != RUN_ENDED)
        programme_notes_add(missing, WHY_UNFINISHED, run->id, NULL);
    if (run->plan.aside)
        programme_notes_add(missing, WHY_ASIDE, run->id, NULL);
}

void programme_status_conclude(struct programme_status *status, const struct run_record *run)
{
    const struct programme *programme = status->programme;

    status->reached = -1;
    for (size_t i = 0; i < programme->items.count; i++) {
        enum programme_state *state = vec_add(&status->items);

        *state = status->columns.count > 0 ? PROGRAMME_PASSED : PROGRAMME_NOT_MEASURED;
        vec_foreach (column, &status->columns)
            if (column->marks.items[i].state < *state)
                *state = column->marks.items[i].state;
    }
    for (size_t i = 0; i < programme->levels.count; i++) {
        struct programme_level_state *level = vec_add(&status->levels);

        if (status->reached != (int)i - 1)
            programme_notes_add(&level->missing, WHY_LEVEL, programme->levels.items[i - 1].id,
                                NULL);
        check_level(status, i, run, &level->missing);
        level->reached = level->missing.count == 0;
        if (level->reached)
            status->reached = (int)i;
    }
}
