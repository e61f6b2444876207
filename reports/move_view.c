/* SPDX-License-Identifier: Apache-2.0 */
/* A move as text: areas, behaviour, and what is not compared. */
#include "reports/move_view.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "reports/diff_view.h"
#include "reports/matrix_view.h"
#include "reports/table.h"

enum { VALUE_BYTES = 120 };

/* Hundreds of packages have another version, and a newer kernel has more options. */
static bool is_shown(bool all, enum move_area area, enum move_change change)
{
    return all || (change != MOVE_ADDED && (change != MOVE_CHANGED || area != MOVE_PACKAGES));
}

static void print_heading(const struct move_section *section, enum move_area area, bool colour,
                          struct buffer *out)
{
    const char *before = "  ";

    buffer_text(out, "\n");
    table_paint(out, move_area_name(area), TABLE_PLAIN, colour);
    for (enum move_change change = 0; change < MOVE_CHANGE_COUNT; change++) {
        size_t count = move_count(section, change);

        if (count > 0) {
            buffer_format(out, "%s%zu %s", before, count, move_change_name(change));
            before = ", ";
        }
    }
    if (section->same > 0)
        buffer_format(out, "%s%zu the same", before, section->same);
    else if (section->rows.count == 0)
        buffer_text(out, "  nothing differs");
    buffer_text(out, "\n");
}

static void add_value(struct table *table, const char *before, const char *after)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (before != NULL)
        matrix_view_line(before, VALUE_BYTES, &text);
    if (after != NULL) {
        buffer_text(&text, before != NULL ? " -> " : "");
        matrix_view_line(after, VALUE_BYTES, &text);
    }
    table_add(table, text.length > 0 ? text.data : "", TABLE_PLAIN);
}

static void print_area(bool all, const struct move_section *section, enum move_area area,
                       bool colour, struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 3};

    print_heading(section, area, colour, out);
    vec_foreach (row, &section->rows) {
        if (!is_shown(all, area, row->change))
            continue;
        table_add(&table, move_change_name(row->change),
                  row->change == MOVE_GONE ? TABLE_RED : TABLE_PLAIN);
        table_add(&table, row->name, TABLE_PLAIN);
        add_value(&table, row->before, row->after);
    }
    table_print(&table, "  ", colour, out);
}

static void print_behaviour(const struct move_view *view, bool colour, struct buffer *out)
{
    const struct image_diff *runs = view->runs;

    if (view->not_run != NULL)
        return;
    buffer_format(out, "\nbehaviour  %zu %s of both compared, by the newest results",
                  runs->diff.compared, text_plural(runs->diff.compared, "cell", "cells"));
    if (runs->only_before + runs->only_after > 0)
        buffer_format(out, "; %zu only of the first system, %zu only of the second",
                      runs->only_before, runs->only_after);
    buffer_text(out, "\n");
    diff_view_changes(&runs->diff, colour, out);
}

static void print_unknown(const struct move_view *view, struct buffer *out)
{
    buffer_text(out, "\nnot compared\n");
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        if (view->move->areas[area].unknown != NULL)
            buffer_format(out, "  %s: %s\n", move_area_name((enum move_area)area),
                          view->move->areas[area].unknown);
    if (view->not_run != NULL)
        buffer_format(out, "  behaviour: %s\n", view->not_run);
    buffer_text(out, "  kernel settings, limits, crypto policies and cgroups: surfaces do not have "
                     "them; suites/behaviour asks guests\n");
}

void move_view_text(const struct move_view *view, bool all, bool colour, struct buffer *out)
{
    buffer_format(out, "from  %s\nto    %s\n", view->from, view->to);
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        if (view->move->areas[area].unknown == NULL)
            print_area(all, &view->move->areas[area], (enum move_area)area, colour, out);
    print_behaviour(view, colour, out);
    print_unknown(view, out);
    if (!all)
        buffer_text(out, "\n--all lists what is added, and the packages with another version\n");
}
