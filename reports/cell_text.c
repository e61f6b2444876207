/* SPDX-License-Identifier: Apache-2.0 */
/* One cell as text: the verdict and its reason, then the cases, then the evidence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "judge/judge.h"
#include "judge/outcome.h"
#include "model/said.h"
#include "model/waiver.h"
#include "reports/again.h"
#include "reports/because_view.h"
#include "reports/case_files.h"
#include "reports/cell_view.h"
#include "reports/footprint_view.h"
#include "reports/matrix_view.h"
#include "store/evidence.h"

enum { ATTEMPTS_SHOWN = 20, KEY_SHOWN = 12, LABEL_COLUMNS = 10 };
enum { LINE_BYTES = 400, TAIL_BYTES = 4096, TAIL_LINES = 10, CASE_TAIL_BYTES = 256 * 1024 };

/* Indexed by rule number, see judge.h. */
static const char *const rules[] = {
    "",
    N_("a required case that can be judged failed"),
    N_("the guest, the job or a required case does not allow a verdict"),
    N_("all judged required cases passed, with the conditions listed"),
    N_("every required case was judged and passed"),
    N_("all judged required cases passed, as another system reports")};

bool cell_view_wants_output(const struct cell_view *view, const struct case_result *row)
{
    if (view->case_id != NULL)
        return strcmp(view->case_id, row->id) == 0;
    return row->status == STATUS_FAIL || row->status == STATUS_ERROR || row->status == STATUS_MISS;
}

char *cell_view_waived(const struct outcomes *outcomes, const struct case_result *row)
{
    return row->status == STATUS_FAIL ? waiver_describe(outcome_waiver(outcomes, row->id)) : NULL;
}

size_t cell_view_tail_limit(const struct cell_view *view)
{
    return view->case_id != NULL ? CASE_TAIL_BYTES : TAIL_BYTES;
}

int cell_view_read_tail(const struct cell_view *view, const struct evidence *blob,
                        struct buffer *ret_data, uint64_t *ret_skipped, struct error **err)
{
    struct error *why = NULL;
    int code = evidence_read_tail(view->home, blob->sha256, blob->size, cell_view_tail_limit(view),
                                  ret_data, ret_skipped, &why);

    if (code == 0)
        return 0;
    log_warning("evidence '%s' cannot be shown: %s", blob->name, error_message(why));
    if (view->unread != NULL)
        ++*view->unread;
    *err = why;
    return code;
}

void cell_view_duration(int64_t duration_ms, struct buffer *out)
{
    buffer_format(out, "%lld.%lld s", (long long)duration_ms / 1000,
                  (long long)(duration_ms % 1000) / 100);
}

static void add_label(struct buffer *out, const char *label)
{
    size_t width = table_width(label);

    buffer_format(out, "%s%*s", label, width < LABEL_COLUMNS ? (int)(LABEL_COLUMNS - width) + 1 : 1,
                  "");
}

static void add_line(struct buffer *out, const char *label, const char *text)
{
    _cleanup_free_ char *said = said_here(text);

    add_label(out, label);
    matrix_view_line(said, LINE_BYTES, out);
    buffer_text(out, "\n");
}

static void print_attempt(const struct result *result, struct buffer *out)
{
    unsigned counts[STATUS_COUNT] = {0};

    buffer_format(out, _("attempt %u  "), result->attempt);
    matrix_view_time(result->started_ms, out);
    buffer_text(out, "  ");
    cell_view_duration(
        result->ended_ms > result->started_ms ? result->ended_ms - result->started_ms : 0, out);
    if (result->grade == GRADE_REPORTED)
        buffer_text(out, _("  imported from another system"));
    else
        buffer_format(out, "  %s, %s", accel_name(result->accel),
                      result->warm ? _("restored from a saved state") : _("booted"));
    vec_foreach (row, &result->cases)
        counts[row->status]++;
    for (int status = STATUS_COUNT - 1; status >= 0; status--)
        if (counts[status] > 0)
            buffer_format(out, "  %u %s", counts[status], status_name((enum status)status));
    if (result->outcome != STATUS_PASS) {
        buffer_format(out, "  %s (%s): ", status_name(result->outcome), blame_name(result->blame));
        matrix_view_line(result->reason != NULL ? result->reason : "", LINE_BYTES, out);
    }
    buffer_text(out, "\n");
}

/* Latest first; then the cases that differed between attempts that count. */
static void print_attempts(const struct matrix_cell *cell, struct buffer *out)
{
    size_t count = cell->attempts.count;
    _cleanup_(counted_done) struct counted counted = {0};

    counted_make(&cell->cell, (const struct result *const *)cell->attempts.items, count, &counted);
    for (size_t i = count; i > 0 && i + ATTEMPTS_SHOWN > count; i--) {
        add_label(out, i == count ? _("ran") : "");
        print_attempt(cell->attempts.items[i - 1], out);
    }
    if (count > ATTEMPTS_SHOWN) {
        add_label(out, "");
        buffer_format(out, _("and %zu %s before\n"), count - ATTEMPTS_SHOWN,
                      ngettext("attempt", "attempts", count - ATTEMPTS_SHOWN));
    }
    vec_foreach (planned, &cell->cell.cases) {
        struct tally tally;

        if (!planned->planned || counted.count < 2)
            continue;
        tally_case(&cell->cell, planned, &counted, &tally);
        if (tally.failed + tally.errors == 0)
            continue;
        add_label(out, _("rate"));
        buffer_format(out, "%s ", planned->id);
        tally_describe(&tally, out);
        buffer_text(out, "\n");
    }
}

/* "; 5 of 10 cases planned, left out: persist (required), speed" */
static void print_scope(const struct cell_record *cell, const struct judgement *judgement,
                        struct buffer *out)
{
    const char *before = _(", left out: ");
    _cleanup_buffer_ struct buffer scope = {0};
    _cleanup_free_ char *said = NULL;

    if (judgement->total == judgement->defined)
        return;
    matrix_view_scope(judgement, &scope);
    said = said_here(scope.data);
    buffer_format(out, "; %s", said);
    vec_foreach (planned, &cell->cases) {
        if (planned->planned)
            continue;
        buffer_format(out, "%s%s%s", before, planned->id,
                      planned->required ? _(" (required)") : "");
        before = ", ";
    }
}

static void print_head(const struct cell_view *view, bool colour, struct buffer *out)
{
    const struct matrix_cell *cell = view->cell;
    const struct judgement *judgement = &cell->judgement;
    const struct result *latest = matrix_cell_latest(cell);

    buffer_format(out, _("%s/%s/%s  run %s\n\n"), cell->cell.image, cell->cell.platform,
                  cell->cell.suite, view->run->id);
    add_label(out, _("verdict"));
    table_paint(out, verdict_name(judgement->verdict), matrix_view_colour(judgement->verdict),
                colour);
    if (latest != NULL && latest->grade != GRADE_NONE)
        buffer_format(out, " %s", matrix_view_grade(cell));
    buffer_format(out, _(", rule %u: %s\n"), judgement->rule, gettext(rules[judgement->rule]));
    add_line(out, _("why"), judgement->reason);
    if (judgement->blame != BLAME_NONE)
        add_line(out, _("blame"), blame_name(judgement->blame));
}

/* The job that prepared the guest, and the saved state used. */
static void print_prepared(const struct cell_view *view, const struct result *latest,
                           struct buffer *out)
{
    if (latest == NULL || latest->prepared_by == NULL)
        return;
    add_label(out, _("prepared"));
    matrix_view_line(latest->prepared_by, LINE_BYTES, out);
    if (latest->state_key != NULL) {
        _cleanup_free_ char *key = text_ndup(latest->state_key, view->full ? SIZE_MAX : KEY_SHOWN);

        buffer_text(out, _("  state "));
        matrix_view_line(key, LINE_BYTES, out);
    }
    if (view->prepared != NULL) {
        buffer_text(out, "  ");
        matrix_view_time(view->prepared->started_ms, out);
    }
    buffer_text(out, "\n");
}

static void print_run(const struct cell_view *view, struct buffer *out)
{
    const struct matrix_cell *cell = view->cell;
    const struct judgement *judgement = &cell->judgement;
    _cleanup_free_ char *again = again_command(view->run, &cell->cell, false);

    buffer_text(out, "\n");
    add_label(out, _("coverage"));
    buffer_format(out, _("%u of %u planned %s judged"), judgement->judged, judgement->total,
                  ngettext("case", "cases", judgement->total));
    print_scope(&cell->cell, judgement, out);
    buffer_format(out, _("; highest status %s\n"), status_name(judgement->rollup));
    print_attempts(cell, out);
    print_prepared(view, matrix_cell_latest(cell), out);
    add_line(out, _("again"), again);
}

static void print_cases(const struct cell_view *view, const struct result *latest, bool colour,
                        struct buffer *out)
{
    _cleanup_(outcomes_done) struct outcomes outcomes = outcomes_of(view->cell);
    bool guests = latest->cases.count > 0 && latest->cases.items[0].guest != NULL;
    _cleanup_(table_done) struct table table = {.columns = guests ? 7 : 6};

    vec_foreach (row, &latest->cases) {
        _cleanup_buffer_ struct buffer time = {0}, reason = {0};
        _cleanup_free_ char *waived = cell_view_waived(&outcomes, row), *said = NULL;
        bool good = row->status == STATUS_PASS, mild = row->status <= STATUS_DONE;

        if (view->case_id != NULL && strcmp(view->case_id, row->id) != 0)
            continue;
        if (row->started)
            cell_view_duration(row->duration_ms, &time);
        said = said_here(row->reason != NULL ? row->reason : "");
        matrix_view_line(said, LINE_BYTES, &reason);
        table_add(&table, status_name(row->status),
                  good   ? TABLE_GREEN
                  : mild ? TABLE_DIM
                         : TABLE_RED);
        table_add(&table, row->id, TABLE_PLAIN);
        table_add(&table, row->required ? _("required") : _("optional"), TABLE_PLAIN);
        table_add(&table, item_name(row->item), TABLE_PLAIN);
        if (guests)
            table_add(&table, row->guest != NULL ? row->guest : "", TABLE_PLAIN);
        table_add(&table, time.length > 0 ? time.data : "-", TABLE_PLAIN);
        table_format(&table, TABLE_PLAIN, "%s%s%s%s%s%s", row->gap ? _("gap: ") : "",
                     reason.length > 0 ? reason.data : "",
                     row->judgeable ? "" : _(" [not judged at this grade]"),
                     waived != NULL ? _(" [waived ") : "", waived != NULL ? waived : "",
                     waived != NULL ? "]" : "");
    }
    buffer_text(out,
                latest->cases.count > 0 ? _("\ncases\n") : _("\ncases\n  no case was started\n"));
    table_print(&table, "  ", colour, out);
}

/* The last lines of a stream, each after a vertical bar, so that they cannot be mistaken for our
 * own output. */
static void print_tail(const struct cell_view *view, const struct evidence *blob,
                       struct buffer *out)
{
    _cleanup_buffer_ struct buffer raw = {0}, safe = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;
    char *start, *line;
    size_t lines = 0;

    buffer_text(out, "    ");
    matrix_view_line(blob->name, LINE_BYTES, out);
    buffer_format(out, _(", %llu bytes%s"), (unsigned long long)blob->size,
                  blob->truncated ? _(" (only the beginning; the rest was discarded)") : "");
    if (cell_view_read_tail(view, blob, &raw, &skipped, &err) < 0) {
        buffer_format(out, ": %s\n", error_said(err));
        return;
    }
    buffer_printable(&safe, raw.length > 0 ? raw.data : "", raw.length, true);
    while (safe.length > 0 && safe.data[safe.length - 1] == '\n')
        safe.data[--safe.length] = '\0';
    start = safe.length > 0 ? safe.data : "";
    for (line = start + safe.length; view->case_id == NULL && line > start; line--)
        if (line[-1] == '\n' && ++lines == TAIL_LINES)
            break;
    if (view->case_id != NULL)
        line = start;
    buffer_text(out, skipped > 0 || line > start ? _(", its end:\n") : ":\n");
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");

        buffer_text(out, "    | ");
        buffer_add(out, line, length);
        buffer_text(out, "\n");
        line += length + (line[length] == '\n');
    }
}

static void print_outputs(const struct cell_view *view, const struct result *latest, bool colour,
                          struct buffer *out)
{
    vec_foreach (row, &latest->cases) {
        if (!cell_view_wants_output(view, row))
            continue;
        buffer_text(out, "\n");
        table_paint(out, row->id, TABLE_RED, colour && row->status > STATUS_PASS);
        buffer_format(out, ": %s", status_name(row->status));
        if (row->blame != BLAME_NONE)
            buffer_format(out, _(", responsible: %s"), blame_name(row->blame));
        if (row->exit_code >= 0 && row->started)
            buffer_format(out, _(", exit code %d"), row->exit_code);
        buffer_text(out, "\n");
        vec_foreach (point, &row->points) {
            buffer_format(out, "    %-5s ", status_name(point->status));
            matrix_view_line(point->name, LINE_BYTES, out);
            if (point->raw != NULL) {
                buffer_text(out, " [");
                matrix_view_line(point->raw, LINE_BYTES, out);
                buffer_text(out, "]");
            }
            if (point->detail != NULL) {
                buffer_text(out, ": ");
                matrix_view_line(point->detail, LINE_BYTES, out);
            }
            buffer_text(out, "\n");
        }
        vec_foreach (blob, &latest->evidence) {
            if (text_equal(blob->case_id, row->id) && !case_file_is(blob))
                print_tail(view, blob, out);
        }
    }
    if (view->case_id != NULL || latest->outcome == STATUS_PASS)
        return;
    vec_foreach (blob, &latest->evidence) {
        if (blob->case_id == NULL && strstr(blob->name, "console") != NULL) {
            buffer_text(out, _("\nthe guest\n"));
            print_tail(view, blob, out);
        }
    }
}

static void print_identity(const struct result *latest, bool colour, struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 4};

    buffer_text(out, _("\nidentity, measured in the guest\n"));
    if (!latest->identity_measured || latest->identity.count == 0) {
        buffer_text(out, _("  not measured\n"));
        return;
    }
    vec_foreach (check, &latest->identity) {
        table_add(&table, check->matches ? "ok" : _("WRONG"),
                  check->matches ? TABLE_GREEN : TABLE_RED);
        table_add(&table, check->key, TABLE_PLAIN);
        table_add(&table, check->measured != NULL ? check->measured : "", TABLE_PLAIN);
        table_format(&table, TABLE_PLAIN, "%s%s", check->matches ? "" : _("expected "),
                     check->matches || check->expected == NULL ? "" : check->expected);
    }
    table_print(&table, "  ", colour, out);
}

static void print_field(const char *before, const char *text, struct buffer *out)
{
    if (text == NULL)
        return;
    buffer_text(out, before);
    matrix_view_line(text, LINE_BYTES, out);
}

static void print_prediction(const struct cell_view *view, const struct prediction *prediction,
                             bool colour, struct buffer *out)
{
    const struct judgement *judgement = &view->cell->judgement;

    if (prediction->state == PREDICTION_NONE)
        return;
    buffer_text(out, _("\nstatic check of its files\n"));
    if (judgement->has_prediction)
        buffer_format(out, _("  predicted %s, observed %s\n"), verdict_name(judgement->predicted),
                      verdict_name(judgement->observed));
    print_field(_("  not checked: "), prediction->reason, out);
    if (prediction->reason != NULL)
        buffer_text(out, "\n");
    vec_foreach (part, &prediction->parts) {
        buffer_text(out, part->checked ? _("  checked ")
                                       : _("  from the image's own repositories, not checked "));
        matrix_view_line(part->name, LINE_BYTES, out);
        buffer_text(out, "\n");
    }
    vec_foreach (row, &prediction->findings) {
        _cleanup_free_ char *place = finding_place(row);
        _cleanup_free_ char *waived = waiver_describe(judge_waived_finding(&view->cell->cell, row));

        buffer_text(out, "  ");
        table_paint(out, finding_severity_name(row->severity),
                    row->severity == SEVERITY_BLOCK ? TABLE_RED : TABLE_YELLOW, colour);
        print_field(" ", finding_name(row), out);
        print_field(" ", place, out);
        print_field(": ", row->symbol, out);
        print_field(_(" version "), row->version, out);
        print_field(_(" from "), row->provider, out);
        print_field(_("; found: "), row->found, out);
        if (row->severity == SEVERITY_BLOCK && row->executed != EXECUTED_NONE)
            buffer_format(out, _("; executed: %s%s"), executed_name(row->executed),
                          finding_is_contradicted(row) ? _(", which contradicts it") : "");
        print_field(_("\n      waived "), waived, out);
        print_field("\n      -> ", row->remedy, out);
        buffer_text(out, "\n");
    }
    if (prediction->cut)
        buffer_text(out, _("  more findings were found than are stored\n"));
}

static void print_gaps(const struct result *latest, struct buffer *out)
{
    static const char *const meaning[] = {
        [GAP_MISSING] = N_("the real part has, this guest lacks"),
        [GAP_EXTRA] = N_("this guest has, the real part lacks"),
        [GAP_UNKNOWN] = N_("this guest has, unknown for the real part"),
    };

    buffer_text(out, _("\ngaps to the real part\n"));
    if (!latest->identity_measured) {
        buffer_text(out, _("  not measured\n"));
        return;
    }
    for (enum gap_kind kind = GAP_MISSING; kind <= GAP_UNKNOWN; kind++) {
        _cleanup_buffer_ struct buffer names = {0};

        vec_foreach (gap, &latest->gaps.rows) {
            if (gap->kind == kind) {
                buffer_text(&names, " ");
                matrix_view_line(gap->feature, LINE_BYTES, &names);
            }
        }
        buffer_format(out, "  %-7s (%s):%s\n", gap_kind_name(kind), gettext(meaning[kind]),
                      names.length > 0 ? names.data : _(" none"));
    }
}

static void print_observations(const struct cell_view *view, const struct result *latest,
                               struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = 3};

    vec_foreach (seen, &latest->observations) {
        _cleanup_buffer_ struct buffer value = {0};

        if (view->case_id != NULL && !text_equal(view->case_id, seen->case_id))
            continue;
        matrix_view_line(seen->value, LINE_BYTES, &value);
        table_add(&table, seen->case_id != NULL ? seen->case_id : "-", TABLE_PLAIN);
        table_add(&table, seen->key, TABLE_PLAIN);
        table_format(&table, TABLE_PLAIN, "%s%s%s", value.length > 0 ? value.data : "",
                     seen->unit != NULL ? " " : "", seen->unit != NULL ? seen->unit : "");
    }
    if (table.cells.count == 0)
        return;
    buffer_text(out, _("\nobservations\n"));
    table_print(&table, "  ", false, out);
}

static void print_evidence(const struct cell_view *view, const struct result *latest,
                           struct buffer *out)
{
    _cleanup_(table_done) struct table table = {.columns = view->full ? 4 : 3};

    vec_foreach (blob, &latest->evidence) {
        _cleanup_free_ char *path = evidence_path(view->home, blob->sha256);

        if (view->case_id != NULL && !text_equal(view->case_id, blob->case_id))
            continue;
        table_add(&table, blob->case_id != NULL ? blob->case_id : "-", TABLE_PLAIN);
        table_add(&table, blob->name, TABLE_PLAIN);
        table_format(&table, TABLE_PLAIN, "%llu%s", (unsigned long long)blob->size,
                     blob->truncated ? " cut" : "");
        if (view->full)
            table_add(&table, path, TABLE_PLAIN);
    }
    if (table.cells.count == 0)
        return;
    buffer_text(out, view->full ? _("\nevidence, named by its SHA-256\n")
                                : _("\nevidence, in bytes ('--full' shows the paths)\n"));
    table_print(&table, "  ", false, out);
}

void cell_view_text(const struct cell_view *view, bool colour, struct buffer *out)
{
    const struct result *latest = matrix_cell_latest(view->cell);

    print_head(view, colour, out);
    if (view->case_id == NULL)
        because_view_text(view->cell, out);
    if (latest == NULL) {
        print_run(view, out);
        return;
    }
    print_outputs(view, latest, colour, out);
    print_cases(view, latest, colour, out);
    print_run(view, out);
    if (view->case_id == NULL) {
        print_prediction(view, &latest->prediction, colour, out);
        footprint_view_text(&latest->footprint, view->full, colour, out);
        print_identity(latest, colour, out);
        print_gaps(latest, out);
    }
    print_observations(view, latest, out);
    print_evidence(view, latest, out);
}
