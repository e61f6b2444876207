/* SPDX-License-Identifier: Apache-2.0 */
/* A move as text: areas, behaviour, and what is not compared. */
#include "reports/move_view.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/translate.h"
#include "reports/diff_view.h"
#include "reports/matrix_view.h"
#include "reports/table.h"

enum { VALUE_BYTES = 120, SETTING_BYTES = 600, WIDTH = 80, NAME_COLUMN = 9 };
#define INDENT "           "

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
        buffer_format(out, _("%s%zu the same"), before, section->same);
    else if (section->rows.count == 0)
        buffer_text(out, section->partly.count > 0 ? _("  nothing of what is compared differs")
                                                   : _("  nothing differs"));
    if (section->partly.count > 0)
        buffer_format(out, _("; %zu not compared, see below"), section->partly.count);
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

/* Breaks the text between words. */
static void print_wrapped(const char *text, const char *indent, struct buffer *out)
{
    _cleanup_strv_ struct strv words = {0};
    size_t at = 0;

    strv_split(&words, text, " ");
    for (size_t i = 0; i < words.count; i++) {
        size_t length = strlen(words.items[i]);

        if (at == 0 || at + 1 + length > WIDTH) {
            buffer_format(out, "%s%s", at == 0 ? "" : "\n", indent);
            at = strlen(indent);
        } else {
            buffer_text(out, " ");
            at++;
        }
        buffer_printable(out, words.items[i], length, false);
        at += length;
    }
    buffer_text(out, "\n");
}

static void print_origins(const struct move_row *row, bool colour, struct buffer *out)
{
    const char *before = row->before_origin, *after = row->after_origin;
    _cleanup_buffer_ struct buffer text = {0}, lines = {0};

    if (before != NULL)
        buffer_text(&text, before);
    if (after != NULL && (before == NULL || strcmp(before, after) != 0))
        buffer_format(&text, "%s%s", before != NULL ? " -> " : "", after);
    print_wrapped(text.data != NULL ? text.data : "", INDENT, &lines);
    table_paint(out, lines.data, TABLE_DIM, colour);
}

/* A setting: what it is set to, by whom, and what that means. */
static void print_setting(const struct move_row *row, bool colour, struct buffer *out)
{
    _cleanup_free_ char *name = text_format("%s %s", row->group, row->name);
    _cleanup_buffer_ struct buffer values = {0};

    matrix_view_line(row->before != NULL ? row->before : "not set", SETTING_BYTES, &values);
    buffer_text(&values, " -> ");
    matrix_view_line(row->after != NULL ? row->after : "not set", SETTING_BYTES, &values);
    buffer_text(out, "  ");
    table_paint(out, move_change_name(row->change),
                row->change == MOVE_GONE ? TABLE_RED : TABLE_PLAIN, colour);
    buffer_format(out, "%*s", (int)(NAME_COLUMN - strlen(move_change_name(row->change))), "");
    buffer_printable(out, name, strlen(name), false);
    if (NAME_COLUMN + 4 + strlen(name) + values.length <= WIDTH) {
        buffer_format(out, "  %s\n", values.data);
    } else {
        buffer_text(out, "\n");
        print_wrapped(values.data, INDENT, out);
    }
    print_origins(row, colour, out);
    if (row->meaning != NULL)
        print_wrapped(row->meaning->text, INDENT, out);
}

static void print_area(bool all, const struct move_section *section, enum move_area area,
                       bool colour, struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 3};

    print_heading(section, area, colour, out);
    vec_foreach (row, &section->rows) {
        if (row->group != NULL) {
            print_setting(row, colour, out);
            continue;
        }
        if (!is_shown(all, area, row->change))
            continue;
        table_add(&table, move_change_name(row->change),
                  row->change == MOVE_GONE ? TABLE_RED : TABLE_PLAIN);
        table_add(&table, row->name, TABLE_PLAIN);
        add_value(&table, row->before, row->after);
    }
    table_print(&table, "  ", colour, out);
    vec_foreach (row, &section->rows)
        if (row->group == NULL && row->meaning != NULL && is_shown(all, area, row->change)) {
            _cleanup_free_ char *text = text_format("%s: %s", row->name, row->meaning->text);

            print_wrapped(text, INDENT, out);
        }
}

static void print_behaviour(const struct move_view *view, bool colour, struct buffer *out)
{
    const struct image_diff *runs = view->runs;

    if (view->not_run != NULL)
        return;
    buffer_format(out, _("\nbehaviour  %zu %s of both compared, by the newest results"),
                  runs->diff.compared, ngettext("cell", "cells", runs->diff.compared));
    if (runs->only_before + runs->only_after > 0)
        buffer_format(out, _("; %zu only of the first system, %zu only of the second"),
                      runs->only_before, runs->only_after);
    buffer_text(out, "\n");
    diff_view_changes(&runs->diff, colour, out);
}

static void print_reason(const char *what, const char *reason, struct buffer *out)
{
    _cleanup_free_ char *text = text_format("%s: %s", what, reason);

    print_wrapped(text, "  ", out);
}

static void print_unknown(const struct move_view *view, struct buffer *out)
{
    buffer_text(out, _("\nnot compared\n"));
    for (int area = 0; area < MOVE_AREA_COUNT; area++) {
        const struct move_section *section = &view->move->areas[area];

        if (section->unknown != NULL)
            print_reason(move_area_name((enum move_area)area), section->unknown, out);
        for (size_t i = 0; i < section->partly.count; i++)
            print_reason(move_area_name((enum move_area)area), section->partly.items[i], out);
    }
    if (view->not_run != NULL)
        print_reason("behaviour", view->not_run, out);
    print_wrapped("settings that neither system makes: they have the default of the program or of "
                  "the kernel, which only a run of suites/behaviour measures",
                  "  ", out);
}

void move_view_text(const struct move_view *view, bool all, bool colour, struct buffer *out)
{
    buffer_format(out, _("from  %s\nto    %s\n"), view->from, view->to);
    for (int area = 0; area < MOVE_AREA_COUNT; area++)
        if (view->move->areas[area].unknown == NULL)
            print_area(all, &view->move->areas[area], (enum move_area)area, colour, out);
    print_behaviour(view, colour, out);
    print_unknown(view, out);
    if (!all)
        buffer_text(out, _("\n--all lists what is added, and the packages with another version\n"));
}
