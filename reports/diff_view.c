/* SPDX-License-Identifier: Apache-2.0 */
/* The differences between two runs as text: a section for each kind of change, the worst first. */
#include "reports/diff_view.h"

#include "base/cleanup.h"
#include "base/translate.h"
#include "reports/matrix_view.h"
#include "reports/selection_view.h"

enum { REASON_BYTES = 300, VALUE_BYTES = 80 };

static const struct {
    const char *title;
    enum table_colour colour;
} changes[DIFF_CHANGE_COUNT] = {
    [DIFF_NEW] = {"new failures", TABLE_RED},
    [DIFF_MISSING] = {"missing: no outcome any more", TABLE_RED},
    [DIFF_FLAKY] = {"flaky: passed, but not in every attempt any more", TABLE_YELLOW},
    [DIFF_STILL] = {"still failing", TABLE_YELLOW},
    [DIFF_FIXED] = {"fixed", TABLE_GREEN},
    [DIFF_ADDED] = {"added", TABLE_PLAIN},
};

/* Begins a section with its first line. */
static void begin(const char *title, enum table_colour tint, bool *begun, bool colour,
                  struct buffer *out)
{
    if (*begun)
        return;
    *begun = true;
    buffer_text(out, "\n");
    table_paint(out, title, tint, colour);
    buffer_text(out, "\n");
}

static void name_cell(const struct diff_cell *cell, struct buffer *out)
{
    buffer_format(out, "  %s/%s/%s  ", cell->image, cell->platform, cell->suite);
}

static void print_case(const struct diff_case *row, struct buffer *out)
{
    buffer_format(out, "%s  ", row->id);
    if (row->change != DIFF_FLAKY)
        buffer_format(out, "%s -> %s", row->before == STATUS_MISS ? "-" : status_name(row->before),
                      row->after == STATUS_MISS ? "-" : status_name(row->after));
    if (row->blame != BLAME_NONE)
        buffer_format(out, " (%s)", blame_name(row->blame));
    if (row->other_failure)
        buffer_text(out, _(", but differently"));
    if (row->waived != NULL) {
        buffer_text(out, _(", waived "));
        matrix_view_line(row->waived, REASON_BYTES, out);
    }
    if (row->reason != NULL) {
        buffer_text(out, ": ");
        matrix_view_line(row->reason, REASON_BYTES, out);
    }
    buffer_text(out, "\n");
}

static void print_cases(const struct run_diff *diff, enum diff_change change, bool colour,
                        struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells)
        vec_foreach (row, &cell->cases) {
            if (row->change != change || row->hidden)
                continue;
            begin(changes[change].title, changes[change].colour, &begun, colour, out);
            name_cell(cell, out);
            print_case(row, out);
        }
}

static const char *verdict_of(const struct diff_side *side)
{
    return side->present ? verdict_name(side->verdict) : "-";
}

static void print_verdicts(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells) {
        const struct diff_side *before = &cell->before, *after = &cell->after;

        if (!diff_verdict_differs(cell) || cell->verdict_hidden)
            continue;
        begin("verdicts", TABLE_PLAIN, &begun, colour, out);
        name_cell(cell, out);
        buffer_text(out, verdict_of(before));
        if (before->run_id != NULL)
            buffer_format(out, _(" (image %s, run %s)"), before->image, before->run_id);
        buffer_text(out, " -> ");
        table_paint(out, verdict_of(after),
                    after->present ? matrix_view_colour(after->verdict) : TABLE_RED, colour);
        buffer_text(out, ": ");
        matrix_view_line(after->present ? after->reason : "the cell is not in the second run",
                         REASON_BYTES, out);
        buffer_text(out, "\n");
    }
}

static void print_side(const struct diff_side *side, struct buffer *out)
{
    buffer_format(out, _("%u judged of %u planned of %u (%u required), %s"), side->judged,
                  side->planned, side->defined, side->required,
                  side->grade == GRADE_NONE ? _("not run") : grade_name(side->grade));
}

static void print_scopes(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells) {
        const struct diff_side *before = &cell->before, *after = &cell->after;

        if (!diff_scope_differs(cell) || cell->scope_hidden)
            continue;
        begin("scope and grade", TABLE_PLAIN, &begun, colour, out);
        name_cell(cell, out);
        print_side(before, out);
        buffer_text(out, " -> ");
        print_side(after, out);
        buffer_text(out, "\n");
    }
}

static void print_value(const char *value, struct buffer *out)
{
    if (value == NULL)
        buffer_text(out, "-");
    else
        matrix_view_line(value, VALUE_BYTES, out);
}

static void print_values(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells)
        vec_foreach (row, &cell->values) {
            if (row->hidden)
                continue;
            begin("observations", TABLE_PLAIN, &begun, colour, out);
            name_cell(cell, out);
            buffer_format(out, "%s  ", row->case_id);
            matrix_view_line(row->key, VALUE_BYTES, out);
            buffer_text(out, ": ");
            print_value(row->before, out);
            buffer_text(out, " -> ");
            print_value(row->after, out);
            buffer_text(out, "\n");
        }
}

static void print_products(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells) {
        if (cell->product_after == NULL || cell->hidden)
            continue;
        begin("packages of the product", TABLE_PLAIN, &begun, colour, out);
        name_cell(cell, out);
        matrix_view_line(*cell->product_before != '\0' ? cell->product_before : "-", REASON_BYTES,
                         out);
        buffer_text(out, " -> ");
        matrix_view_line(*cell->product_after != '\0' ? cell->product_after : "-", REASON_BYTES,
                         out);
        buffer_text(out, "\n");
    }
}

static void print_findings(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (cell, &diff->cells)
        vec_foreach (row, &cell->findings) {
            if (row->hidden)
                continue;
            begin("findings", TABLE_PLAIN, &begun, colour, out);
            name_cell(cell, out);
            buffer_format(out, "%s  %s %s", row->gone ? _("gone") : _("new "),
                          finding_severity_name(row->severity), row->kind);
            if (row->place != NULL) {
                buffer_text(out, "  ");
                matrix_view_line(row->place, REASON_BYTES, out);
            }
            if (row->symbol != NULL) {
                buffer_text(out, "  ");
                matrix_view_line(row->symbol, VALUE_BYTES, out);
            }
            buffer_text(out, "\n");
        }
}

void diff_view_context(const struct run_diff *diff, bool colour, struct buffer *out)
{
    bool begun = false;

    vec_foreach (row, &diff->context) {
        begin("changed beside the results", TABLE_PLAIN, &begun, colour, out);
        buffer_format(out, "  %s %s  ", row->kind, row->name);
        print_value(row->before, out);
        buffer_text(out, " -> ");
        print_value(row->after, out);
        buffer_text(out, "\n");
    }
    if (!begun)
        buffer_text(out,
                    diff->after.inputs.count > 0
                        ? _("\nNothing changed beside the results: the images, platforms, suites "
                            "and host are the same.\n")
                        : _("\nWhat changed beside the results is not known: the runs do not say "
                            "what they were made of.\n"));
}

static void print_run(const struct run_record *run, struct buffer *out)
{
    buffer_format(out, "%s  ", run->id);
    matrix_view_time(run->created_ms, out);
    buffer_format(out, "  %s%s", run_state_name(run->state), run->plan.aside ? _(", aside") : "");
    matrix_view_about(&run->plan, out);
    buffer_text(out, "\n");
}

void diff_view_before(const struct run_diff *diff, struct buffer *out)
{
    size_t runs = diff->view_runs.count;

    if (diff->view == NULL) {
        print_run(&diff->before, out);
        return;
    }
    buffer_format(out, "%s  ", diff->before.id);
    matrix_view_time(diff->before.created_ms, out);
    buffer_format(out, _("  results of %zu %s, the newest %s\n"), runs,
                  ngettext("run", "runs", runs), diff->view_runs.items[0]);
}

void diff_view_changes(const struct run_diff *diff, bool colour, struct buffer *out)
{
    for (enum diff_change change = 0; change < DIFF_CHANGE_COUNT; change++)
        print_cases(diff, change, colour, out);
    print_verdicts(diff, colour, out);
    print_scopes(diff, colour, out);
    print_values(diff, colour, out);
    print_findings(diff, colour, out);
    print_products(diff, colour, out);
}

void diff_view_text(const struct run_diff *diff, bool colour, struct buffer *out)
{
    selection_view_text(&diff->selection, "change", "changes", colour, out);
    buffer_text(out, _("before  "));
    diff_view_before(diff, out);
    buffer_text(out, _("after   "));
    print_run(&diff->after, out);
    diff_view_changes(diff, colour, out);
    diff_view_context(diff, colour, out);
    buffer_format(out, _("\n%s%zu %s compared:"), diff->selection.query != NULL ? _("all ") : "",
                  diff->compared, ngettext("cell", "cells", diff->compared));
    for (enum diff_change change = 0; change < DIFF_CHANGE_COUNT; change++)
        buffer_format(out, "%s %u %s", change > 0 ? "," : "", diff->changes[change],
                      diff_change_name(change));
    buffer_text(out, _(" cases"));
    if (diff->waived > 0)
        buffer_format(out, _(" (%u of them waived)"), diff->waived);
    buffer_format(out, "\n%s\n",
                  run_diff_is_worse(diff) ? _("The second run is worse than the first.")
                                          : _("Nothing in the second run is worse."));
}
