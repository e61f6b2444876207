/* SPDX-License-Identifier: Apache-2.0 */
/* The page: head, order of sections, and helpers that its parts share. */
#include "reports/html.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/format.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

extern const char reports_html_css[];

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

void html_verdict(const struct page *page, enum verdict verdict)
{
    fprintf(page->out, "<span class=\"verdict %s\"><i aria-hidden=\"true\">%s</i> ",
            html_verdict_class(verdict), html_verdict_sign(verdict));
    markup_line(page->out, phrase_verdict(page->report, verdict));
    fputs(" ", page->out);
    markup_element(page->out, "small", NULL, phrase_other_verdict(page->report, verdict));
    fputs("</span>", page->out);
}

void html_grade(const struct page *page, enum grade grade)
{
    fprintf(page->out, "<span class=\"grade %s\">", grade_name(grade));
    markup_line(page->out, phrase_grade(page->report, grade));
    fputs(" ", page->out);
    markup_element(page->out, "small", NULL, phrase_other_grade(page->report, grade));
    fputs("</span>", page->out);
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

void html_command(const struct page *page, enum phrase label, const char *command)
{
    html_label(page, label);
    markup_element(page->out, "code", "command", command);
    fputs("</dd>\n", page->out);
}

void html_section(const struct page *page, const char *id, enum phrase title)
{
    fprintf(page->out, "<section id=\"%s\">\n", id);
    markup_element(page->out, "h2", NULL, phrase(page->report, title));
    fputs("\n", page->out);
}

void html_open_table(const struct page *page, const char *class)
{
    enum { COLUMNS_THAT_FIT = 6 };

    fprintf(page->out, "\n<div class=\"wide%s\" tabindex=\"0\"><table class=\"%s\">\n",
            page->columns.count <= COLUMNS_THAT_FIT ? " fits" : "", class);
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

void html_link(const struct page *page, const struct matrix_cell *cell, const char *case_id)
{
    if (!page->inside[number_of(page, cell)]) {
        fputs("<a>", page->out);
        return;
    }
    fputs("<a href=\"#", page->out);
    add_address(page, cell, case_id);
    fputs("\">", page->out);
}

void html_more(const struct page *page, size_t count, size_t limit)
{
    if (count > limit)
        fprintf(page->out, "<p class=\"note\">… %zu %s</p>\n", count - limit,
                phrase(page->report, PHRASE_MORE));
}

void html_column_name(const struct page *page, const struct report_column *column)
{
    size_t same = 0;

    vec_foreach (other, &page->columns)
        same += strcmp(other->platform, column->platform) == 0;
    markup_line(page->out, column->platform);
    if (same > 1) {
        fputs(" ", page->out);
        markup_element(page->out, "small", NULL, column->image);
    }
}

void html_open_columns(const struct page *page, const char *class, enum phrase first)
{
    FILE *out = page->out;

    html_open_table(page, class);
    fputs("<thead><tr><th scope=\"col\">", out);
    markup_line(out, phrase(page->report, first));
    fputs("</th>", out);
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

static void add_head(const struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-",
            phrase(report, PHRASE_LANG));
    markup_hash(out, reports_html_css);
    fputs("'; script-src", out);
    html_filter_hashes(page);
    fputs("; base-uri 'none'; form-action 'none'\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>",
          out);
    fprintf(out, "%s · %s", phrase(report, PHRASE_TITLE), report->matrix.run.id);
    fputs("</title>\n<style>", out);
    fputs(reports_html_css, out);
    fputs("</style>\n</head>\n<body>\n", out);
}

static void add_time(const struct page *page, enum phrase label, int64_t wall_ms)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (wall_ms <= 0)
        return;
    matrix_view_time(wall_ms, &text);
    fprintf(page->out, "<span>%s <b>%s</b></span>\n", phrase(page->report, label), text.data);
}

/* "8 compatible, 1 incompatible …", worst verdict first. */
static void add_counts(const struct page *page)
{
    const struct report *report = page->report;

    fputs("<p class=\"counts\">", page->out);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
            size_t count = 0;

            if (report_rank(verdict) != rank)
                continue;
            vec_foreach (cell, &report->matrix.cells)
                count += cell->judgement.verdict == verdict;
            if (count == 0)
                continue;
            fprintf(page->out, "<span><b>%zu</b> ", count);
            html_verdict(page, verdict);
            fputs("</span> ", page->out);
        }
    fprintf(page->out, "<span class=\"of\">/ %zu %s</span></p>\n", report->matrix.cells.count,
            phrase(report, report->matrix.cells.count == 1 ? PHRASE_CELL : PHRASE_CELLS));
}

static void add_notice(const struct page *page, const char *class, const char *text)
{
    fprintf(page->out, "<p class=\"notice %s\" role=\"note\">%s</p>\n", class, text);
}

static void add_partial(const struct page *page)
{
    const struct matrix *matrix = &page->report->matrix;
    struct left_out_cells cells = matrix_view_left_out(matrix);
    _cleanup_buffer_ struct buffer items = {0};

    if (cells.required == 0)
        return;
    matrix_view_items(matrix, &items);
    fprintf(page->out, "<p class=\"notice scope\" role=\"note\">%s%zu/%zu",
            phrase(page->report, PHRASE_PARTIAL_NOTICE), cells.required, matrix->cells.count);
    if (items.length > 0) {
        fputs(" (<code>--item ", page->out);
        markup_line(page->out, items.data);
        fputs("</code>)", page->out);
    }
    fputs("</p>\n", page->out);
}

/* Notices that must precede the tiles. */
static void add_notices(const struct page *page)
{
    const char *emulation = phrase_emulation(page->report);
    const char *reported = phrase_reported(page->report);

    if (page->report->matrix.run.state == RUN_OPEN)
        add_notice(page, "stop", phrase(page->report, PHRASE_STATE_OPEN));
    if (page->report->matrix.run.state == RUN_INTERRUPTED)
        add_notice(page, "stop", phrase(page->report, PHRASE_STATE_INTERRUPTED));
    add_partial(page);
    if (emulation != NULL)
        add_notice(page, "emulation", emulation);
    if (reported != NULL)
        add_notice(page, "scope", reported);
}

static void add_contents(const struct page *page)
{
    static const struct {
        const char *id;
        enum phrase title;
    } parts[] = {
        {"matrix", PHRASE_MATRIX}, {"why", PHRASE_WHY},       {"differences", PHRASE_DIFFERENCES},
        {"gaps", PHRASE_GAPS},     {"cells", PHRASE_DETAILS}, {"tested", PHRASE_TESTED},
        {"legend", PHRASE_LEGEND}};

    fprintf(page->out, "<nav aria-label=\"%s\">", phrase(page->report, PHRASE_CONTENTS));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        fprintf(page->out, "<a href=\"#%s\">%s</a>\n", parts[i].id,
                phrase(page->report, parts[i].title));
    fputs("</nav>\n", page->out);
}

static void add_top(const struct page *page)
{
    const struct run_record *run = &page->report->matrix.run;

    fputs("<header>\n<p class=\"brand\">Touchstone <span lang=\"zh\">试金石</span></p>\n",
          page->out);
    markup_element(page->out, "h1", NULL, phrase(page->report, PHRASE_TITLE));
    fprintf(page->out, "\n<p class=\"when\"><span>%s <b>", phrase(page->report, PHRASE_RUN));
    markup_line(page->out, run->id);
    fputs("</b></span>\n", page->out);
    add_time(page, PHRASE_CREATED, run->created_ms);
    add_time(page, PHRASE_ENDED, run->ended_ms);
    fputs("</p>\n", page->out);
    add_counts(page);
    add_notices(page);
    fputs("</header>\n", page->out);
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

static void write_html(const struct report *report, FILE *out)
{
    struct page page = {.out = out,
                        .report = report,
                        .large = report->matrix.cells.count > HTML_CELLS,
                        .inside = text_calloc(report->matrix.cells.count + 1, sizeof(bool)),
                        .budget = OUTPUT_BYTES,
                        .files = FILES_BYTES};
    _cleanup_free_ char *details = NULL;

    report_columns(report, &page.columns);
    details = make_details(&page);
    add_head(&page);
    add_top(&page);
    fputs("<main>\n", out);
    html_tiles(&page);
    add_contents(&page);
    html_matrix(&page);
    html_reasons(&page);
    html_differences(&page);
    html_gaps(&page);
    fputs(details, out);
    html_tested(&page);
    html_legend(&page);
    fputs("</main>\n<footer><p>", out);
    markup_line(out, phrase(report, PHRASE_FOOT));
    fputs("</p></footer>\n", out);
    html_filter_write(&page);
    fputs("</body>\n</html>\n", out);
    buffer_done(&page.facts);
    vec_done(&page.columns);
    free(page.inside);
}

REPORT_FORMAT(html, ".html", "One page that can be read offline and printed, also without scripts")
