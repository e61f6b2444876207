/* SPDX-License-Identifier: Apache-2.0 */
/* A move as JSON: its members are documented in touchstone-move(1) and are stable. */
#include "base/json_write.h"
#include "reports/diff_view.h"
#include "reports/move_view.h"

static void write_row(const struct move_row *row, struct json_writer *to)
{
    const struct move_meaning *meaning = row->meaning;

    json_write_object(to, NULL);
    json_write_text(to, "change", move_change_name(row->change));
    json_write_text(to, "group", row->group);
    json_write_text(to, "name", row->name);
    json_write_text(to, "before", row->before);
    json_write_text(to, "after", row->after);
    json_write_text(to, "before_origin", row->before_origin);
    json_write_text(to, "after_origin", row->after_origin);
    json_write_text(to, "meaning", meaning != NULL ? meaning->text : NULL);
    json_write_text(to, "meaning_zh", meaning != NULL ? meaning->text_zh : NULL);
    json_write_end(to);
}

static void write_area(const struct move_section *section, enum move_area area,
                       struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "area", move_area_name(area));
    json_write_text(to, "not_compared", section->unknown);
    json_write_array(to, "partly_not_compared");
    for (size_t i = 0; i < section->partly.count; i++)
        json_write_text(to, NULL, section->partly.items[i]);
    json_write_end(to);
    json_write_integer(to, "same", (int64_t)section->same);
    json_write_array(to, "changes");
    vec_foreach (row, &section->rows)
        write_row(row, to);
    json_write_end(to);
    json_write_end(to);
}

static void write_behaviour(const struct move_view *view, struct json_writer *to)
{
    json_write_object(to, "behaviour");
    json_write_text(to, "not_compared", view->not_run);
    json_write_integer(to, "compared", (int64_t)view->runs->diff.compared);
    json_write_integer(to, "only_before", (int64_t)view->runs->only_before);
    json_write_integer(to, "only_after", (int64_t)view->runs->only_after);
    diff_view_write_cells(&view->runs->diff, to);
    json_write_end(to);
}

void move_view_write_json(const struct move_view *view, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-move", 1);
    json_write_text(to, "from", view->from);
    json_write_text(to, "to", view->to);
    json_write_array(to, "areas");
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        write_area(&view->move->areas[area], (enum move_area)area, to);
    json_write_end(to);
    write_behaviour(view, to);
    json_write_end(to);
}
