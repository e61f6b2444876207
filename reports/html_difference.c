/* SPDX-License-Identifier: Apache-2.0 */
/* Differences between the platforms, and between an emulation and the physical CPU. */
#include <string.h>

#include "base/cleanup.h"
#include "reports/html.h"
#include "reports/markup.h"

static void add_row(const struct page *page, const struct difference *row)
{
    const char *first = NULL;
    FILE *out = page->out;

    fputs("<tr><th scope=\"row\">", out);
    markup_line(out, row->key);
    if (row->unit != NULL) {
        fputs(" ", out);
        markup_element(out, "small", NULL, row->unit);
    }
    fputs("</th>", out);
    for (size_t i = 0; i < row->values.count; i++) {
        const char *value = row->values.items[i];

        if (*value == '\0') {
            fputs("<td class=\"none\">–</td>", out);
            continue;
        }
        first = first != NULL ? first : value;
        fprintf(out, "<td%s", strcmp(first, value) != 0 ? " class=\"other\"" : "");
        if (!html_columns_fit(page))
            html_mark_column(page, &page->columns.items[i]);
        fputs(">", out);
        markup_line(out, value);
        if (row->gap.items[i]) {
            fputs(" <abbr title=\"", out);
            markup_line(out, phrase(page->report, PHRASE_EMULATION_ONLY));
            fputs("\">TCG</abbr>", out);
        }
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

static void add_rows(const struct page *page, const struct difference_group *group)
{
    vec_foreach (row, &group->rows)
        add_row(page, row);
    if (group->left_out > 0)
        fprintf(page->out, "<tr><td colspan=\"%zu\">… %zu %s</td></tr>\n", page->columns.count + 1,
                group->left_out, phrase(page->report, PHRASE_MORE));
    fputs("</tbody>\n", page->out);
}

/* Differences without an explanation are collapsed. */
static void add_folded(const struct page *page, const struct difference_group *group)
{
    static const enum phrase titles[] = {
        [DIFFERENCE_OTHER] = PHRASE_DIFFERENCES_OTHER,
        [DIFFERENCE_IDENTITY] = PHRASE_DIFFERENCES_IDENTITY,
        [DIFFERENCE_FIGURE] = PHRASE_DIFFERENCES_FIGURES,
    };

    fprintf(page->out, "<details><summary>%s <span class=\"of\">%zu</span></summary>\n",
            phrase(page->report, titles[group->kind]), group->rows.count + group->left_out);
    if (group->kind == DIFFERENCE_FIGURE)
        markup_element(page->out, "p", "note", phrase(page->report, PHRASE_FIGURES_NOTE));
    html_open_columns(page, "values", titles[group->kind], PHRASE_OBSERVATION);
    fputs("<tbody>\n", page->out);
    add_rows(page, group);
    fputs("</table></div>\n</details>\n", page->out);
}

static void add_explained(const struct page *page, const struct difference_group *group)
{
    FILE *out = page->out;

    fprintf(out, "<tbody>\n<tr class=\"why\"><td colspan=\"%zu\">", page->columns.count + 1);
    if (group->kind == DIFFERENCE_BREAKING)
        markup_element(out, "p", "breaking", phrase(page->report, PHRASE_DIFFERENCES_BREAKING));
    markup_element(out, "h3", NULL, group->title);
    markup_element(out, "p", NULL, group->text);
    fputs("</td></tr>\n", out);
    add_rows(page, group);
}

void html_differences(const struct page *page)
{
    struct differences found = {0};

    html_section(page, "differences", PHRASE_DIFFERENCES);
    if (page->large) {
        markup_element(page->out, "p", "note", phrase(page->report, PHRASE_DIFFERENCES_LARGE));
        fputs("</section>\n", page->out);
        return;
    }
    differences_find(page->report, &page->columns, &found);
    markup_element(page->out, "p", "note",
                   phrase(page->report, page->columns.count < 2   ? PHRASE_DIFFERENCES_ONE
                                        : found.groups.count == 0 ? PHRASE_DIFFERENCES_NONE
                                                                  : PHRASE_DIFFERENCES_NOTE));
    fputs("\n", page->out);
    if (found.groups.count > 0 && found.groups.items[0].kind <= DIFFERENCE_EXPLAINED) {
        html_open_columns(page, "values", PHRASE_DIFFERENCES, PHRASE_OBSERVATION);
        vec_foreach (group, &found.groups) {
            if (group->kind <= DIFFERENCE_EXPLAINED)
                add_explained(page, group);
        }
        fputs("</table></div>\n", page->out);
    }
    vec_foreach (group, &found.groups) {
        if (group->kind > DIFFERENCE_EXPLAINED)
            add_folded(page, group);
    }
    fputs("</section>\n", page->out);
    differences_done(&found);
}

static void add_gaps(const struct page *page, const struct strv *names)
{
    fputs("<td>", page->out);
    for (size_t i = 0; i < names->count; i++) {
        markup_element(page->out, "code", NULL, names->items[i]);
        fputs(" ", page->out);
    }
    if (names->count == 0)
        markup_element(page->out, "span", "of", phrase(page->report, PHRASE_GAP_NONE));
    fputs("</td>", page->out);
}

static void add_gap_row(const struct page *page, const struct report_column *column)
{
    const struct platform *platform = report_platform(page->report, column->platform);
    FILE *out = page->out;

    fputs("<tr><th scope=\"row\">", out);
    html_column_name(page, column);
    fputs(" ", out);
    html_grade(page, column->grade);
    markup_element(out, "small", "part", platform != NULL ? platform->part : NULL);
    fputs("</th>", out);
    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++) {
        _cleanup_strv_ struct strv names = {0};

        if (report_gaps(page->report, column, kind, &names))
            add_gaps(page, &names);
        else
            markup_element(out, "td", "none", phrase(page->report, PHRASE_NOT_MEASURED));
    }
    fputs("</tr>\n", out);
}

static void add_skipped(const struct page *page)
{
    size_t count = 0;

    vec_foreach (cell, &page->report->matrix.cells) {
        const struct result *latest = matrix_cell_latest(cell);

        if (latest == NULL)
            continue;
        vec_foreach (row, &latest->cases) {
            if (!row->gap)
                continue;
            if (count++ == 0) {
                markup_element(page->out, "h3", NULL, phrase(page->report, PHRASE_GAP_SKIPPED));
                fputs("\n<ul>\n", page->out);
            }
            fputs("<li>", page->out);
            html_link(page, cell, row->id);
            markup_line(page->out, cell->cell.suite);
            fputs("/", page->out);
            markup_line(page->out, row->id);
            fputs(" · ", page->out);
            markup_line(page->out, cell->cell.platform);
            fputs("</a>: ", page->out);
            html_said(page, row->reason);
            fputs("</li>\n", page->out);
        }
    }
    fputs(count > 0 ? "</ul>\n" : "", page->out);
}

/* In a large page: the first column of a platform of which a guest was measured, which is read. */
static bool measure_platform(const struct page *page, struct strv *seen,
                             const struct report_column *column)
{
    if (strv_has(seen, column->platform))
        return false;
    vec_foreach (cell, &page->report->matrix.cells) {
        if (cell->summary.attempts == 0 || !report_in_column(column, cell))
            continue;
        if (cell->attempts.count == 0 && report_open(page->report, cell))
            report_close(cell);
        strv_add(seen, column->platform);
        return true;
    }
    return false;
}

void html_gaps(const struct page *page)
{
    _cleanup_strv_ struct strv seen = {0};
    FILE *out = page->out;

    if (!page->large)
        report_measure(page->report);
    html_section(page, "gaps", PHRASE_GAPS);
    markup_element(out, "p", "note", phrase(page->report, PHRASE_GAPS_NOTE));
    if (page->large)
        markup_element(out, "p", "note", phrase(page->report, PHRASE_GAPS_LARGE));
    html_open_table(page, "gaps", PHRASE_GAPS);
    fputs("<thead><tr>", out);
    html_column_head(page, PHRASE_PLATFORM);
    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++)
        fprintf(out, "<th scope=\"col\">%s</th>", phrase_gap(page->report, kind));
    fputs("</tr></thead>\n<tbody>\n", out);
    vec_foreach (column, &page->columns) {
        if (!page->large || measure_platform(page, &seen, column))
            add_gap_row(page, column);
    }
    fputs("</tbody></table></div>\n", out);
    add_skipped(page);
    fputs("</section>\n", out);
}
