/* SPDX-License-Identifier: Apache-2.0 */
/* The details of a cell: its cases, their output, and the cell's evidence. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "model/waiver.h"
#include "reports/again.h"
#include "reports/cell_view.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

/* Bytes displayed from the end of a stream, for cases that passed and for others. */
enum { GOOD_BYTES = 8 * 1024, BAD_BYTES = 64 * 1024, LARGE_BYTES = 4 * 1024 };
/* Limits of listed test points and observations of a case. */
enum { ROWS = 1000 };

static void add_stream(struct page *page, const struct matrix_cell *cell,
                       const struct evidence *blob, size_t limit)
{
    _cleanup_free_ char *show = report_show_command(page->report, cell, blob->case_id);
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;
    FILE *out = page->out;

    fputs("<h3>", out);
    markup_line(out, blob->name);
    fprintf(out, " <span class=\"of\">%" PRIu64 " %s%s%s</span></h3>\n", blob->size,
            phrase(page->report, PHRASE_BYTES), blob->truncated ? "; " : "",
            blob->truncated ? phrase(page->report, PHRASE_HEAD_ONLY) : "");
    if (report_output(page->report, blob, limit, &page->budget, &text, &skipped, &err) < 0) {
        fprintf(out, "<p class=\"notice stop\">%s%s", phrase(page->report, PHRASE_OUTPUT_GONE),
                phrase(page->report, PHRASE_COLON));
        markup_line(out, error_message(err));
        fputs("</p>\n", out);
        return;
    }
    if (skipped > 0) {
        fprintf(out, "<p class=\"note\">%" PRIu64 " %s ", skipped,
                phrase(page->report, PHRASE_LEFT_OUT));
        markup_element(out, "code", NULL, show);
        fputs("</p>\n", out);
    }
    /* HTML drops a newline that follows the tag, so one is written for that. */
    fputs("<pre class=\"output\" tabindex=\"0\" role=\"group\" aria-label=\"", out);
    markup_line(out, blob->name);
    fputs("\">\n", out);
    if (text.length > 0)
        markup_lines(out, text.data, text.length);
    fputs("</pre>\n", out);
}

static void add_points(const struct page *page, const struct case_result *row)
{
    FILE *out = page->out;

    if (row->points.count == 0)
        return;
    fprintf(out, "<h3>%s</h3>\n<ul class=\"points\">\n", phrase(page->report, PHRASE_POINTS));
    vec_foreach (point, &row->points) {
        if (point >= row->points.items + ROWS)
            break;
        fputs("<li>", out);
        html_status(page, point->status);
        fputs(" ", out);
        markup_line(out, point->name);
        if (point->raw != NULL) {
            fputs(" ", out);
            markup_element(out, "span", "of", point->raw);
        }
        if (point->detail != NULL) {
            fputs(": ", out);
            markup_line(out, point->detail);
        }
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
    html_more(page, row->points.count, ROWS);
}

static void add_observations(const struct page *page, const struct result *latest,
                             const char *case_id)
{
    size_t count = 0;
    FILE *out = page->out;

    vec_foreach (seen, &latest->observations) {
        if (!text_equal(seen->case_id, case_id) || ++count > ROWS)
            continue;
        if (count == 1)
            fprintf(out,
                    "<h3>%s</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                    "aria-label=\"%s\"><table class=\"facts\"><tbody>\n",
                    phrase(page->report, PHRASE_OBSERVATIONS),
                    phrase(page->report, PHRASE_OBSERVATIONS));
        fputs("<tr>", out);
        html_row_head(page, seen->key);
        fputs("<td>", out);
        markup_line(out, seen->value);
        if (seen->unit != NULL) {
            fputs(" ", out);
            markup_line(out, seen->unit);
        }
        fputs("</td></tr>\n", out);
    }
    fputs(count > 0 ? "</tbody></table></div>\n" : "", out);
    html_more(page, count, ROWS);
}

static void add_case_head(const struct page *page, const struct matrix_cell *cell,
                          const struct report_case *one)
{
    const struct case_result *row = one->row;
    const char *title = report_case_title(page->report, cell->cell.suite, one->id);
    FILE *out = page->out;

    fputs("<summary>", out);
    html_status(page, one->status);
    fputs(" <b>", out);
    markup_line(out, one->id);
    fputs("</b> ", out);
    markup_element(out, "span", "title", title);
    fputs(" <span class=\"of\">", out);
    if (one->planned != NULL)
        fprintf(out, "%s · %s",
                phrase(page->report, one->planned->required ? PHRASE_REQUIRED : PHRASE_OPTIONAL),
                phrase_item(page->report, one->planned->item));
    if (row != NULL && row->guest != NULL) {
        fprintf(out, " · %s ", phrase(page->report, PHRASE_IN_GUEST));
        markup_line(out, row->guest);
    }
    if (row != NULL && row->started) {
        _cleanup_buffer_ struct buffer time = {0};

        cell_view_duration(row->duration_ms, &time);
        fprintf(out, " · %s", time.data);
    }
    fputs("</span></summary>\n", out);
}

static void add_case_facts(const struct page *page, const struct matrix_cell *cell,
                           const struct report_case *one)
{
    const struct case_result *row = one->row;
    _cleanup_free_ char *show = report_show_command(page->report, cell, one->id);
    _cleanup_free_ char *waived = waiver_describe(one->waiver);
    FILE *out = page->out;

    fputs("<dl>", out);
    if (one->reason != NULL) {
        html_label(page, PHRASE_REASON);
        html_said(page, one->reason);
        fputs("</dd>\n", out);
    }
    if (one->waiver != NULL) {
        html_label(page, PHRASE_WAIVED);
        markup_line(out, waived);
        fputs("</dd>\n", out);
    }
    if (row != NULL && row->blame != BLAME_NONE) {
        html_label(page, PHRASE_BLAME);
        markup_line(out, phrase_blame(page->report, row->blame));
        fputs("</dd>\n", out);
    }
    if (row != NULL && row->status != one->status) {
        html_label(page, PHRASE_RAW_STATUS);
        fprintf(out, "%s · %s</dd>\n", status_name(row->status),
                phrase(page->report, PHRASE_NOT_JUDGED));
    }
    if (row != NULL && row->started && row->exit_code > 0) {
        html_label(page, PHRASE_EXIT_CODE);
        fprintf(out, "%d</dd>\n", row->exit_code);
    }
    if (row != NULL)
        html_command(page, PHRASE_LOOK, show);
    fputs("</dl>\n", out);
}

static void add_case(struct page *page, const struct matrix_cell *cell,
                     const struct report_case *one)
{
    const struct result *latest = matrix_cell_latest(cell);
    bool wrong = one->status > STATUS_PASS;
    size_t streams = 0;

    fputs("<details class=\"case\"", page->out);
    html_anchor(page, cell, one->id);
    fputs(wrong ? " open=\"open\">" : ">", page->out);
    add_case_head(page, cell, one);
    fputs("<div class=\"body\">", page->out);
    add_case_facts(page, cell, one);
    if (one->row != NULL) {
        add_points(page, one->row);
        vec_foreach (blob, &latest->evidence) {
            if (!text_equal(blob->case_id, one->id) || !report_is_stream(blob))
                continue;
            streams++;
            add_stream(page, cell, blob,
                       page->large ? LARGE_BYTES
                       : wrong     ? BAD_BYTES
                                   : GOOD_BYTES);
        }
        if (streams == 0 && one->row->started)
            markup_element(page->out, "p", "note", phrase(page->report, PHRASE_NO_OUTPUT));
        add_observations(page, latest, one->id);
        html_samples(page, latest, one->id);
        html_evidence(page, cell, one->id);
    }
    fputs("</div></details>\n", page->out);
}

/* The cases of the suite that are not planned. */
static void add_left_out(const struct page *page, const struct cell_record *cell)
{
    const char *before = "";

    vec_foreach (planned, &cell->cases) {
        if (planned->planned)
            continue;
        if (*before == '\0')
            html_label(page, PHRASE_NOT_PLANNED);
        fputs(before, page->out);
        markup_line(page->out, planned->id);
        fprintf(page->out, " (%s · %s)",
                phrase(page->report, planned->required ? PHRASE_REQUIRED : PHRASE_OPTIONAL),
                phrase_item(page->report, planned->item));
        before = ", ";
    }
    fputs(*before != '\0' ? "</dd>\n" : "", page->out);
}

static void add_attempts(const struct page *page, const struct matrix_cell *cell)
{
    FILE *out = page->out;

    for (size_t i = cell->attempts.count; i > 0; i--) {
        const struct result *result = cell->attempts.items[i - 1];
        _cleanup_buffer_ struct buffer text = {0};

        matrix_view_time(result->started_ms, &text);
        buffer_text(&text, " · ");
        cell_view_duration(
            result->ended_ms > result->started_ms ? result->ended_ms - result->started_ms : 0,
            &text);
        html_label(page, PHRASE_ATTEMPTS);
        fprintf(out, "%s %u%s · %s · ", phrase(page->report, PHRASE_ATTEMPT), result->attempt,
                phrase(page->report, PHRASE_ATTEMPT_END), text.data);
        if (result->grade == GRADE_REPORTED)
            fputs(phrase(page->report, PHRASE_IMPORTED), out);
        else
            fprintf(out, "%s · %s", accel_name(result->accel),
                    phrase(page->report, result->warm ? PHRASE_RESTORED : PHRASE_BOOTED));
        if (result->outcome != STATUS_PASS) {
            fputs(" · ", out);
            html_status(page, result->outcome);
            fprintf(out, " (%s) ", phrase_blame(page->report, result->blame));
            html_said(page, result->reason);
        }
        fputs("</dd>\n", out);
    }
}

static void add_cell_facts(const struct page *page, const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_free_ char *again = again_command(&page->report->matrix.run, &cell->cell, false);
    _cleanup_free_ char *open = report_open_command(page->report, cell);
    FILE *out = page->out;

    fputs("<dl>", out);
    html_label(page, PHRASE_REASON);
    html_said(page, judgement->reason);
    fputs("</dd>\n", out);
    html_label(page, PHRASE_RULE);
    fprintf(out, "%u · %s</dd>\n", judgement->rule, phrase_rule(page->report, judgement->rule));
    if (judgement->blame != BLAME_NONE) {
        html_label(page, PHRASE_BLAME);
        markup_line(out, phrase_blame(page->report, judgement->blame));
        fputs("</dd>\n", out);
    }
    add_left_out(page, &cell->cell);
    add_attempts(page, cell);
    if (latest != NULL && latest->prepared_by != NULL) {
        html_label(page, PHRASE_PREPARED);
        markup_line(out, latest->prepared_by);
        fputs("</dd>\n", out);
    }
    html_command(page, PHRASE_AGAIN, again);
    if (open != NULL)
        html_command(page, PHRASE_OPEN, open);
    fputs("</dl>\n", out);
}

static void add_identity(const struct page *page, const struct result *latest)
{
    bool wrong = !result_identity_matches(latest);
    FILE *out = page->out;

    fprintf(out, "<details class=\"case\"%s><summary>%s <span class=\"of\">%s</span></summary>\n",
            wrong ? " open=\"open\"" : "", phrase(page->report, PHRASE_IDENTITY),
            phrase(page->report, !latest->identity_measured ? PHRASE_NOT_MEASURED
                                 : wrong                    ? PHRASE_WRONG
                                                            : PHRASE_MATCHES));
    fputs("<div class=\"body\"><table class=\"facts\"><tbody>\n", out);
    vec_foreach (check, &latest->identity) {
        fprintf(out, "<tr%s>", check->matches ? "" : " class=\"wrong\"");
        html_row_head(page, check->key);
        fputs("<td>", out);
        markup_line(out, check->measured);
        if (!check->matches) {
            fprintf(out, " <b>%s</b> (%s ", phrase(page->report, PHRASE_WRONG),
                    phrase(page->report, PHRASE_EXPECTED));
            markup_line(out, check->expected);
            fputs(")", out);
        }
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
    add_observations(page, latest, NULL);
    fputs("</div></details>\n", out);
}

static void add_console(struct page *page, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);
    bool wrong = latest->outcome != STATUS_PASS;

    fprintf(page->out, "<details class=\"case\"%s><summary>%s · %s</summary>\n<div class=\"body\">",
            wrong ? " open=\"open\"" : "", phrase(page->report, PHRASE_CONSOLE),
            phrase(page->report, PHRASE_EVIDENCE));
    vec_foreach (blob, &latest->evidence) {
        if (blob->case_id == NULL && strstr(blob->name, "console") != NULL)
            add_stream(page, cell, blob,
                       page->large ? LARGE_BYTES
                       : wrong     ? BAD_BYTES
                                   : GOOD_BYTES);
    }
    html_evidence(page, cell, NULL);
    fputs("</div></details>\n", page->out);
}

/* In the order of the plan; what did not pass takes precedence. */
static void add_cases(struct page *page, const struct matrix_cell *cell)
{
    struct report_cases cases = {0};
    size_t wrong = 0, right, written = 0;

    report_cases(cell, &cases);
    vec_foreach (one, &cases)
        wrong += one->status != STATUS_PASS;
    right = page->large ? 0 : wrong < HTML_CASES ? HTML_CASES - wrong : 0;
    wrong = HTML_CASES;
    vec_foreach (one, &cases) {
        size_t *left = one->status != STATUS_PASS ? &wrong : &right;

        if (*left == 0)
            continue;
        --*left;
        written++;
        add_case(page, cell, one);
    }
    html_more(page, cases.count, written);
    vec_done(&cases);
}

void html_cell(struct page *page, const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    const struct result *latest = matrix_cell_latest(cell);
    FILE *out = page->out;

    fprintf(out, "<details class=\"cell %s\"", html_verdict_class(judgement->verdict));
    html_anchor(page, cell, NULL);
    html_mark(page, cell);
    fputs(page->single || report_rank(judgement->verdict) <= 1 ? " open=\"open\"><summary>"
                                                               : "><summary>",
          out);
    html_verdict(page, judgement->verdict);
    fputs(" ", out);
    html_grade(page, report_grade(cell));
    fputs(" <b>", out);
    markup_line(out, cell->cell.suite);
    fputs(" · ", out);
    markup_line(out, cell->cell.platform);
    fputs("</b> ", out);
    markup_element(out, "span", "title", cell->cell.image);
    fprintf(out, " <span class=\"of\">%u/%u %s</span>", judgement->judged, judgement->total,
            phrase(page->report, PHRASE_COVERAGE));
    html_scope(page, judgement->total, judgement->defined, judgement->partial);
    fputs("</summary>\n<div class=\"body\">", out);
    add_cell_facts(page, cell);
    add_cases(page, cell);
    if (latest != NULL) {
        html_predicted(page, cell);
        html_footprint(page, cell);
        if (!page->large || !result_identity_matches(latest))
            add_identity(page, latest);
        if (!page->large || latest->outcome != STATUS_PASS)
            add_console(page, cell);
    }
    fputs("</div></details>\n", out);
}

static bool is_wanted(const struct page *page, const struct matrix_cell *cell)
{
    return !page->large ||
           (cell->judgement.verdict != VERDICT_COMPATIBLE && ftell(page->out) < HTML_DETAILS);
}

void html_cells(struct page *page)
{
    size_t written = 0;

    html_section(page, "cells", PHRASE_DETAILS);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        vec_foreach (cell, &page->report->matrix.cells) {
            if (report_rank(cell->judgement.verdict) != rank || !is_wanted(page, cell) ||
                !report_open(page->report, cell))
                continue;
            page->inside[cell - page->report->matrix.cells.items] = true;
            written++;
            html_cell(page, cell);
            if (!page->large)
                html_filter_add(page, cell);
            report_close(cell);
        }
    if (page->large) {
        html_filter_add_all(page);
        fprintf(page->out, "<p class=\"note\">%s %zu / %zu</p>\n",
                phrase(page->report, PHRASE_DETAILS_NOTE), written,
                page->report->matrix.cells.count);
    }
    fputs("</section>\n", page->out);
}
