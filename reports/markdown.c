/* SPDX-License-Identifier: Apache-2.0 */
/* Markdown for a merge request, a wiki or a ticket: the essential parts of the HTML page. Guest
 * text is escaped so that it creates no markup, links, mentions or HTML. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "judge/judge.h"
#include "model/waiver.h"
#include "reports/again.h"
#include "reports/cell_view.h"
#include "reports/difference.h"
#include "reports/format.h"
#include "reports/markdown_text.h"
#include "reports/matrix_view.h"
#include "reports/phrases.h"

enum {
    LINE_BYTES = 400,
    TAIL_BYTES = 2048,
    BUDGET_BYTES = 128 * 1024,
    FIRST_FENCE = 3,
    FINDINGS = 10
};

struct markdown {
    FILE *out;
    const struct report *report;
    struct report_columns columns;
    size_t budget;
};

static void add_text(const struct markdown *md, const char *text)
{
    markdown_text(md->out, text, LINE_BYTES);
}

/* Writes lines in a fence that is longer than any run of backticks in them. */
static void add_block(const struct markdown *md, const struct buffer *text)
{
    size_t longest = FIRST_FENCE - 1, row = 0;

    for (size_t i = 0; i < text->length; i++) {
        row = text->data[i] == '`' ? row + 1 : 0;
        longest = row > longest ? row : longest;
    }
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i <= longest; i++)
            fputc('`', md->out);
        fputs(end == 0 ? "text\n" : "\n\n", md->out);
        if (end == 0 && text->length > 0) {
            fwrite(text->data, 1, text->length, md->out);
            if (text->data[text->length - 1] != '\n')
                fputc('\n', md->out);
        }
    }
}

/* Names and commands contain nothing that ends a code span (text_is_name). */
static void add_command(const struct markdown *md, enum phrase label, const char *command)
{
    fprintf(md->out, "- %s: `%s`\n", phrase(md->report, label), command);
}

static void add_verdict(const struct markdown *md, enum verdict verdict, enum grade grade)
{
    markdown_verdict(md->report, md->out, verdict, grade);
}

/* " · partial, 5/10 cases planned"; nothing if the plan leaves nothing out. */
static void add_scope(const struct markdown *md, unsigned planned, unsigned defined, bool partial)
{
    if (planned == defined)
        return;
    fprintf(md->out, " · %s%s%u/%u %s", partial ? phrase(md->report, PHRASE_PARTIAL) : "",
            partial ? ", " : "", planned, defined, phrase(md->report, PHRASE_PLANNED));
}

static void add_title(const struct markdown *md, enum phrase title)
{
    fprintf(md->out, "\n## %s\n\n", phrase(md->report, title));
}

static void add_column_heads(const struct markdown *md, enum phrase first)
{
    fprintf(md->out, "| %s |", phrase(md->report, first));
    vec_foreach (column, &md->columns) {
        fputs(" ", md->out);
        add_text(md, column->platform);
        fputs("<br>", md->out);
        add_text(md, column->image);
        fputs(" |", md->out);
    }
    fputs("\n| --- |", md->out);
    vec_foreach (column, &md->columns)
        fputs(" --- |", md->out);
    fputs("\n", md->out);
}

static void add_head(const struct markdown *md)
{
    const struct run_record *run = &md->report->matrix.run;
    _cleanup_buffer_ struct buffer when = {0};
    struct left_out_cells cells = matrix_view_left_out(&md->report->matrix);
    const char *emulation = phrase_emulation(md->report);
    const char *reported = phrase_reported(md->report);

    matrix_view_time(run->created_ms, &when);
    fprintf(md->out, "# %s\n\n%s `%s` · %s\n\n", phrase(md->report, PHRASE_TITLE),
            phrase(md->report, PHRASE_RUN), run->id, when.data);
    if (run->state != RUN_ENDED)
        fprintf(md->out, "**%s**\n\n",
                phrase(md->report,
                       run->state == RUN_OPEN ? PHRASE_STATE_OPEN : PHRASE_STATE_INTERRUPTED));
    if (cells.required > 0)
        fprintf(md->out, "> **%s%zu/%zu**\n\n", phrase(md->report, PHRASE_PARTIAL_NOTICE),
                cells.required, md->report->matrix.cells.count);
    if (emulation != NULL)
        fprintf(md->out, "> %s\n\n", emulation);
    if (reported != NULL)
        fprintf(md->out, "> %s\n\n", reported);
    fprintf(md->out, "| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n",
            phrase(md->report, PHRASE_PLATFORM), phrase(md->report, PHRASE_VERDICT),
            phrase(md->report, PHRASE_COVERAGE), phrase(md->report, PHRASE_IMAGE));
    vec_foreach (column, &md->columns) {
        fputs("| **", md->out);
        add_text(md, column->platform);
        fputs("** ", md->out);
        add_text(md, report_platform_title(md->report, column->platform));
        fputs(" | ", md->out);
        add_verdict(md, column->verdict, column->grade);
        fprintf(md->out, " | %u/%u", column->judged, column->total);
        add_scope(md, column->total, column->defined, column->partial > 0);
        fputs(" | ", md->out);
        add_text(md, report_image_title(md->report, column->image));
        fputs(" |\n", md->out);
    }
}

static void add_matrix(const struct markdown *md)
{
    _cleanup_strv_ struct strv suites = {0};

    report_suites(md->report, &suites);
    add_title(md, PHRASE_MATRIX);
    add_column_heads(md, PHRASE_SUITE);
    for (size_t i = 0; i < suites.count; i++) {
        fputs("| ", md->out);
        add_text(md, suites.items[i]);
        fputs(" |", md->out);
        vec_foreach (column, &md->columns) {
            const struct matrix_cell *cell = report_cell(md->report, column, suites.items[i]);

            fputs(" ", md->out);
            if (cell == NULL)
                fputs("–", md->out);
            else {
                add_verdict(md, cell->judgement.verdict, report_grade(cell));
                fprintf(md->out, " %u/%u", cell->judgement.judged, cell->judgement.total);
                add_scope(md, cell->judgement.total, cell->judgement.defined,
                          cell->judgement.partial);
                if (cell->judgement.flaky)
                    fprintf(md->out, " %s", phrase(md->report, PHRASE_FLAKY));
            }
            fputs(" |", md->out);
        }
        fputs("\n", md->out);
    }
}

/* The end of the output of the deciding case. */
static void add_output(struct markdown *md, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);

    if (latest == NULL || cell->judgement.case_id == NULL)
        return;
    vec_foreach (blob, &latest->evidence) {
        _cleanup_buffer_ struct buffer text = {0};
        _cleanup_error_ struct error *err = NULL;
        uint64_t skipped = 0;

        if (!text_equal(blob->case_id, cell->judgement.case_id) || !report_is_stream(blob) ||
            blob->size == 0)
            continue;
        fputs("\n", md->out);
        add_text(md, blob->name);
        if (report_output(md->report, blob, TAIL_BYTES, &md->budget, &text, &skipped, &err) < 0) {
            fputs(": ", md->out);
            add_text(md, error_message(err));
            fputs("\n\n", md->out);
            continue;
        }
        fprintf(md->out, ", %" PRIu64 " %s\n\n", blob->size, phrase(md->report, PHRASE_BYTES));
        add_block(md, &text);
    }
}

static void add_words(const struct markdown *md, const char *before, const char *text)
{
    if (text == NULL)
        return;
    fputs(before, md->out);
    add_text(md, text);
}

static void add_finding(const struct markdown *md, const struct cell_record *cell,
                        const struct finding *row)
{
    _cleanup_free_ char *place = finding_place(row);
    _cleanup_free_ char *waived = waiver_describe(judge_waived_finding(cell, row));

    fprintf(md->out, "  - %s ", finding_severity_name(row->severity));
    add_text(md, finding_name(row));
    add_words(md, " ", place);
    add_words(md, " ", row->symbol);
    add_words(md, " ", row->version);
    add_words(md, " — ", finding_meaning(row, md->report->language));
    add_words(md, " → ", finding_remedy(row, md->report->language));
    if (row->severity == SEVERITY_BLOCK && row->executed != EXECUTED_NONE)
        fprintf(md->out, " (%s)", phrase_executed(md->report, row->executed));
    if (waived != NULL) {
        fprintf(md->out, " (%s", phrase(md->report, PHRASE_WAIVED));
        add_words(md, " ", waived);
        fputs(")", md->out);
    }
    fputs("\n", md->out);
}

/* Findings of the static check, most severe first. */
static void add_predicted(const struct markdown *md, const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    const struct result *latest = matrix_cell_latest(cell);

    if (!judgement->has_prediction || latest == NULL)
        return;
    fprintf(md->out, "- %s: %s %s, %s %s\n", phrase(md->report, PHRASE_FILES),
            phrase(md->report, PHRASE_PREDICTED), phrase_verdict(md->report, judgement->predicted),
            phrase(md->report, PHRASE_OBSERVED), phrase_verdict(md->report, judgement->observed));
    for (size_t i = 0; i < latest->prediction.findings.count && i < FINDINGS; i++)
        add_finding(md, &cell->cell, &latest->prediction.findings.items[i]);
}

/* The product's changes to the system that count; all are in the other formats. */
static void add_footprint(const struct markdown *md, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);

    if (latest == NULL || latest->footprint.state == FOOTPRINT_NONE)
        return;
    if (latest->footprint.reason != NULL) {
        fprintf(md->out, "- %s: ", phrase(md->report, PHRASE_FOOTPRINT_UNKNOWN));
        add_text(md, latest->footprint.reason);
        fputs("\n", md->out);
    }
    for (size_t i = 0; i < latest->footprint.findings.count && i < FINDINGS; i++)
        add_finding(md, &cell->cell, &latest->footprint.findings.items[i]);
}

static void add_reason(struct markdown *md, const struct matrix_cell *cell)
{
    const struct judgement *judgement = &cell->judgement;
    _cleanup_free_ char *again = again_command(&md->report->matrix.run, &cell->cell, false);
    _cleanup_free_ char *open = report_open_command(md->report, cell);
    _cleanup_free_ char *show = report_show_command(md->report, cell, judgement->case_id);

    fputs("### ", md->out);
    add_text(md, cell->cell.suite);
    fputs(" · ", md->out);
    add_text(md, cell->cell.platform);
    fputs(" · ", md->out);
    add_text(md, cell->cell.image);
    fputs("\n\n", md->out);
    add_verdict(md, judgement->verdict, report_grade(cell));
    fprintf(md->out, "\n\n- %s: ", phrase(md->report, PHRASE_REASON));
    add_text(md, judgement->reason);
    fputs("\n", md->out);
    if (judgement->blame != BLAME_NONE)
        fprintf(md->out, "- %s: %s\n", phrase(md->report, PHRASE_BLAME),
                phrase_blame(md->report, judgement->blame));
    add_predicted(md, cell);
    add_footprint(md, cell);
    add_command(md, PHRASE_LOOK, show);
    add_command(md, PHRASE_AGAIN, again);
    if (open != NULL)
        add_command(md, PHRASE_OPEN, open);
    add_output(md, cell);
    fputs("\n", md->out);
}

static void add_reasons(struct markdown *md)
{
    size_t count = 0;

    add_title(md, PHRASE_WHY);
    for (int rank = 0; rank < report_rank(VERDICT_COMPATIBLE); rank++)
        vec_foreach (cell, &md->report->matrix.cells) {
            if (report_rank(cell->judgement.verdict) != rank || !report_open(md->report, cell))
                continue;
            add_reason(md, cell);
            report_close(cell);
            count++;
        }
    if (count == 0)
        fprintf(md->out, "%s\n",
                phrase(md->report,
                       md->report->matrix.cells.count > 0 ? PHRASE_WHY_NONE : PHRASE_NEVER_RAN));
}

static void add_group(const struct markdown *md, const struct difference_group *group)
{
    fprintf(md->out, "**%s.** %s\n\n", group->title, group->text);
    add_column_heads(md, PHRASE_OBSERVATION);
    vec_foreach (row, &group->rows) {
        fputs("| ", md->out);
        add_text(md, row->key);
        fputs(" |", md->out);
        for (size_t i = 0; i < row->values.count; i++) {
            const char *value = row->values.items[i];

            fputs(" ", md->out);
            add_text(md, *value != '\0' ? value : "–");
            if (row->gap.items[i])
                fprintf(md->out, " (%s)", phrase(md->report, PHRASE_EMULATION_ONLY));
            fputs(" |", md->out);
        }
        fputs("\n", md->out);
    }
    if (group->left_out > 0)
        fprintf(md->out, "\n… %zu %s\n", group->left_out, phrase(md->report, PHRASE_MORE));
    fputs("\n", md->out);
}

static void add_differences(const struct markdown *md)
{
    struct differences found = {0};
    size_t count = 0;

    differences_find(md->report, &md->columns, &found);
    add_title(md, PHRASE_DIFFERENCES);
    vec_foreach (group, &found.groups) {
        if (group->kind != DIFFERENCE_EXPLAINED)
            continue;
        add_group(md, group);
        count++;
    }
    if (count == 0)
        fprintf(md->out, "%s\n",
                phrase(md->report,
                       md->columns.count < 2 ? PHRASE_DIFFERENCES_ONE : PHRASE_DIFFERENCES_NONE));
    differences_done(&found);
}

static void add_gaps(const struct markdown *md)
{
    report_measure(md->report);
    add_title(md, PHRASE_GAPS);
    fprintf(md->out, "%s\n\n| %s |", phrase(md->report, PHRASE_GAPS_NOTE),
            phrase(md->report, PHRASE_PLATFORM));
    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++)
        fprintf(md->out, " %s |", phrase_gap(md->report, kind));
    fputs("\n| --- | --- | --- | --- |\n", md->out);
    vec_foreach (column, &md->columns) {
        fputs("| ", md->out);
        add_text(md, column->platform);
        fputs(" |", md->out);
        for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++) {
            _cleanup_strv_ struct strv names = {0};
            _cleanup_free_ char *list = NULL;

            fputs(" ", md->out);
            if (!report_gaps(md->report, column, kind, &names))
                fputs(phrase(md->report, PHRASE_NOT_MEASURED), md->out);
            else {
                list = strv_join(&names, " ");
                add_text(md, names.count > 0 ? list : phrase(md->report, PHRASE_GAP_NONE));
            }
            fputs(" |", md->out);
        }
        fputs("\n", md->out);
    }
}

static void write_markdown(const struct report *report, FILE *out)
{
    struct markdown md = {.out = out, .report = report, .budget = BUDGET_BYTES};

    if (report->baseline != NULL) {
        markdown_comment(report, out);
        return;
    }
    report_columns(report, &md.columns);
    add_head(&md);
    add_matrix(&md);
    add_reasons(&md);
    add_differences(&md);
    add_gaps(&md);
    fprintf(out, "\n---\n\n%s\n", phrase(report, PHRASE_FOOT));
    vec_done(&md.columns);
}

REPORT_FORMAT(markdown, ".md",
              "For a merge request (with --baseline: a short comment), a wiki or a ticket")
