/* SPDX-License-Identifier: Apache-2.0 */
/* The history of a cell or a case: a line for each run, newest first, and what follows from them.
 */
#include "reports/history_view.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "base/translate.h"
#include "reports/matrix_view.h"
#include "reports/selection_view.h"

enum { REASON_BYTES = 120, SPARKS = 60 };

static const char *word_of(const struct history_view *view, const struct history_row *row)
{
    if (view->case_id == NULL)
        return verdict_name(row->cell.judgement.verdict);
    return row->seen.passed + row->seen.failed + row->seen.errors + row->seen.other == 0
               ? "-"
               : status_name(row->seen.status);
}

static enum table_colour colour_of(const struct history_view *view, const struct history_row *row)
{
    if (view->case_id == NULL)
        return matrix_view_colour(row->cell.judgement.verdict);
    switch (history_mark(row, true)) {
    case HISTORY_GOOD:
        return TABLE_GREEN;
    case HISTORY_BAD:
        return TABLE_RED;
    default:
        return TABLE_YELLOW;
    }
}

static void add_attempts(const struct history_view *view, const struct history_row *row,
                         struct table *table)
{
    const struct history_case *seen = &row->seen;
    bool flaky = history_is_flaky(row, view->case_id != NULL);

    if (view->case_id == NULL)
        table_format(table, flaky ? TABLE_YELLOW : TABLE_PLAIN, "%u%s", row->cell.summary.attempts,
                     flaky ? _(", flaky") : "");
    else
        table_format(table, flaky ? TABLE_YELLOW : TABLE_PLAIN, _("%u of %u passed%s"),
                     seen->passed, seen->passed + seen->failed + seen->errors + seen->other,
                     flaky ? _(", flaky") : "");
}

/* The reason of a cell; the signature of a case's failure. */
static void add_why(const struct history_view *view, const struct history_row *row,
                    struct table *table)
{
    _cleanup_buffer_ struct buffer text = {0};

    if (view->case_id != NULL)
        buffer_text(&text, row->seen.signature);
    else if (row->cell.judgement.verdict != VERDICT_COMPATIBLE)
        matrix_view_line(row->cell.judgement.reason, REASON_BYTES, &text);
    table_add(table, text.data != NULL ? text.data : "", TABLE_PLAIN);
}

static void add_row(const struct history_view *view, const struct history_row *row,
                    struct table *table)
{
    _cleanup_buffer_ struct buffer started = {0};
    const struct cell_summary *summary = &row->cell.summary;
    enum blame blame = view->case_id != NULL ? row->seen.blame : row->cell.judgement.blame;

    matrix_view_time(row->created_ms, &started);
    table_add(table, row->run_id, TABLE_PLAIN);
    table_add(table, started.data, TABLE_PLAIN);
    table_add(table,
              row->build != NULL   ? row->build
              : row->label != NULL ? row->label
                                   : "-",
              TABLE_PLAIN);
    table_add(table, row->cell.cell.image, TABLE_PLAIN);
    table_add(table, word_of(view, row), colour_of(view, row));
    table_add(table,
              summary->attempts > 0 && summary->grade != GRADE_NONE ? grade_name(summary->grade)
                                                                    : "-",
              TABLE_PLAIN);
    table_add(table, blame != BLAME_NONE ? blame_name(blame) : "-", TABLE_PLAIN);
    add_attempts(view, row, table);
    add_why(view, row, table);
}

static void print_table(const struct history_view *view, bool colour, struct buffer *out)
{
    static const char *const heads[] = {"RUN",   "STARTED", "BUILD",    "IMAGE", NULL,
                                        "GRADE", "BLAME",   "ATTEMPTS", NULL};
    struct table table = {.columns = sizeof(heads) / sizeof(heads[0])};
    const struct history_rows *rows = view->rows;

    for (size_t i = 0; i < table.columns; i++)
        table_add(&table,
                  heads[i] != NULL        ? heads[i]
                  : view->case_id == NULL ? (i < table.columns - 1 ? _("VERDICT") : _("WHY"))
                                          : (i < table.columns - 1 ? _("STATUS") : _("SIGNATURE")),
                  TABLE_PLAIN);
    for (size_t i = rows->count; i > 0; i--)
        if (selection_shows(view->selection, i - 1))
            add_row(view, &rows->items[i - 1], &table);
    table_print(&table, "  ", colour, out);
    table_done(&table);
}

/* One block for each run, the oldest first: high is good, low is bad, a dot says nothing. */
static void print_sparks(const struct history_view *view, bool colour, struct buffer *out)
{
    static const char *const blocks[] = {
        [HISTORY_UNKNOWN] = "·", [HISTORY_GOOD] = "█", [HISTORY_BAD] = "▁"};
    const struct history_rows *rows = view->rows;
    size_t first = rows->count > SPARKS ? rows->count - SPARKS : 0;

    buffer_text(out, "  ");
    for (size_t i = first; i < rows->count; i++)
        table_paint(out, blocks[history_mark(&rows->items[i], view->case_id != NULL)],
                    colour_of(view, &rows->items[i]), colour);
    buffer_text(out, first > 0 ? _("  (the newest 60)\n") : "\n");
}

static void name_run(const struct history_view *view, long place, struct buffer *out)
{
    const struct history_row *row = &view->rows->items[place];

    buffer_format(out, "%s", row->run_id);
    if (row->build != NULL) {
        buffer_text(out, _(" (build '"));
        matrix_view_line(row->build, REASON_BYTES, out);
        buffer_text(out, "')");
    }
}

static void print_turn(const struct history_view *view, const struct history_summary *summary,
                       struct buffer *out)
{
    if (summary->first_bad != HISTORY_NONE) {
        buffer_text(out, _("first bad run: "));
        name_run(view, summary->first_bad, out);
        if (summary->last_good != HISTORY_NONE) {
            buffer_text(out, _(", the last good one before it: "));
            name_run(view, summary->last_good, out);
        } else
            buffer_text(out, _("; no run before it was good"));
    } else if (summary->first_good_again != HISTORY_NONE) {
        buffer_text(out, _("good again since run "));
        name_run(view, summary->first_good_again, out);
    } else if (view->rows->count == 0 && view->rows->aside > 0)
        buffer_text(out, _("every run of it was made aside, and histories leave those out"));
    else
        buffer_text(out, summary->good > 0 ? _("never bad") : _("no run says whether it is good"));
    buffer_text(out, "\n");
}

static void print_counts(const struct history_view *view, const struct history_summary *summary,
                         struct buffer *out)
{
    buffer_format(out, _("bad in %u of %u %s that say something, flaky in %u"), summary->bad,
                  summary->good + summary->bad,
                  ngettext("run", "runs", summary->good + summary->bad), summary->flaky);
    if (summary->unknown > 0)
        buffer_format(out, _("; %u %s nothing"), summary->unknown,
                      ngettext("says", "say", summary->unknown));
    if (view->rows->aside > 0)
        buffer_format(out, _("; %zu %s left out (made aside)"), view->rows->aside,
                      ngettext("run is", "runs are", view->rows->aside));
    if (view->case_id != NULL)
        buffer_format(out, _("\nfailed in %u of %u attempts, with %u %s of failure"),
                      summary->failed_attempts, summary->attempts, summary->failures,
                      ngettext("kind", "kinds", summary->failures));
    buffer_text(out, "\n");
}

void history_view_text(const struct history_view *view, bool colour, struct buffer *out)
{
    struct history_summary summary;

    history_summarise(view->rows, view->case_id != NULL, &summary);
    selection_view_text(view->selection, "run", "runs", colour, out);
    buffer_format(out, "%s/%s", view->platform, view->suite);
    if (view->case_id != NULL) {
        buffer_text(out, _(", case "));
        matrix_view_line(view->case_id, REASON_BYTES, out);
    }
    buffer_text(out, "\n");
    print_sparks(view, colour, out);
    print_table(view, colour, out);
    buffer_text(out, "\n");
    print_turn(view, &summary, out);
    print_counts(view, &summary, out);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void write_case(const struct history_case *seen, struct json_writer *to)
{
    bool seen_at_all = seen->passed + seen->failed + seen->errors + seen->other > 0;

    json_write_object(to, "case");
    json_write_text(to, "status", seen_at_all ? status_name(seen->status) : NULL);
    json_write_text(to, "blame", blame_name(seen->blame));
    json_write_integer(to, "duration_ms", seen->duration_ms);
    json_write_text(to, "signature", seen->signature[0] != '\0' ? seen->signature : NULL);
    json_write_integer(to, "passed", seen->passed);
    json_write_integer(to, "failed", seen->failed);
    json_write_integer(to, "errors", seen->errors);
    json_write_integer(to, "other", seen->other);
    json_write_end(to);
}

static void write_row(const struct history_view *view, const struct history_row *row,
                      struct json_writer *to)
{
    static const char *const marks[] = {
        [HISTORY_UNKNOWN] = "unknown", [HISTORY_GOOD] = "good", [HISTORY_BAD] = "bad"};
    const struct cell_summary *summary = &row->cell.summary;

    json_write_object(to, NULL);
    json_write_text(to, "run", row->run_id);
    json_write_text(to, "label", row->label);
    json_write_text(to, "build", row->build);
    matrix_view_write_time(to, "created", row->created_ms);
    json_write_text(to, "state", run_state_name(row->state));
    json_write_text(to, "image", row->cell.cell.image);
    json_write_text(to, "verdict", verdict_name(row->cell.judgement.verdict));
    json_write_text(to, "reason", row->cell.judgement.reason);
    json_write_text(to, "blame", blame_name(row->cell.judgement.blame));
    json_write_text(to, "grade", grade_name(summary->attempts > 0 ? summary->grade : GRADE_NONE));
    json_write_integer(to, "attempts", summary->attempts);
    json_write_text(to, "mark", marks[history_mark(row, view->case_id != NULL)]);
    json_write_bool(to, "flaky", history_is_flaky(row, view->case_id != NULL));
    if (view->case_id != NULL)
        write_case(&row->seen, to);
    else
        json_write_null(to, "case");
    json_write_end(to);
}

static void write_place(const struct history_view *view, const char *key, long place,
                        struct json_writer *to)
{
    json_write_text(to, key, place != HISTORY_NONE ? view->rows->items[place].run_id : NULL);
}

void history_view_write_json(const struct history_view *view, struct json_writer *to)
{
    struct history_summary summary;

    history_summarise(view->rows, view->case_id != NULL, &summary);
    json_write_object(to, NULL);
    json_write_format(to, "touchstone-history", 1);
    json_write_text(to, "platform", view->platform);
    json_write_text(to, "suite", view->suite);
    json_write_text(to, "case", view->case_id);
    json_write_integer(to, "good", summary.good);
    json_write_integer(to, "bad", summary.bad);
    json_write_integer(to, "unknown", summary.unknown);
    json_write_integer(to, "flaky", summary.flaky);
    json_write_integer(to, "aside", (int64_t)view->rows->aside);
    json_write_integer(to, "attempts", summary.attempts);
    json_write_integer(to, "failed_attempts", summary.failed_attempts);
    json_write_integer(to, "failures", summary.failures);
    write_place(view, "first_bad", summary.first_bad, to);
    write_place(view, "last_good", summary.last_good, to);
    write_place(view, "first_good_again", summary.first_good_again, to);
    selection_view_write_json(view->selection, to);
    json_write_array(to, "runs");
    vec_foreach (row, view->rows)
        if (selection_shows(view->selection, (size_t)(row - view->rows->items)))
            write_row(view, row, to);
    json_write_end(to);
    json_write_end(to);
}
