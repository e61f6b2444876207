/* SPDX-License-Identifier: Apache-2.0 */
/* A status as text: the items on each platform, the levels, and what is missing. */
#include "reports/programme_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/matrix_view.h"
#include "reports/programme_command.h"
#include "reports/table.h"

enum { TEXT_BYTES = 300 };

static const enum table_colour colours[PROGRAMME_STATE_COUNT] = {
    [PROGRAMME_FAILED] = TABLE_RED,
    [PROGRAMME_NOT_MEASURED] = TABLE_RED,
    [PROGRAMME_NEEDS_HARDWARE] = TABLE_YELLOW,
    [PROGRAMME_TRIAL] = TABLE_YELLOW,
    [PROGRAMME_PASSED] = TABLE_GREEN,
};

char *programme_view_column(const struct programme_status *status,
                            const struct programme_column *column)
{
    size_t same = 0;

    vec_foreach (other, &status->columns)
        same += strcmp(other->platform, column->platform) == 0;
    return same > 1 ? text_format("%s/%s", column->image, column->platform)
                    : text_dup(column->platform);
}

bool programme_view_has_stand_in(const struct programme_status *status)
{
    vec_foreach (column, &status->columns)
        if (column->stand_in)
            return true;
    return false;
}

bool programme_view_has_grade(const struct programme_status *status, enum grade grade)
{
    vec_foreach (column, &status->columns)
        if (column->grade == grade)
            return true;
    return false;
}

static void print_items(const struct programme_status *status, bool colour, struct buffer *out)
{
    const struct programme *programme = status->programme;
    _cleanup_(table_done) struct table table = {.columns = status->columns.count + 2};

    table_add(&table, "ITEM", TABLE_DIM);
    vec_foreach (column, &status->columns) {
        _cleanup_free_ char *name = programme_view_column(status, column);

        table_add(&table, name, TABLE_DIM);
    }
    table_add(&table, "OVERALL", TABLE_DIM);
    for (size_t i = 0; i < programme->items.count; i++) {
        table_add(&table, programme->items.items[i].id, TABLE_PLAIN);
        vec_foreach (column, &status->columns) {
            const struct programme_mark *mark = &column->marks.items[i];
            enum programme_why remark = programme_mark_remark(mark);

            table_format(&table, remark != WHY_COUNT ? TABLE_YELLOW : colours[mark->state], "%s%s",
                         programme_state_words.names[mark->state],
                         remark == WHY_COUNT   ? ""
                         : remark == WHY_FLAKY ? " (flaky)"
                                               : " (in part)");
        }
        table_add(&table, programme_state_words.names[status->items.items[i]],
                  colours[status->items.items[i]]);
    }
    table_print(&table, "  ", colour, out);
}

static void print_note(const char *indent, const struct programme_note *note, struct buffer *out)
{
    _cleanup_free_ char *text = programme_note_text(note, LANGUAGE_EN);

    buffer_text(out, indent);
    matrix_view_line(text, TEXT_BYTES, out);
    buffer_text(out, "\n");
}

static void print_levels(const struct programme_status *status, bool colour, struct buffer *out)
{
    for (size_t i = 0; i < status->levels.count; i++) {
        const struct programme_level_state *level = &status->levels.items[i];

        buffer_format(out, "\n  %s: ", status->programme->levels.items[i].id);
        table_paint(out, level->reached ? "reached" : "not reached",
                    level->reached ? TABLE_GREEN : TABLE_RED, colour);
        buffer_text(out, level->reached ? "\n" : ":\n");
        vec_foreach (note, &level->missing)
            print_note("    ", note, out);
    }
}

static bool are_equal(const struct programme_notes *a, const struct programme_notes *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->items[i].why != b->items[i].why ||
            !text_equal(a->items[i].object, b->items[i].object) ||
            !text_equal(a->items[i].detail, b->items[i].detail))
            return false;
    return true;
}

/* True if one reason holds for all items, such as a guest that never started. */
static bool has_one_reason(const struct programme_column *column)
{
    vec_foreach (mark, &column->marks)
        if (!are_equal(&mark->notes, &column->marks.items[0].notes))
            return false;
    return column->marks.count > 0 && column->marks.items[0].notes.count > 0;
}

static void print_command(const char *intro, char *command, struct buffer *out)
{
    if (command != NULL)
        buffer_format(out, "    %s by\n      %s\n", intro, command);
    free(command);
}

/* Every reason, by platform; the command once for each platform and kind. */
static void print_reasons(const struct report *report, const struct programme_status *status,
                          struct buffer *out)
{
    vec_foreach (column, &status->columns) {
        _cleanup_free_ char *name = programme_view_column(status, column);
        bool one = has_one_reason(column);

        buffer_format(out, "\n  %s, grade %s\n", name, grade_name(column->grade));
        for (size_t i = 0; i < column->marks.count; i++) {
            const struct programme_mark *mark = &column->marks.items[i];
            _cleanup_free_ char *indent = text_format(
                "    %s (%s): ", one ? "every item" : status->programme->items.items[i].id,
                programme_state_words.names[mark->state]);

            if (i == 0 || !one)
                vec_foreach (note, &mark->notes)
                    print_note(indent, note, out);
        }
        print_command("what is not measured is, as far as the suite has cases or a load for it,",
                      programme_command(report, status->programme, column, PROGRAMME_NOT_MEASURED),
                      out);
        print_command(
            "what needs real hardware is measured on a host with this CPU",
            programme_command(report, status->programme, column, PROGRAMME_NEEDS_HARDWARE), out);
    }
}

void programme_view_text(const struct report *report, const struct programme_status *status,
                         bool colour, struct buffer *out)
{
    const struct programme *programme = status->programme;

    buffer_format(out, "%s: ", programme->name);
    matrix_view_line(programme->title.in[LANGUAGE_EN], TEXT_BYTES, out);
    buffer_format(out, "\n  suite %s  OS ", status->suite);
    matrix_view_line(status->system, TEXT_BYTES, out);
    buffer_format(out, "  run %s%s%s%s\n\n", report->matrix.run.id,
                  programme_view_has_stand_in(status) ? "  STAND-IN" : "",
                  programme_view_has_grade(status, GRADE_EMULATED) ? "  EMULATED" : "",
                  programme_view_has_grade(status, GRADE_REPORTED) ? "  REPORTED" : "");
    print_items(status, colour, out);
    print_levels(status, colour, out);
    print_reasons(report, status, out);
    buffer_text(out, "\n");
}
