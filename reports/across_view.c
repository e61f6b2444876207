/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix across runs. */
#include "reports/across_view.h"

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/matrix_view.h"
#include "reports/report.h"
#include "reports/selection_view.h"

enum { REASON_BYTES = 400 };

/* A view is a part: which, and how much is not in it. */
static void print_view(const struct across *across, struct buffer *out)
{
    const struct view *view = across->view;
    const char *before = "  lines ";

    if (view == NULL)
        return;
    buffer_format(out, _("view  %s  %s\n"), view->name,
                  view->results != NULL ? view->results : _("all results"));
    vec_foreach (line, &view->lines) {
        buffer_format(out, "%s%s", before, *line);
        before = ", ";
    }
    if (view->lines.count > 0)
        buffer_text(out, "\n");
    if (across->excluded > 0)
        buffer_format(out, _("  %zu other %s results that are not of this view\n"),
                      across->excluded, across->excluded == 1 ? _("cell has") : _("cells have"));
    buffer_text(out, "\n");
}

static void write_view(const struct across *across, struct json_writer *to)
{
    const struct view *view = across->view;

    if (view == NULL) {
        json_write_null(to, "view");
        return;
    }
    json_write_object(to, "view");
    json_write_text(to, "name", view->name);
    json_write_text(to, "results", view->results);
    json_write_array(to, "lines");
    vec_foreach (line, &view->lines)
        json_write_text(to, NULL, *line);
    json_write_end(to);
    json_write_integer(to, "excluded", (int64_t)across->excluded);
    json_write_end(to);
}

static void add_headings(struct table *table)
{
    static const char *const names[] = {"IMAGE", "PLATFORM", "SUITE", "VERDICT", "CASES",
                                        "GRADE", "AGE",      "RUN",   "BUILD",   "WHY"};

    table->columns = sizeof(names) / sizeof(names[0]);
    for (size_t i = 0; i < table->columns; i++)
        table_add(table, names[i], TABLE_PLAIN);
}

/* "3 newer runs could not assess it, the last 20260131-1a2b3c; REASON" */
static void add_why(const struct matrix_cell *cell, const struct across_origin *origin,
                    struct table *table)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (origin->unassessed > 0)
        buffer_format(&text, _("%u newer %s could not assess it, the newest %s"),
                      origin->unassessed, ngettext("run", "runs", origin->unassessed),
                      origin->newest->id);
    if (cell->judgement.verdict != VERDICT_COMPATIBLE) {
        buffer_text(&text, text.length > 0 ? "; " : "");
        matrix_view_line(cell->judgement.reason, REASON_BYTES, &text);
    }
    table_add(table, text.length > 0 ? text.data : "",
              origin->unassessed > 0 ? TABLE_YELLOW : TABLE_PLAIN);
}

/* "12/12", "4/4 (4 of 5 cases planned)" */
static void add_cases(const struct judgement *judgement, struct table *table)
{
    _cleanup_buffer_ struct buffer scope = {0};

    matrix_view_scope(judgement, &scope);
    table_format(table, judgement->partial ? TABLE_YELLOW : TABLE_PLAIN, "%u/%u%s%s%s",
                 judgement->judged, judgement->total, scope.length > 0 ? " (" : "",
                 scope.length > 0 ? scope.data : "", scope.length > 0 ? ")" : "");
}

static void add_row(const struct matrix_cell *cell, const struct across_origin *origin,
                    struct table *table)
{
    enum verdict verdict = cell->judgement.verdict;

    table_add(table, cell->cell.image, TABLE_PLAIN);
    table_add(table, cell->cell.platform, TABLE_PLAIN);
    table_add(table, cell->cell.suite, TABLE_PLAIN);
    table_add(table, verdict_name(verdict), matrix_view_colour(verdict));
    add_cases(&cell->judgement, table);
    table_add(table, matrix_view_grade(cell), TABLE_PLAIN);
    table_format(table, TABLE_PLAIN, "%u %s", origin->age, ngettext("day", "days", origin->age));
    table_add(table, origin->run->id, TABLE_PLAIN);
    table_add(table, origin->run->build != NULL ? origin->run->build : "-", TABLE_PLAIN);
    add_why(cell, origin, table);
}

void across_view_text(const struct across *across, bool colour, struct buffer *out)
{
    const struct matrix *matrix = &across->matrix;
    struct table table = {0};
    size_t unassessed = 0;

    print_view(across, out);
    selection_view_text(&matrix->selection, "cell", "cells", colour, out);
    add_headings(&table);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        for (size_t i = 0; i < matrix->cells.count; i++)
            if (report_rank(matrix->cells.items[i].judgement.verdict) == rank &&
                selection_shows(&matrix->selection, i))
                add_row(&matrix->cells.items[i], &across->origins.items[i], &table);
    table_print(&table, "", colour, out);
    table_done(&table);
    matrix_view_counts(matrix, out);
    vec_foreach (origin, &across->origins)
        unassessed += origin->unassessed > 0;
    if (unassessed > 0)
        buffer_format(out, _("; %zu %s in newer runs not assessed"), unassessed,
                      ngettext("was", "were", unassessed));
    buffer_text(out,
                _("\n'touchstone show IMAGE/PLATFORM/SUITE --run RUN' shows a cell in full\n"));
}

static void write_origin(const struct across_origin *origin, struct json_writer *to)
{
    json_write_text(to, "run", origin->run->id);
    json_write_text(to, "label", origin->run->label);
    json_write_text(to, "build", origin->run->build);
    matrix_view_write_time(to, "created", origin->run->created_ms);
    json_write_text(to, "line", origin->line);
    json_write_integer(to, "age_days", origin->age);
    json_write_integer(to, "newer_not_assessed", origin->unassessed);
    json_write_text(to, "newest_run", origin->newest != NULL ? origin->newest->id : NULL);
}

void across_view_write_json(const struct across *across, struct exit_policy policy,
                            struct json_writer *to)
{
    const struct matrix *matrix = &across->matrix;

    json_write_object(to, NULL);
    json_write_format(to, "touchstone-matrix-across", 1);
    json_write_integer(to, "exit_code", matrix_exit_code(matrix, policy));
    write_view(across, to);
    selection_view_write_json(&matrix->selection, to);
    json_write_array(to, "cells");
    for (size_t i = 0; i < matrix->cells.count; i++) {
        if (!selection_shows(&matrix->selection, i))
            continue;
        json_write_object(to, NULL);
        write_origin(&across->origins.items[i], to);
        matrix_view_write_cell(&matrix->cells.items[i], to);
        json_write_end(to);
    }
    json_write_end(to);
    json_write_end(to);
}
