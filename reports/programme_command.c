/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the command from the run's own, with the built-in probes for items without a case. */
#include "reports/programme_command.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/again.h"

/* Whether the case that a built-in probe adds would satisfy the criterion. Idle and load count as
 * extra tests, which nobody lacks. */
static bool is_met_by(const struct programme_criterion *criterion, enum measure measure)
{
    _cleanup_free_ char *id = text_format("probe-%s", measure_name(measure));

    if (criterion->kind == CRITERION_HEADING)
        return (measure == MEASURE_ENDURANCE && criterion->headings[ITEM_ENDURANCE]) ||
               (measure == MEASURE_OVERLOAD && criterion->headings[ITEM_STRESS]);
    return programme_criterion_names(criterion, id);
}

/* Adds what the built-in probes can measure for the item to the measures of the plan. */
static void want(const struct programme_item *item, const struct programme_mark *mark,
                 struct strv *measures)
{
    if (mark->state != PROGRAMME_NOT_MEASURED || !programme_mark_has(mark, WHY_NO_CASE))
        return;
    vec_foreach (criterion, &item->criteria)
        for (enum measure i = 0; i < MEASURE_COUNT; i++)
            if (is_met_by(criterion, i) && !strv_has(measures, measure_name(i)))
                strv_add(measures, measure_name(i));
}

/* The whole suite in this cell: an item alone would lack the cases that it needs. */
static char *make(const struct report *report, const struct programme_column *column,
                  enum programme_state state, const struct strv *measures)
{
    struct run_record run = report->matrix.run; /* borrowed */
    const struct cell_record cell = {
        .image = column->image, .platform = column->platform, .suite = column->suite};

    run.plan.measures = *measures;
    run.plan.no_probes &= measures->count == 0;
    memset(&run.plan.items, 0, sizeof(run.plan.items));
    if (state == PROGRAMME_NEEDS_HARDWARE)
        run.plan.accel = ACCEL_POLICY_KVM;
    return again_command(&run, &cell, false);
}

char *programme_command(const struct report *report, const struct programme *programme,
                        const struct programme_column *column, enum programme_state state)
{
    _cleanup_strv_ struct strv measures = {0};
    bool found = false;

    strv_copy(&measures, &report->matrix.run.plan.measures);
    for (size_t i = 0; i < column->marks.count; i++)
        if (column->marks.items[i].state == state) {
            found = true;
            want(&programme->items.items[i], &column->marks.items[i], &measures);
        }
    return found ? make(report, column, state, &measures) : NULL;
}

char *programme_command_of(const struct report *report, const struct programme *programme,
                           const struct programme_column *column, const struct programme_mark *mark)
{
    _cleanup_strv_ struct strv measures = {0};

    if (mark->state != PROGRAMME_NOT_MEASURED && mark->state != PROGRAMME_NEEDS_HARDWARE)
        return NULL;
    strv_copy(&measures, &report->matrix.run.plan.measures);
    want(&programme->items.items[mark - column->marks.items], mark, &measures);
    return make(report, column, mark->state, &measures);
}
