/* SPDX-License-Identifier: Apache-2.0 */
/* The overview: a tile for each platform, suites by platforms, and the reason for every cell that
 * is not compatible. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text_map.h"
#include "reports/again.h"
#include "reports/cell_view.h"
#include "reports/html.h"
#include "reports/markup.h"

/* What the result of a platform entitles to, in a sentence. */
static enum phrase entitles(const struct report_column *column, const struct image *image)
{
    bool stand_in = image != NULL && image->stand_in;

    if (column->verdict == VERDICT_INCOMPATIBLE)
        return PHRASE_ENTITLES_NOTHING;
    if (column->verdict == VERDICT_NOT_ASSESSED || column->grade == GRADE_NONE)
        return PHRASE_ENTITLES_OPEN;
    switch (column->grade) {
    case GRADE_NATIVE:
        return stand_in ? PHRASE_ENTITLES_NATIVE_STAND_IN : PHRASE_ENTITLES_NATIVE;
    case GRADE_VIRTUAL:
        return stand_in ? PHRASE_ENTITLES_VIRTUAL_STAND_IN : PHRASE_ENTITLES_VIRTUAL;
    case GRADE_REPORTED:
        return PHRASE_ENTITLES_REPORTED;
    default:
        return stand_in ? PHRASE_ENTITLES_EMULATED_STAND_IN : PHRASE_ENTITLES_EMULATED;
    }
}

static void add_tile(const struct page *page, const struct report_column *column)
{
    const struct report *report = page->report;
    const struct image *image = report_image(report, column->image);
    FILE *out = page->out;

    fprintf(out, "<li class=\"tile %s %s\">\n", html_verdict_class(column->verdict),
            grade_name(column->grade));
    markup_element(out, "h3", NULL, column->platform);
    fputs("<p class=\"part\">", out);
    markup_line(out, report_platform_title(report, column->platform));
    fputs("</p>\n<p class=\"word\">", out);
    html_verdict(page, column->verdict);
    fputs("</p>\n<p>", out);
    html_grade(page, column->grade);
    fputs("</p>\n", out);
    fprintf(out, "<p class=\"entitles\">%s%s", phrase(report, entitles(column, image)),
            column->verdict == VERDICT_CONDITIONAL ? phrase(report, PHRASE_ENTITLES_CONDITIONS)
                                                   : "");
    fprintf(out, "</p>\n<p class=\"coverage\"><b>%u/%u</b> %s",
            column->judged - column->probe_judged, column->total - column->probe_total,
            phrase(report, PHRASE_COVERAGE));
    if (column->probe_total > 0)
        fprintf(out, " <span class=\"of\">+ %u/%u %s</span>", column->probe_judged,
                column->probe_total, phrase(report, PHRASE_OF_PLATFORM));
    html_scope(page, column->total, column->defined, column->partial > 0);
    fprintf(
        out,
        "</p>\n"
        "<meter min=\"0\" max=\"%u\" value=\"%u\" aria-hidden=\"true\"></meter>\n<p class=\"on\">",
        column->defined > 0 ? column->defined : 1, column->judged);
    markup_line(out, report_image_title(report, column->image));
    fputs("</p>\n", out);
    if (image != NULL && image->stand_in)
        markup_element(out, "p", "standin", phrase(report, PHRASE_STAND_IN));
    fputs("</li>\n", out);
}

void html_tiles(const struct page *page)
{
    html_section(page, "platforms", PHRASE_PLATFORMS);
    fputs("<ul class=\"tiles\">\n", page->out);
    vec_foreach (column, &page->columns)
        add_tile(page, column);
    fputs("</ul>\n</section>\n", page->out);
}

/* "✔ 20/20": the grade is that of the column, unless it is said here. */
static void add_short_cell(const struct page *page, const struct report_column *column,
                           const struct matrix_cell *cell)
{
    FILE *out = page->out;

    fprintf(out, "<td class=\"cell %s\"", html_verdict_class(cell->judgement.verdict));
    html_mark(page, cell);
    html_mark_column(page, column);
    fputs(">", out);
    html_link(page, cell, NULL);
    fprintf(out, "%s %u/%u</a>", html_verdict_sign(cell->judgement.verdict), cell->judgement.judged,
            cell->judgement.total);
    if (report_grade(cell) != column->grade)
        html_grade(page, report_grade(cell));
    html_scope(page, cell->judgement.total, cell->judgement.defined, cell->judgement.partial);
    fputs("</td>", out);
}

static void add_cell(const struct page *page, const struct report_column *column,
                     const struct matrix_cell *cell)
{
    FILE *out = page->out;

    if (cell == NULL) {
        fputs("<td class=\"none\">–</td>", out);
        return;
    }
    if (page->large) {
        add_short_cell(page, column, cell);
        return;
    }
    fprintf(out, "<td class=\"cell %s\"", html_verdict_class(cell->judgement.verdict));
    html_mark(page, cell);
    html_mark_column(page, column);
    fputs(">", out);
    html_link(page, cell, NULL);
    html_verdict(page, cell->judgement.verdict);
    fputs("</a> <span class=\"under\">", out);
    html_grade(page, report_grade(cell));
    fprintf(out, " <span class=\"coverage\">%u/%u</span>", cell->judgement.judged,
            cell->judgement.total);
    html_scope(page, cell->judgement.total, cell->judgement.defined, cell->judgement.partial);
    if (cell->judgement.flaky)
        markup_element(out, "span", "flaky", phrase(page->report, PHRASE_FLAKY));
    fputs("</span></td>", out);
}

/* The cases of one cell, and where each is. */
struct column_cases {
    struct report_cases list;
    struct text_map places;
};

static const struct report_case *find_case(const struct column_cases *cases, const char *id)
{
    uint32_t at = text_map_get(&cases->places, id);

    return at != TEXT_MAP_NONE ? &cases->list.items[at] : NULL;
}

/* cases: one for each column. False: a case that passed wherever it was planned has no row. */
static bool add_case_row(const struct page *page, const char *suite, const char *id,
                         const struct column_cases *cases, bool shown)
{
    bool wanted = false;

    for (size_t i = 0; i < page->columns.count; i++) {
        const struct report_case *one = find_case(&cases[i], id);

        wanted = wanted || (one != NULL && one->status != STATUS_PASS);
    }
    if (!wanted || !shown)
        return wanted;
    fputs("<tr class=\"case\"", page->out);
    html_mark_suite(page, suite);
    fputs("><th scope=\"row\">", page->out);
    markup_line(page->out, id);
    fputs("</th>", page->out);
    for (size_t i = 0; i < page->columns.count; i++) {
        const struct report_case *one = find_case(&cases[i], id);
        bool linked;

        if (one == NULL) {
            fputs("<td class=\"none\">–</td>", page->out);
            continue;
        }
        fputs("<td", page->out);
        html_mark_column(page, &page->columns.items[i]);
        fputs(">", page->out);
        /* A long cell need not have the cases that passed. */
        linked = one->status != STATUS_PASS || cases[i].list.count <= HTML_CASES;
        if (linked)
            html_link(page, report_cell(page->report, &page->columns.items[i], suite), id);
        html_status(page, one->status);
        fputs(linked ? "</a></td>" : "</td>", page->out);
    }
    fputs("</tr>\n", page->out);
    return true;
}

/* The plan has the same cases for every cell of a suite; additional ones of a result are displayed
 * in its cell. Only the cells of one suite are open at a time. */
static void add_case_rows(const struct page *page, const char *suite)
{
    struct column_cases *cases = text_calloc(page->columns.count, sizeof(*cases));
    struct matrix_cell **open = text_calloc(page->columns.count, sizeof(struct matrix_cell *));
    const struct matrix_cell *any = NULL;
    size_t rows = 0;

    for (size_t i = 0; i < page->columns.count; i++) {
        struct matrix_cell *cell = report_cell(page->report, &page->columns.items[i], suite);

        if (cell == NULL || !report_open(page->report, cell))
            continue;
        report_cases(cell, &cases[i].list);
        report_index_cases(&cases[i].list, &cases[i].places);
        any = open[i] = cell;
    }
    if (any != NULL)
        vec_foreach (planned, &any->cell.cases)
            rows += add_case_row(page, suite, planned->id, cases, rows < HTML_CASE_ROWS);
    if (rows > HTML_CASE_ROWS) {
        fprintf(page->out, "<tr class=\"case\"><td colspan=\"%zu\">", page->columns.count + 1);
        html_more(page, rows, HTML_CASE_ROWS);
        fputs("</td></tr>\n", page->out);
    }
    for (size_t i = 0; i < page->columns.count; i++) {
        text_map_done(&cases[i].places);
        vec_done(&cases[i].list);
        if (open[i] != NULL)
            report_close(open[i]);
    }
    free(open);
    free(cases);
}

static void add_suite(const struct page *page, const char *suite)
{
    fputs("<tr class=\"suite\"", page->out);
    html_mark_suite(page, suite);
    fputs("><th scope=\"row\">", page->out);
    markup_line(page->out, suite);
    fputs(" ", page->out);
    markup_element(page->out, "small", NULL, report_suite_title(page->report, suite));
    fputs("</th>", page->out);
    vec_foreach (column, &page->columns)
        add_cell(page, column, report_cell(page->report, column, suite));
    fputs("</tr>\n", page->out);
    if (!page->large)
        add_case_rows(page, suite);
}

void html_matrix(const struct page *page)
{
    _cleanup_strv_ struct strv suites = {0};
    FILE *out = page->out;

    report_suites(page->report, &suites);
    html_section(page, "matrix", PHRASE_MATRIX);
    markup_element(out, "p", "note",
                   phrase(page->report, page->large ? PHRASE_MATRIX_LARGE : PHRASE_MATRIX_NOTE));
    html_filter_box(page);
    html_open_columns(page, "matrix", PHRASE_MATRIX, PHRASE_SUITE);
    fputs("<tbody>\n", out);
    for (size_t i = 0; i < suites.count; i++)
        add_suite(page, suites.items[i]);
    fputs("</tbody></table></div>\n</section>\n", out);
}

static void add_reason(const struct page *page, const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    _cleanup_free_ char *again = again_command(&page->report->matrix.run, &cell->cell, false);
    _cleanup_free_ char *open = report_open_command(page->report, cell);
    _cleanup_free_ char *look = report_show_command(page->report, cell, judgement->case_id);
    FILE *out = page->out;

    fprintf(out, "<li class=\"%s\"", html_verdict_class(judgement->verdict));
    html_mark(page, cell);
    fputs("><h3>", out);
    html_link(page, cell, judgement->case_id);
    markup_line(out, cell->cell.suite);
    fputs(" · ", out);
    markup_line(out, cell->cell.platform);
    markup_element(out, "small", NULL, cell->cell.image);
    fputs("</a> ", out);
    html_verdict(page, judgement->verdict);
    html_grade(page, report_grade(cell));
    fputs("</h3>\n<dl>", out);
    html_label(page, PHRASE_REASON);
    html_said(page, judgement->reason);
    fputs("</dd>\n", out);
    if (judgement->blame != BLAME_NONE) {
        html_label(page, PHRASE_BLAME);
        markup_line(out, phrase_blame(page->report, judgement->blame));
        fputs("</dd>\n", out);
    }
    html_label(page, PHRASE_RULE);
    fprintf(out, "%u · %s</dd>\n", judgement->rule, phrase_rule(page->report, judgement->rule));
    html_command(page, PHRASE_LOOK, look);
    html_command(page, PHRASE_AGAIN, again);
    if (open != NULL)
        html_command(page, PHRASE_OPEN, open);
    fputs("</dl></li>\n", out);
}

void html_reasons(const struct page *page)
{
    size_t count = 0, written = 0;

    html_section(page, "why", PHRASE_WHY);
    vec_foreach (cell, &page->report->matrix.cells)
        count += cell->judgement.verdict != VERDICT_COMPATIBLE;
    if (count == 0)
        markup_element(page->out, "p", "note",
                       phrase(page->report, page->report->matrix.cells.count > 0
                                                ? PHRASE_WHY_NONE
                                                : PHRASE_NEVER_RAN));
    else
        fputs("<ol class=\"reasons\">\n", page->out);
    for (int rank = 0; rank < report_rank(VERDICT_COMPATIBLE); rank++)
        vec_foreach (cell, &page->report->matrix.cells) {
            if (report_rank(cell->judgement.verdict) == rank && written++ < HTML_REASONS)
                add_reason(page, cell);
        }
    fputs(count == 0 ? "\n" : "</ol>\n", page->out);
    html_more(page, written, HTML_REASONS);
    fputs("</section>\n", page->out);
}
