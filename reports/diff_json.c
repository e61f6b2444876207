/* SPDX-License-Identifier: Apache-2.0 */
/* The differences between two runs as JSON: its members are documented in touchstone-diff(1) and
 * are stable. */
#include "base/json_write.h"
#include "reports/diff_view.h"
#include "reports/matrix_view.h"
#include "reports/selection_view.h"

static void write_run(const struct run_record *run, struct json_writer *to)
{
    json_write_text(to, "run", run->id);
    json_write_text(to, "label", run->plan.label);
    json_write_text(to, "build", run->plan.build);
    matrix_view_write_time(to, "created", run->created_ms);
    json_write_text(to, "state", run_state_name(run->state));
    json_write_bool(to, "aside", run->plan.aside);
}

static void write_runs(const struct run_diff *diff, struct json_writer *to)
{
    json_write_object(to, "before");
    write_run(&diff->before, to);
    json_write_text(to, "view", diff->view);
    json_write_array(to, "runs");
    vec_foreach (id, &diff->view_runs)
        json_write_text(to, NULL, *id);
    json_write_end(to);
    json_write_end(to);
    json_write_object(to, "after");
    write_run(&diff->after, to);
    json_write_end(to);
}

static void write_side(const char *key, const struct diff_side *side, struct json_writer *to)
{
    if (!side->present) {
        json_write_null(to, key);
        return;
    }
    json_write_object(to, key);
    json_write_text(to, "run", side->run_id);
    json_write_text(to, "image", side->image);
    json_write_text(to, "verdict", verdict_name(side->verdict));
    json_write_text(to, "reason", side->reason);
    json_write_text(to, "grade", grade_name(side->grade));
    json_write_integer(to, "judged", side->judged);
    json_write_integer(to, "planned", side->planned);
    json_write_integer(to, "defined", side->defined);
    json_write_integer(to, "required", side->required);
    json_write_integer(to, "required_left_out", side->required_left_out);
    json_write_end(to);
}

static void write_case(const struct diff_case *row, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "case", row->id);
    json_write_text(to, "change", diff_change_name(row->change));
    json_write_text(to, "before", row->before == STATUS_MISS ? NULL : status_name(row->before));
    json_write_text(to, "after", row->after == STATUS_MISS ? NULL : status_name(row->after));
    json_write_text(to, "blame", blame_name(row->blame));
    json_write_bool(to, "other_failure", row->other_failure);
    json_write_text(to, "reason", row->reason);
    json_write_text(to, "waived", row->waived);
    json_write_end(to);
}

static void write_value(const struct diff_value *row, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "case", row->case_id);
    json_write_text(to, "key", row->key);
    json_write_text(to, "before", row->before);
    json_write_text(to, "after", row->after);
    json_write_end(to);
}

static void write_finding(const struct diff_finding *row, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "change", row->gone ? "gone" : "new");
    json_write_text(to, "severity", finding_severity_name(row->severity));
    json_write_text(to, "kind", row->kind);
    json_write_text(to, "place", row->place);
    json_write_text(to, "symbol", row->symbol);
    json_write_end(to);
}

static void write_cell(const struct diff_cell *cell, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_text(to, "image", cell->image);
    json_write_text(to, "platform", cell->platform);
    json_write_text(to, "suite", cell->suite);
    json_write_bool(to, "worse", diff_cell_is_worse(cell));
    write_side("before", &cell->before, to);
    write_side("after", &cell->after, to);
    json_write_array(to, "cases");
    vec_foreach (row, &cell->cases)
        if (!row->hidden)
            write_case(row, to);
    json_write_end(to);
    json_write_array(to, "observations");
    vec_foreach (row, &cell->values)
        if (!row->hidden)
            write_value(row, to);
    json_write_end(to);
    json_write_array(to, "findings");
    vec_foreach (row, &cell->findings)
        if (!row->hidden)
            write_finding(row, to);
    json_write_end(to);
    json_write_text(to, "product_before", cell->product_before);
    json_write_text(to, "product_after", cell->product_after);
    json_write_end(to);
}

void diff_view_write_cells(const struct run_diff *diff, struct json_writer *to)
{
    json_write_array(to, "cells");
    vec_foreach (cell, &diff->cells)
        if (!cell->hidden)
            write_cell(cell, to);
    json_write_end(to);
}

void diff_view_write_json(const struct run_diff *diff, struct json_writer *to)
{
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-diff", 1);
    write_runs(diff, to);
    json_write_bool(to, "worse", run_diff_is_worse(diff));
    json_write_integer(to, "compared", (int64_t)diff->compared);
    json_write_object(to, "changes");
    for (enum diff_change change = 0; change < DIFF_CHANGE_COUNT; change++)
        json_write_integer(to, diff_change_name(change), diff->changes[change]);
    json_write_end(to);
    json_write_integer(to, "waived", diff->waived);
    selection_view_write_json(&diff->selection, to);
    json_write_array(to, "context");
    vec_foreach (row, &diff->context) {
        json_write_object(to, NULL);
        json_write_text(to, "kind", row->kind);
        json_write_text(to, "name", row->name);
        json_write_text(to, "before", row->before);
        json_write_text(to, "after", row->after);
        json_write_end(to);
    }
    json_write_end(to);
    diff_view_write_cells(diff, to);
    json_write_end(to);
}
