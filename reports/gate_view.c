/* SPDX-License-Identifier: Apache-2.0 */
/* The decision of the gate: passed or refused, then every reason, grouped by its kind. */
#include "reports/gate_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/diff_view.h"
#include "reports/investigate_view.h"
#include "reports/matrix_view.h"

enum { TEXT_BYTES = 400 };

static const char *const titles[GATE_KIND_COUNT] = {
    [GATE_STATE] = "the run",
    [GATE_EXPECTED] = "expected, but not there",
    [GATE_FAILS] = "incompatible",
    [GATE_UNKNOWN] = "not assessed",
    [GATE_PARTIAL] = "partial",
    [GATE_CONDITION] = "conditional",
    [GATE_WEAK] = "grade",
    [GATE_ITEM] = "certification: failed",
    [GATE_LEVEL] = "certification: not reached",
    [GATE_CHANGE] = "worse than the baseline",
};

static void print_row(const struct gate_row *row, struct buffer *out)
{
    buffer_text(out, "  ");
    if (row->image != NULL)
        buffer_format(out, "%s/%s/%s  ", row->image, row->platform, row->suite);
    if (row->kind == GATE_CHANGE)
        buffer_format(out, "%s%s  ", policy_change_words.names[row->change],
                      row->refused ? "" : _(" (only reported)"));
    else if (!row->refused)
        buffer_text(out, _("(only reported)  "));
    matrix_view_line(row->text, TEXT_BYTES, out);
    buffer_text(out, "\n");
}

static void print_kind(const struct gate_view *view, enum gate_kind kind, bool colour,
                       struct buffer *out)
{
    bool begun = false;

    vec_foreach (row, &view->gate->rows) {
        if (row->kind != kind)
            continue;
        if (!begun) {
            buffer_text(out, "\n");
            table_paint(out, titles[kind], TABLE_RED, colour);
            buffer_text(out, "\n");
            begun = true;
        }
        print_row(row, out);
    }
}

static void print_run(const char *what, const struct run_record *run, struct buffer *out)
{
    buffer_format(out, "%-10s%s  ", what, run->id);
    matrix_view_time(run->created_ms, out);
    buffer_format(out, "  %s", run_state_name(run->state));
    matrix_view_about(&run->plan, out);
    buffer_text(out, "\n");
}

void gate_view_text(const struct gate_view *view, bool colour, struct buffer *out)
{
    const struct gate *gate = view->gate;
    bool passes = gate->refused == 0;

    table_paint(out, passes ? "PASSED" : "REFUSED", passes ? TABLE_GREEN : TABLE_RED, colour);
    buffer_text(out, "\n\n");
    print_run("run", &view->matrix->run, out);
    buffer_format(out, "%-10s%s: ", _("policy"), view->policy->name);
    matrix_view_line(view->policy->title, TEXT_BYTES, out);
    buffer_text(out, "\n");
    if (view->diff != NULL) {
        buffer_format(out, "%-10s", _("baseline"));
        diff_view_before(view->diff, out);
    } else
        buffer_text(out, _("baseline  none: what is new since an earlier run is not looked at\n"));
    for (enum gate_kind kind = 0; kind < GATE_KIND_COUNT; kind++)
        print_kind(view, kind, colour, out);
    if (view->diff != NULL && view->gate->refused > 0)
        diff_view_context(view->diff, colour, out);
    investigate_view_text(view->investigations, colour, out);
    buffer_format(out, _("\n%u of %u %s passed by themselves; %u %s refused"), gate->passed,
                  gate->cells, ngettext("cell", "cells", gate->cells), gate->refused,
                  ngettext("thing is", "things are", gate->refused));
    if (gate->reported > 0)
        buffer_format(out, _(", %u only reported"), gate->reported);
    buffer_format(
        out,
        _("\n'touchstone show CELL --run %s' shows a cell, 'touchstone history CELL' since "
          "when it is so\n"),
        view->matrix->run.id);
}

static void write_row(const struct gate_row *row, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "kind", gate_kind_name(row->kind));
    json_write_text(to, "change",
                    row->kind == GATE_CHANGE ? policy_change_words.names[row->change] : NULL);
    json_write_bool(to, "refused", row->refused);
    json_write_text(to, "image", row->image);
    json_write_text(to, "platform", row->platform);
    json_write_text(to, "suite", row->suite);
    json_write_text(to, "case", row->case_id);
    json_write_text(to, "programme", row->programme);
    json_write_text(to, "level", row->level);
    json_write_text(to, "item", row->item);
    json_write_text(to, "text", row->text);
    json_write_end(to);
}

void gate_view_write_json(const struct gate_view *view, struct json_writer *to)
{
    const struct gate *gate = view->gate;

    json_write_object(to, NULL);
    json_write_format(to, "touchstone-gate", 1);
    json_write_bool(to, "passed", gate->refused == 0);
    json_write_integer(to, "exit_code", gate_exit_code(gate));
    json_write_text(to, "run", view->matrix->run.id);
    json_write_text(to, "label", view->matrix->run.plan.label);
    json_write_text(to, "build", view->matrix->run.plan.build);
    json_write_text(to, "policy", view->policy->name);
    json_write_text(to, "policy_file", view->policy_path);
    json_write_text(to, "baseline", view->diff != NULL ? view->diff->before.id : NULL);
    json_write_object(to, "cells");
    json_write_integer(to, "total", gate->cells);
    json_write_integer(to, "passed", gate->passed);
    json_write_end(to);
    json_write_integer(to, "refused", gate->refused);
    json_write_integer(to, "reported", gate->reported);
    json_write_array(to, "reasons");
    vec_foreach (row, &gate->rows)
        write_row(row, to);
    json_write_end(to);
    investigate_view_write_json(view->investigations, to);
    json_write_end(to);
}
