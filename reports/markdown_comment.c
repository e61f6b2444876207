/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The comment on a merge request: the verdict of the run and of each platform, what is worse than
 * in the baseline, and what to do. Whatever the run, it has at most MARKDOWN_COMMENT_LINES lines:
 * each section has a most number of rows, and says how many more there are. What is old is only
 * counted.
 */
#include <string.h>

#include "base/cleanup.h"
#include "reports/again.h"
#include "reports/markdown_text.h"
#include "reports/matrix_view.h"
#include "reports/phrases.h"
#include "reports/worse.h"

/* The lines of all sections, with their titles and blank lines: 8 + 12 + 17 + 12 + 9. */
enum { PLATFORMS = 8, CHANGES = 10, ADVICE = 8, CONTEXT = 4, NAME_BYTES = 100, REASON_BYTES = 160 };

struct comment {
    FILE *out;
    const struct report *report;
    const struct run_diff *diff;
    struct report_columns columns;
};

static const char *say(const struct comment *to, enum phrase which)
{
    return phrase(to->report, which);
}

/* --- sections ------------------------------------------------------------------------------- */

static const struct report_column *worst_column(const struct comment *to)
{
    const struct report_column *worst = NULL;

    vec_foreach (column, &to->columns)
        if (worst == NULL || report_rank(column->verdict) < report_rank(worst->verdict))
            worst = column;
    return worst;
}

/* The weakest grade of all cells that ran. */
static enum grade weakest(const struct comment *to)
{
    enum grade grade = GRADE_NONE;

    vec_foreach (column, &to->columns)
        if (column->grade != GRADE_NONE && (grade == GRADE_NONE || column->grade < grade))
            grade = column->grade;
    return grade;
}

static void add_before(const struct comment *to)
{
    const struct run_diff *diff = to->diff;

    if (diff->view != NULL)
        fprintf(to->out, "`view:%s`", diff->view);
    else
        fprintf(to->out, "`%s`", diff->before.id);
}

/* The comparison does not read evidence; the report does. */
static bool has_lost(const struct comment *to)
{
    vec_foreach (cell, &to->report->matrix.cells)
        if (cell->judgement.lost)
            return true;
    return false;
}

/* Six lines. */
static void add_head(const struct comment *to)
{
    const struct run_record *run = &to->report->matrix.run;
    const struct report_column *worst = worst_column(to);
    struct left_out_cells cells = matrix_view_left_out(&to->report->matrix);
    _cleanup_buffer_ struct buffer when = {0};
    const char *reported = phrase_reported(to->report);

    matrix_view_time(run->created_ms, &when);
    fputs("## ", to->out);
    markdown_verdict(to->report, to->out, worst != NULL ? worst->verdict : VERDICT_NOT_ASSESSED,
                     weakest(to));
    fprintf(to->out, " · %s\n\n",
            say(to, run_diff_is_worse(to->diff) || has_lost(to) ? PHRASE_COMMENT_WORSE
                                                                : PHRASE_COMMENT_NOT_WORSE));
    fprintf(to->out, "%s `%s` · %s", say(to, PHRASE_RUN), run->id, when.data);
    if (run->plan.build != NULL) {
        fprintf(to->out, " · %s ", say(to, PHRASE_COMMENT_BUILD));
        markdown_text(to->out, run->plan.build, NAME_BYTES);
    }
    fprintf(to->out, " · %s ", say(to, PHRASE_COMMENT_BASELINE));
    add_before(to);
    fputs("\n\n", to->out);
    if (run->state != RUN_ENDED)
        fprintf(to->out, "**%s** ",
                say(to, run->state == RUN_OPEN ? PHRASE_STATE_OPEN : PHRASE_STATE_INTERRUPTED));
    if (cells.required > 0)
        fprintf(to->out, "**%s%zu/%zu** ", say(to, PHRASE_PARTIAL_NOTICE), cells.required,
                to->report->matrix.cells.count);
    if (phrase_emulation(to->report) != NULL)
        fprintf(to->out, "%s ", say(to, PHRASE_COMMENT_EMULATED));
    fprintf(to->out, "%s\n\n", reported != NULL ? reported : "");
}

/* Two lines. */
static void add_counts(const struct comment *to)
{
    static const enum phrase names[DIFF_CHANGE_COUNT] = {
        [DIFF_NEW] = PHRASE_COMMENT_NEW,     [DIFF_MISSING] = PHRASE_COMMENT_MISSING,
        [DIFF_FLAKY] = PHRASE_COMMENT_FLAKY, [DIFF_STILL] = PHRASE_COMMENT_STILL,
        [DIFF_FIXED] = PHRASE_COMMENT_FIXED, [DIFF_ADDED] = PHRASE_COMMENT_ADDED,
    };

    for (enum diff_change change = 0; change < DIFF_CHANGE_COUNT; change++)
        fprintf(to->out, "%s%s **%u**", change > 0 ? " · " : "", say(to, names[change]),
                to->diff->changes[change]);
    if (to->diff->waived > 0)
        fprintf(to->out, " · %s %u", say(to, PHRASE_WAIVED), to->diff->waived);
    fprintf(to->out, " · %s %zu\n\n", say(to, PHRASE_COMMENT_COMPARED), to->diff->compared);
}

static void add_more(const struct comment *to, size_t shown, size_t count)
{
    if (count > shown)
        fprintf(to->out, "\n… %zu %s\n", count - shown, say(to, PHRASE_COMMENT_MORE));
}

/* Twelve lines: the worst platforms, as a table. */
static void add_platforms(const struct comment *to)
{
    size_t shown = 0;

    fprintf(to->out, "| %s | %s | %s |\n| --- | --- | --- |\n", say(to, PHRASE_PLATFORM),
            say(to, PHRASE_VERDICT), say(to, PHRASE_COVERAGE));
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        vec_foreach (column, &to->columns) {
            if (report_rank(column->verdict) != rank || shown == PLATFORMS)
                continue;
            fputs("| ", to->out);
            markdown_text(to->out, column->platform, NAME_BYTES);
            fputs(", ", to->out);
            markdown_text(to->out, column->image, NAME_BYTES);
            fputs(" | ", to->out);
            markdown_verdict(to->report, to->out, column->verdict, column->grade);
            fprintf(to->out, " | %u/%u |\n", column->judged, column->total);
            shown++;
        }
    add_more(to, shown, to->columns.count);
}

static const char *status_or_none(enum status status)
{
    return status != STATUS_MISS ? status_name(status) : "–";
}

static void add_side(const struct comment *to, const struct diff_side *side)
{
    if (!side->present)
        fputs("–", to->out);
    else
        fprintf(to->out, "%s %u/%u", phrase_verdict(to->report, side->verdict), side->judged,
                side->planned);
}

static void add_place(const struct comment *to, const struct diff_cell *cell)
{
    markdown_text(to->out, cell->platform, NAME_BYTES);
    fputs(", ", to->out);
    markdown_text(to->out, cell->image, NAME_BYTES);
}

static void add_places(const struct comment *to, const struct worse *one)
{
    add_place(to, one->cell);
    for (size_t i = 0; i < one->other_count && i < WORSE_OTHERS; i++) {
        fputs("<br>", to->out);
        add_place(to, one->others[i]);
    }
    if (one->other_count > WORSE_OTHERS)
        fprintf(to->out, "<br>… %zu %s", one->other_count - WORSE_OTHERS,
                say(to, PHRASE_COMMENT_MORE));
}

static void add_change(const struct comment *to, const struct worse *one)
{
    const struct diff_cell *cell = one->cell;
    const struct diff_case *row = one->row;
    const char *why = row != NULL ? row->reason : cell->after.present ? cell->after.reason : NULL;

    fputs("| ", to->out);
    markdown_text(to->out, cell->suite, NAME_BYTES);
    if (row != NULL) {
        fputs(" / **", to->out);
        markdown_text(to->out, row->id, NAME_BYTES);
        fputs("**", to->out);
    }
    fputs(" | ", to->out);
    add_places(to, one);
    fputs(" | ", to->out);
    if (row != NULL && row->change == DIFF_FLAKY)
        fputs(say(to, PHRASE_COMMENT_FLAKY), to->out);
    else if (row != NULL)
        fprintf(to->out, "%s → %s", status_or_none(row->before), status_or_none(row->after));
    else {
        add_side(to, &cell->before);
        fputs(" → ", to->out);
        add_side(to, &cell->after);
    }
    fputs(" | ", to->out);
    if (row != NULL && row->blame != BLAME_NONE)
        fputs(phrase_blame(to->report, row->blame), to->out);
    fputs(" | ", to->out);
    markdown_text(to->out, why, REASON_BYTES);
    fputs(" |\n", to->out);
}

/* Seventeen lines. */
static void add_worse(const struct comment *to, const struct worse_list *list)
{
    size_t shown = list->count < CHANGES ? list->count : CHANGES;

    fprintf(to->out, "\n### %s\n\n", say(to, PHRASE_COMMENT_TITLE_NEW));
    if (list->count == 0) {
        fprintf(to->out, "%s\n",
                say(to, has_lost(to) ? PHRASE_COMMENT_LOST : PHRASE_COMMENT_NOTHING_NEW));
        return;
    }
    fprintf(to->out, "| %s | %s | %s | %s | %s |\n| --- | --- | --- | --- | --- |\n",
            say(to, PHRASE_COMMENT_CASE), say(to, PHRASE_PLATFORM), say(to, PHRASE_COMMENT_CHANGE),
            say(to, PHRASE_BLAME), say(to, PHRASE_REASON));
    for (size_t i = 0; i < shown; i++)
        add_change(to, &list->items[i]);
    add_more(to, shown, list->count);
}

/* --- advice --------------------------------------------------------------------------------- */

static const struct matrix_cell *cell_of(const struct comment *to, const struct diff_cell *wanted)
{
    vec_foreach (cell, &to->report->matrix.cells)
        if (strcmp(cell->cell.image, wanted->image) == 0 &&
            strcmp(cell->cell.platform, wanted->platform) == 0 &&
            strcmp(cell->cell.suite, wanted->suite) == 0)
            return cell;
    return NULL;
}

static void advise(const struct comment *to, enum phrase what, const char *command)
{
    fprintf(to->out, "- %s: `%s`\n", say(to, what), command);
}

/* How to look at a change and to run its cell again; returns the number of lines. */
static unsigned advise_cell(const struct comment *to, const struct worse *one)
{
    const struct matrix_cell *cell = cell_of(to, one->cell);
    _cleanup_free_ char *show = NULL, *again = NULL;

    if (cell == NULL) /* the run does not have it */
        return 0;
    show = report_show_command(to->report, cell, one->row != NULL ? one->row->id : NULL);
    again = again_command(&to->report->matrix.run, &cell->cell, false);
    advise(to, PHRASE_LOOK, show);
    advise(to, PHRASE_AGAIN, again);
    return 2;
}

static void advise_run(const struct comment *to, const char *verb, enum phrase what)
{
    _cleanup_buffer_ struct buffer command = {0};

    again_program(&command);
    buffer_format(&command, verb, to->report->matrix.run.id, to->diff->view != NULL ? "view:" : "",
                  to->diff->view != NULL ? to->diff->view : to->diff->before.id);
    advise(to, what, command.data);
}

/* Twelve lines. */
static void add_advice(const struct comment *to, const struct worse_list *list)
{
    unsigned lines = 0;

    fprintf(to->out, "\n### %s\n\n", say(to, PHRASE_COMMENT_TITLE_DO));
    if (to->report->matrix.run.state != RUN_ENDED) {
        advise_run(to, " resume %1$s", PHRASE_COMMENT_RESUME);
        lines++;
    }
    if (has_lost(to)) {
        _cleanup_buffer_ struct buffer command = {0};

        again_program(&command);
        buffer_text(&command, " doctor --full");
        advise(to, PHRASE_COMMENT_DOCTOR, command.data);
        lines++;
    }
    for (size_t i = 0; i < list->count && lines + 4 <= ADVICE; i++)
        if (i == 0 || list->items[i].cell != list->items[i - 1].cell)
            lines += advise_cell(to, &list->items[i]);
    if (to->diff->changes[DIFF_NEW] > 0)
        advise_run(to, " gate %1$s --baseline %2$s%3$s --investigate", PHRASE_COMMENT_INVESTIGATE);
    if (list->count > 0 || to->diff->changes[DIFF_STILL] > 0)
        advise_run(to, " diff %2$s%3$s %1$s", PHRASE_COMMENT_DIFF);
    else if (lines == 0)
        fprintf(to->out, "%s\n", say(to, PHRASE_COMMENT_NOTHING_TO_DO));
}

/* Nine lines. */
static void add_context(const struct comment *to)
{
    size_t shown = 0;

    if (to->diff->context.count == 0)
        return;
    fprintf(to->out, "\n### %s\n\n", say(to, PHRASE_COMMENT_TITLE_BESIDE));
    vec_foreach (row, &to->diff->context) {
        if (shown == CONTEXT)
            break;
        fprintf(to->out, "- %s ", row->kind);
        markdown_text(to->out, row->name, NAME_BYTES);
        fputs(": ", to->out);
        markdown_text(to->out, row->before != NULL ? row->before : "–", NAME_BYTES);
        fputs(" → ", to->out);
        markdown_text(to->out, row->after != NULL ? row->after : "–", NAME_BYTES);
        fputs("\n", to->out);
        shown++;
    }
    add_more(to, shown, to->diff->context.count);
}

void markdown_comment(const struct report *report, FILE *out)
{
    struct comment to = {.out = out, .report = report, .diff = report->baseline};
    struct worse_list list = {0};

    report_columns(report, &to.columns);
    worse_find(to.diff, &list);
    add_head(&to);
    add_counts(&to);
    add_platforms(&to);
    add_worse(&to, &list);
    add_advice(&to, &list);
    add_context(&to);
    vec_done(&list);
    vec_done(&to.columns);
}
