/* SPDX-License-Identifier: Apache-2.0 */
/* The matrix as text. */
#include "reports/matrix_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/translate.h"
#include "model/said.h"
#include "reports/report.h"
#include "reports/selection_view.h"

enum { REASON_BYTES = 400, BRIEF_REASONS = 100 };

const char *matrix_view_grade(const struct matrix_cell *cell)
{
    const struct cell_summary *summary = &cell->summary;

    return summary->attempts > 0 && summary->grade != GRADE_NONE ? grade_name(summary->grade) : "-";
}

enum table_colour matrix_view_colour(enum verdict verdict)
{
    static const enum table_colour colours[VERDICT_COUNT] = {
        [VERDICT_NOT_ASSESSED] = TABLE_RED,
        [VERDICT_INCOMPATIBLE] = TABLE_RED,
        [VERDICT_CONDITIONAL] = TABLE_YELLOW,
        [VERDICT_COMPATIBLE] = TABLE_GREEN,
    };

    return colours[verdict];
}

void matrix_view_scope(const struct judgement *judgement, struct buffer *out)
{
    if (judgement->total < judgement->defined)
        buffer_format(out, "%u of %u cases planned", judgement->total, judgement->defined);
}

struct left_out_cells matrix_view_left_out(const struct matrix *matrix)
{
    struct left_out_cells found = {0};

    vec_foreach (cell, &matrix->cells) {
        found.any += cell->judgement.total < cell->judgement.defined;
        found.required += cell->judgement.partial;
    }
    return found;
}

void matrix_view_items(const struct matrix *matrix, struct buffer *out)
{
    for (size_t i = 0; i < matrix->run.plan.items.count; i++)
        buffer_format(out, "%s%s", i > 0 ? "," : "", matrix->run.plan.items.items[i]);
}

void matrix_view_time(int64_t wall_ms, struct buffer *out)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(wall_ms, text);
    buffer_format(out, "%.10s %.8s UTC", text, text + 11);
}

void matrix_view_line(const char *text, size_t limit, struct buffer *out)
{
    size_t length = strlen(text);

    while (length > limit && limit > 0 && (text[limit] & 0xc0) == 0x80)
        limit--;
    buffer_printable(out, text, length < limit ? length : limit, false);
    if (length > limit)
        buffer_text(out, "…");
}

/* Prints the first `limit` reasons; returns the number of others. */
static size_t print_reasons(const struct matrix *matrix, size_t limit, bool colour,
                            struct buffer *out)
{
    size_t count = 0;

    for (int now = 0; now < report_rank(VERDICT_COMPATIBLE); now++)
        vec_foreach (cell, &matrix->cells) {
            const struct judgement *judgement = &cell->judgement;
            _cleanup_free_ char *said = NULL;

            if (report_rank(judgement->verdict) != now ||
                !selection_shows(&matrix->selection, (size_t)(cell - matrix->cells.items)))
                continue;
            if (count++ >= limit)
                continue;
            buffer_text(out, count > 1 ? "" : _("\nwhy\n"));
            buffer_format(out, "  %s/%s/%s  ", cell->cell.image, cell->cell.platform,
                          cell->cell.suite);
            table_paint(out, verdict_name(judgement->verdict),
                        matrix_view_colour(judgement->verdict), colour);
            buffer_format(out, " %s", matrix_view_grade(cell));
            if (judgement->blame != BLAME_NONE)
                buffer_format(out, " (%s)", blame_name(judgement->blame));
            buffer_text(out, ": ");
            said = said_here(judgement->reason);
            matrix_view_line(said, REASON_BYTES, out);
            buffer_text(out, "\n");
        }
    return count > limit ? count - limit : 0;
}

void matrix_view_counts(const struct matrix *matrix, struct buffer *out)
{
    static const enum verdict order[] = {VERDICT_INCOMPATIBLE, VERDICT_NOT_ASSESSED,
                                         VERDICT_CONDITIONAL, VERDICT_COMPATIBLE};
    size_t emulated = 0, reported = 0;

    buffer_format(out, "\n%s%zu %s:", matrix->selection.query != NULL ? _("all ") : "",
                  matrix->cells.count, ngettext("cell", "cells", matrix->cells.count));
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        size_t count = 0;

        vec_foreach (cell, &matrix->cells)
            count += cell->judgement.verdict == order[i];
        buffer_format(out, "%s %zu %s", i > 0 ? "," : "", count, verdict_name(order[i]));
    }
    vec_foreach (cell, &matrix->cells) {
        emulated += strcmp(matrix_view_grade(cell), grade_name(GRADE_EMULATED)) == 0;
        reported += strcmp(matrix_view_grade(cell), grade_name(GRADE_REPORTED)) == 0;
    }
    if (emulated > 0)
        buffer_format(out, _("; %zu emulated"), emulated);
    if (reported > 0)
        buffer_format(out, _("; %zu reported by other systems"), reported);
}

static void print_sum(const struct matrix *matrix, struct buffer *out)
{
    matrix_view_counts(matrix, out);
    buffer_format(out,
                  _("\n'touchstone show IMAGE/PLATFORM/SUITE' shows a cell in full, 'touchstone "
                    "report %s -o report.html' the whole run\n"),
                  matrix->run.id);
}

/* The first line of a matrix in which suites are not planned completely. */
static void print_left_out(const struct matrix *matrix, bool colour, struct buffer *out)
{
    struct left_out_cells cells = matrix_view_left_out(matrix);
    _cleanup_buffer_ struct buffer items = {0}, text = {0};

    if (cells.any == 0)
        return;
    matrix_view_items(matrix, &items);
    buffer_format(&text, _("%s: %zu of %zu %s %s cases of the suite"),
                  cells.required > 0 ? _("Partial") : _("Scope"), cells.any, matrix->cells.count,
                  ngettext("cell", "cells", matrix->cells.count),
                  ngettext("leaves out", "leave out", cells.any));
    if (items.length > 0)
        buffer_format(&text, _(" (--item %s)"), items.data);
    if (cells.required == 0)
        buffer_text(&text, _(", none of them required"));
    else if (cells.required < cells.any)
        buffer_format(&text, _(", %zu of them required ones"), cells.required);
    table_paint(out, text.data, cells.required > 0 ? TABLE_YELLOW : TABLE_PLAIN, colour);
    buffer_text(out, "\n");
}

static void add_about(const char *what, const char *text, struct buffer *out)
{
    if (text == NULL)
        return;
    buffer_format(out, "  %s '", what);
    matrix_view_line(text, SIZE_MAX, out);
    buffer_text(out, "'");
}

void matrix_view_about(const struct plan *plan, struct buffer *out)
{
    add_about(_("label"), plan->label, out);
    add_about(_("build"), plan->build, out);
}

static void print_head(const struct matrix *matrix, bool colour, struct buffer *out)
{
    selection_view_text(&matrix->selection, "cell", "cells", colour, out);
    print_left_out(matrix, colour, out);
    buffer_format(out, _("run %s  "), matrix->run.id);
    matrix_view_time(matrix->run.created_ms, out);
    buffer_format(out, "  %s%s", run_state_name(matrix->run.state),
                  matrix->run.plan.aside ? _(", aside") : "");
    matrix_view_about(&matrix->run.plan, out);
    buffer_text(out, "\n");
}

bool matrix_view_is_large(const struct matrix *matrix)
{
    return (matrix->selection.query != NULL ? matrix->selection.count : matrix->cells.count) >
           MATRIX_VIEW_LARGE;
}

void matrix_view_brief(const struct matrix *matrix, bool colour, struct buffer *out)
{
    size_t more;

    print_head(matrix, colour, out);
    more = print_reasons(matrix, BRIEF_REASONS, colour, out);
    if (more > 0)
        buffer_format(out, _("  … and %zu more cells that are not compatible\n"), more);
    print_sum(matrix, out);
    buffer_format(out, _("'touchstone matrix %s --all' lists every cell\n"), matrix->run.id);
}

void matrix_view_text(const struct matrix *matrix, bool colour, struct buffer *out)
{
    print_head(matrix, colour, out);
    matrix_view_grids(matrix, colour, out);
    print_reasons(matrix, SIZE_MAX, colour, out);
    print_sum(matrix, out);
}
