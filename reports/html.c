/* SPDX-License-Identifier: Apache-2.0 */
/* The page: head, order of sections, and helpers that its parts share. */
#include "reports/html.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/said.h"
#include "reports/format.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

/* Limit of captured output in a page; failing cells are written first, so that their output is
 * included. */
enum { OUTPUT_BYTES = 16 << 20, FILES_BYTES = 2 << 20 };

const char *html_verdict_class(enum verdict verdict)
{
    static const char *const classes[VERDICT_COUNT] = {"open", "bad", "mixed", "good"};

    return classes[verdict];
}

const char *html_verdict_sign(enum verdict verdict)
{
    static const char *const signs[VERDICT_COUNT] = {"?", "✖", "◐", "✔"};

    return signs[verdict];
}

/* The same in the other language. */
static void add_other(const struct page *page, const char *text)
{
    fprintf(page->out, " <small lang=\"%s\">",
            page->report->language == LANGUAGE_ZH ? "en" : "zh-CN");
    markup_line(page->out, text);
    fputs("</small></span>", page->out);
}

void html_verdict(const struct page *page, enum verdict verdict)
{
    fprintf(page->out, "<span class=\"verdict %s\"><i aria-hidden=\"true\">%s</i> ",
            html_verdict_class(verdict), html_verdict_sign(verdict));
    markup_line(page->out, phrase_verdict(page->report, verdict));
    add_other(page, phrase_other_verdict(page->report, verdict));
}

void html_grade(const struct page *page, enum grade grade)
{
    fprintf(page->out, "<span class=\"grade %s\">", grade_name(grade));
    markup_line(page->out, phrase_grade(page->report, grade));
    add_other(page, phrase_other_grade(page->report, grade));
}

void html_status(const struct page *page, enum status status)
{
    static const char *const classes[STATUS_COUNT] = {"skip", "done",  "pass",
                                                      "miss", "error", "fail"};

    fprintf(page->out, "<span class=\"status %s\" title=\"", classes[status]);
    markup_line(page->out, phrase_status(page->report, status));
    fprintf(page->out, "\">%s</span>", status_name(status));
}

void html_scope(const struct page *page, unsigned planned, unsigned defined, bool partial)
{
    if (planned == defined)
        return;
    fputs(" ", page->out);
    if (partial)
        markup_element(page->out, "span", "partial", phrase(page->report, PHRASE_PARTIAL));
    fprintf(page->out, " <span class=\"scope\">%u/%u %s</span>", planned, defined,
            phrase(page->report, PHRASE_PLANNED));
}

void html_label(const struct page *page, enum phrase label)
{
    markup_element(page->out, "dt", NULL, phrase(page->report, label));
    fputs("<dd>", page->out);
}

static bool has_chinese(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0xe4 && (unsigned char)text[i] <= 0xe9)
            return true;
    return false;
}

/* The parts of a sentence in Chinese that stayed as they were are marked as English. */
static void add_parts(FILE *out, const char *text)
{
    static const char colon[] = "：", semicolon[] = "；";

    while (*text != '\0') {
        const char *end = text;
        _cleanup_free_ char *part = NULL;
        bool other;

        while (*end != '\0' && !text_starts(end, colon) && !text_starts(end, semicolon))
            end++;
        part = text_ndup(text, (size_t)(end - text));
        other = *part != '\0' && !has_chinese(part, strlen(part));
        fputs(other ? "<span lang=\"en\">" : "", out);
        markup_line(out, part);
        fputs(other ? "</span>" : "", out);
        if (*end != '\0') {
            fputs(text_starts(end, colon) ? colon : semicolon, out);
            end += strlen(colon);
        }
        text = end;
    }
}

void html_said(const struct page *page, const char *text)
{
    _cleanup_free_ char *said = text != NULL ? said_in(text, page->report->language) : NULL;

    if (said != NULL && page->report->language == LANGUAGE_ZH)
        add_parts(page->out, said);
    else
        markup_line(page->out, said);
}

void html_command(const struct page *page, enum phrase label, const char *command)
{
    html_label(page, label);
    fprintf(page->out, "<code class=\"command\"%s>",
            label == PHRASE_AGAIN ? " data-copy=\"\"" : "");
    markup_line(page->out, command);
    fputs("</code></dd>\n", page->out);
}

void html_body(const struct page *page)
{
    fprintf(page->out, "<body data-print=\"%s\">\n", report_print_words[page->report->print]);
}

void html_section(const struct page *page, const char *id, enum phrase title)
{
    fprintf(page->out, "<section id=\"%s\">\n", id);
    markup_element(page->out, "h2", NULL, phrase(page->report, title));
    fputs("\n", page->out);
}

bool html_columns_fit(const struct page *page)
{
    enum { COLUMNS_THAT_FIT = 6 };

    return page->columns.count <= COLUMNS_THAT_FIT;
}

void html_column_head(const struct page *page, enum phrase name)
{
    fprintf(page->out, "<th scope=\"col\">%s</th>", phrase(page->report, name));
}

void html_row_head(const struct page *page, const char *name)
{
    fputs("<th scope=\"row\">", page->out);
    markup_line(page->out, name);
    fputs("</th>", page->out);
}

void html_open_table(const struct page *page, const char *class, enum phrase name)
{
    fprintf(page->out,
            "\n<div class=\"wide%s\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table "
            "class=\"%s\">\n",
            html_columns_fit(page) ? " fits" : " many", phrase(page->report, name), class);
}

static size_t number_of(const struct page *page, const struct matrix_cell *cell)
{
    return (size_t)(cell - page->report->matrix.cells.items);
}

static void add_address(const struct page *page, const struct matrix_cell *cell,
                        const char *case_id)
{
    markup_line(page->out, page->report->names.items[number_of(page, cell)]);
    if (case_id != NULL) {
        fputs("/", page->out);
        markup_line(page->out, case_id);
    }
}

void html_anchor(const struct page *page, const struct matrix_cell *cell, const char *case_id)
{
    fputs(" id=\"", page->out);
    add_address(page, cell, case_id);
    fputs("\"", page->out);
}

void html_mark(const struct page *page, const struct matrix_cell *cell)
{
    fprintf(page->out, " data-cell=\"%zu\"", number_of(page, cell));
}

void html_mark_suite(const struct page *page, const char *suite)
{
    fputs(" data-suite=\"", page->out);
    markup_line(page->out, suite);
    fputs("\"", page->out);
}

char *html_cell_path(const struct page *page, const struct matrix_cell *cell)
{
    return text_format("cells/%s.html", page->report->names.items[number_of(page, cell)]);
}

void html_link(const struct page *page, const struct matrix_cell *cell, const char *case_id)
{
    if (!page->site && !page->inside[number_of(page, cell)]) {
        fputs("<a>", page->out);
        return;
    }
    fputs("<a href=\"", page->out);
    if (page->site) {
        _cleanup_free_ char *path = html_cell_path(page, cell);

        markup_line(page->out, path);
    }
    fputs("#", page->out);
    add_address(page, cell, case_id);
    fputs("\">", page->out);
}

void html_more(const struct page *page, size_t count, size_t limit)
{
    if (count > limit)
        fprintf(page->out, "<p class=\"note\">… %zu %s</p>\n", count - limit,
                phrase(page->report, PHRASE_MORE));
}

bool html_column_is_shared(const struct page *page, const struct report_column *column)
{
    vec_foreach (other, &page->columns)
        if (other != column && strcmp(other->platform, column->platform) == 0)
            return true;
    return false;
}

void html_column_name(const struct page *page, const struct report_column *column)
{
    markup_line(page->out, column->platform);
    if (html_column_is_shared(page, column)) {
        fputs(" ", page->out);
        markup_element(page->out, "small", NULL, column->image);
    }
}

void html_mark_column(const struct page *page, const struct report_column *column)
{
    fputs(" data-on=\"", page->out);
    markup_line(page->out, column->platform);
    if (html_column_is_shared(page, column)) {
        fputs(" · ", page->out);
        markup_line(page->out, column->image);
    }
    fputs("\"", page->out);
}

void html_open_columns(const struct page *page, const char *class, enum phrase name,
                       enum phrase first)
{
    FILE *out = page->out;

    html_open_table(page, class, name);
    fputs("<thead><tr>", out);
    html_column_head(page, first);
    vec_foreach (column, &page->columns) {
        fputs("<th scope=\"col\">", out);
        html_column_name(page, column);
        if (page->large) {
            fputs(" ", out);
            html_grade(page, column->grade);
        }
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n", out);
}

/* The details come last, but what precedes them links to those that there are. */
static char *make_details(struct page *page)
{
    FILE *out = page->out;
    char *text = NULL;
    size_t length = 0;

    page->out = open_memstream(&text, &length);
    if (page->out == NULL)
        text_out_of_memory();
    html_cells(page);
    if (fclose(page->out) != 0)
        text_out_of_memory();
    page->out = out;
    return text;
}

void html_start(struct page *page, const struct report *report, FILE *out)
{
    *page = (struct page){.out = out,
                          .report = report,
                          .large = report->matrix.cells.count > HTML_CELLS,
                          .inside = text_calloc(report->matrix.cells.count + 1, sizeof(bool)),
                          .budget = OUTPUT_BYTES,
                          .files = FILES_BYTES};
    report_columns(report, &page->columns);
}

void html_done(struct page *page)
{
    buffer_done(&page->facts);
    vec_done(&page->columns);
    free(page->inside);
}

void html_overview(struct page *page, const char *details)
{
    FILE *out = page->out;

    html_head(page);
    fputs("<main>\n", out);
    html_tiles(page);
    html_contents(page);
    html_matrix(page);
    html_reasons(page);
    html_differences(page);
    html_gaps(page);
    fputs(details != NULL ? details : "", out);
    html_tested(page);
    html_legend(page);
    fputs("</main>\n<footer><p>", out);
    markup_line(out, phrase(page->report, PHRASE_FOOT));
    fputs("</p></footer>\n", out);
    html_scripts(page, html_filter_write(page));
    fputs("</body>\n</html>\n", out);
}

static void write_html(const struct report *report, FILE *out)
{
    _cleanup_(html_done) struct page page;
    _cleanup_free_ char *details = NULL;

    html_start(&page, report, out);
    details = make_details(&page);
    html_overview(&page, details);
}

REPORT_FORMAT(html, ".html", "One page that can be read offline and printed, also without scripts")
