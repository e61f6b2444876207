/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML according to Jenkins' junit-10.xsd, for tools that read no other format. One testsuite
 * for each cell, one testcase for each case (skipped if the plan leaves it out), and one for the
 * cell's verdict: a cell whose cases passed on a guest that does not match the plan has no passing
 * verdict. If a case of the cell failed already, the verdict is reported as skipped, so that
 * failures are not counted twice. A waived failure is skipped, unless the report is strict. The
 * platform is in classname, which GitLab displays; names are unique in the file, because GitLab
 * drops duplicates, and do not contain the grade, so that the history of a test continues after a
 * move to KVM.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/waiver.h"
#include "reports/again.h"
#include "reports/cell_view.h"
#include "reports/footprint_view.h"
#include "reports/format.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"
#include "reports/report.h"

/* Readers accept 30 MB; a byte of output becomes at most five. */
enum {
    BUDGET_BYTES = 5 << 20,
    LINE_BYTES = 1000,
    GOOD_BYTES = 2 * 1024,
    BAD_BYTES = 64 * 1024,
    ENTRIES = 200
};

enum outcome { PASSED, FAILED, ERRED, SKIPPED, OUTCOME_COUNT };

struct junit {
    FILE *out;
    const struct report *report;
    size_t budget;
};

struct tally {
    unsigned tests, counts[OUTCOME_COUNT];
};

/* A line of guest output, charged to the common budget. */
static void add_guest_line(struct junit *junit, const char *text)
{
    _cleanup_buffer_ struct buffer line = {0};
    size_t limit = junit->budget < LINE_BYTES ? junit->budget : LINE_BYTES;

    matrix_view_line(text, limit, &line);
    junit->budget -= strnlen(text, limit);
    if (line.length > 0)
        markup_lines(junit->out, line.data, line.length);
}

static enum outcome outcome_of(const struct report *report, const struct report_case *one)
{
    static const enum outcome outcomes[STATUS_COUNT] = {
        [STATUS_SKIP] = SKIPPED, [STATUS_DONE] = SKIPPED, [STATUS_PASS] = PASSED,
        [STATUS_MISS] = ERRED,   [STATUS_ERROR] = ERRED,  [STATUS_FAIL] = FAILED,
    };

    return one->waiver != NULL && !report->strict ? SKIPPED : outcomes[one->status];
}

/* red: a case of the cell is a failure or an error itself. */
static enum outcome outcome_of_verdict(const struct report *report,
                                       const struct judgement *judgement, bool red)
{
    if (judgement->verdict == VERDICT_COMPATIBLE)
        return PASSED;
    if (judgement->verdict == VERDICT_CONDITIONAL && !report->strict)
        return judgement->partial ? SKIPPED : PASSED;
    if (red)
        return SKIPPED;
    return judgement->verdict == VERDICT_NOT_ASSESSED ? ERRED : FAILED;
}

static void count(struct tally *tally, enum outcome outcome)
{
    tally->tests++;
    tally->counts[outcome]++;
}

/* True if it is left out by the plan and not mentioned in the result. */
static bool is_left_out(const struct planned_case *planned, const struct text_map *mentioned)
{
    return !planned->planned && text_map_get(mentioned, planned->id) == TEXT_MAP_NONE;
}

/* Adds a cell to the tally; returns the outcome of its verdict. */
static enum outcome tally_cell(const struct report *report, const struct matrix_cell *cell,
                               struct tally *tally)
{
    _cleanup_(text_map_done) struct text_map mentioned = {0};
    struct report_cases cases = {0};
    struct tally own = {0};
    enum outcome outcome;

    report_cases(cell, &cases);
    report_index_cases(&cases, &mentioned);
    vec_foreach (one, &cases)
        count(&own, outcome_of(report, one));
    vec_foreach (planned, &cell->cell.cases) {
        if (is_left_out(planned, &mentioned))
            count(&own, SKIPPED);
    }
    vec_done(&cases);
    outcome =
        outcome_of_verdict(report, &cell->judgement, own.counts[FAILED] + own.counts[ERRED] > 0);
    count(&own, outcome);
    tally->tests += own.tests;
    for (int i = 0; i < OUTCOME_COUNT; i++)
        tally->counts[i] += own.counts[i];
    return outcome;
}

/* In English regardless of the report's language, because tools compare runs by names. */
static const char *grade_of(const struct matrix_cell *cell)
{
    enum grade grade = report_grade(cell);

    return grade != GRADE_NONE ? grade_name(grade) : "did not run";
}

/* " on kunpeng, debian-bookworm-arm64"; the grade is a property, not part of a name. */
static void add_place(const struct junit *junit, const struct matrix_cell *cell)
{
    fputs(" on ", junit->out);
    markup_line(junit->out, cell->cell.platform);
    fputs(", ", junit->out);
    markup_line(junit->out, cell->cell.image);
}

static void open_testcase(const struct junit *junit, const struct matrix_cell *cell,
                          const char *name, int64_t duration_ms)
{
    FILE *out = junit->out;

    fputs("    <testcase classname=\"", out);
    markup_line(out, cell->cell.platform);
    fputs(".", out);
    markup_line(out, cell->cell.image);
    fputs(".", out);
    markup_line(out, cell->cell.suite);
    fputs("\" name=\"", out);
    markup_line(out, cell->cell.suite);
    fputs(name != NULL ? "/" : " as a whole", out);
    markup_line(out, name);
    add_place(junit, cell);
    fputs("\" time=\"", out);
    markup_seconds(out, duration_ms);
    fputs("\">\n", out);
}

/* Writes <failure type message>; the caller writes its content and closes it. Returns false for a
 * pass. */
static bool open_outcome(struct junit *junit, enum outcome outcome, const char *type,
                         const char *message)
{
    static const char *const names[OUTCOME_COUNT] = {NULL, "failure", "error", "skipped"};

    if (outcome == PASSED)
        return false;
    fprintf(junit->out, "      <%s type=\"%s\" message=\"", names[outcome], type);
    add_guest_line(junit, message != NULL ? message : type);
    fputs("\">", junit->out);
    return true;
}

static void close_outcome(const struct junit *junit, enum outcome outcome)
{
    static const char *const ends[OUTCOME_COUNT] = {"", "</failure>\n", "</error>\n",
                                                    "</skipped>\n"};

    fputs(ends[outcome], junit->out);
}

static void add_points(struct junit *junit, const struct case_result *row)
{
    vec_foreach (point, &row->points) {
        if (point->status == STATUS_PASS || junit->budget == 0)
            continue;
        fprintf(junit->out, "%s ", status_name(point->status));
        add_guest_line(junit, point->name);
        if (point->raw != NULL) {
            fputs(" [", junit->out);
            add_guest_line(junit, point->raw);
            fputs("]", junit->out);
        }
        if (point->detail != NULL) {
            fputs(": ", junit->out);
            add_guest_line(junit, point->detail);
        }
        fputs("\n", junit->out);
    }
}

static void add_stream(struct junit *junit, const struct evidence *blob, size_t limit)
{
    const char *name = strcmp(blob->name, "stderr") == 0 ? "system-err" : "system-out";
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_error_ struct error *err = NULL;
    uint64_t skipped = 0;

    if (blob->size == 0)
        return;
    fprintf(junit->out, "      <%s>", name);
    if (report_output(junit->report, blob, limit, &junit->budget, &text, &skipped, &err) < 0)
        markup_line(junit->out, error_message(err));
    else if (skipped > 0)
        fprintf(junit->out, "[%" PRIu64 " bytes before this are left out]\n", skipped);
    if (text.length > 0)
        markup_lines(junit->out, text.data, text.length);
    fprintf(junit->out, "</%s>\n", name);
}

static void add_case(struct junit *junit, const struct matrix_cell *cell,
                     const struct report_case *one)
{
    const struct result *latest = matrix_cell_latest(cell);
    enum outcome outcome = outcome_of(junit->report, one);
    bool wrong = outcome == FAILED || outcome == ERRED;

    open_testcase(junit, cell, one->id, one->row != NULL ? one->row->duration_ms : 0);
    if (open_outcome(junit, outcome, status_name(one->status), one->reason)) {
        _cleanup_free_ char *show = report_show_command(junit->report, cell, one->id);
        _cleanup_free_ char *waived = waiver_describe(one->waiver);

        if (waived != NULL) {
            fputs("waived ", junit->out);
            add_guest_line(junit, waived);
            fputs("\n", junit->out);
        }
        if (one->row != NULL && one->row->blame != BLAME_NONE)
            fprintf(junit->out, "blame: %s\n", blame_name(one->row->blame));
        if (one->row != NULL && one->row->status != one->status)
            fprintf(junit->out, "recorded as %s, which does not count here\n",
                    status_name(one->row->status));
        if (wrong && one->row != NULL)
            add_points(junit, one->row);
        markup_line(junit->out, one->row != NULL ? show : NULL);
        close_outcome(junit, outcome);
    }
    if (one->row != NULL)
        vec_foreach (blob, &latest->evidence) {
            if (text_equal(blob->case_id, one->id) && report_is_stream(blob))
                add_stream(junit, blob, wrong ? BAD_BYTES : GOOD_BYTES);
        }
    fputs("    </testcase>\n", junit->out);
}

static void add_left_out(struct junit *junit, const struct matrix_cell *cell,
                         const struct planned_case *planned)
{
    _cleanup_free_ char *why =
        text_format("left out of the plan: %s case, item %s",
                    planned->required ? "required" : "optional", item_name(planned->item));

    open_testcase(junit, cell, planned->id, 0);
    open_outcome(junit, SKIPPED, "left-out", why);
    close_outcome(junit, SKIPPED);
    fputs("    </testcase>\n", junit->out);
}

/* What the product did to the system, as the system-out of the verdict. */
static void add_footprint(struct junit *junit, const struct footprint *footprint)
{
    static const char *const words[] = {[FOOTPRINT_LEFT] = "left behind",
                                        [FOOTPRINT_ALLOWED] = "left, allowed",
                                        [FOOTPRINT_NOTED] = "left",
                                        [FOOTPRINT_THERE] = "there",
                                        [FOOTPRINT_UNDONE] = "undone"};
    _cleanup_free_ const struct footprint_entry **sorted = footprint_view_sort(footprint);

    if (footprint->reason != NULL) {
        fputs("footprint not completely known: ", junit->out);
        add_guest_line(junit, footprint->reason);
        fputs("\n", junit->out);
    }
    for (size_t i = 0; i < footprint->entries.count && i < ENTRIES && junit->budget > 0; i++) {
        fprintf(junit->out, "footprint: %s: %s %s ",
                words[footprint_view_end(footprint, sorted[i])],
                footprint_change_name(sorted[i]->change), footprint_kind_name(sorted[i]->kind));
        add_guest_line(junit, sorted[i]->name);
        if (sorted[i]->detail != NULL) {
            fputs(": ", junit->out);
            add_guest_line(junit, sorted[i]->detail);
        }
        fputs("\n", junit->out);
    }
}

static void add_verdict(struct junit *junit, const struct matrix_cell *cell, enum outcome outcome)
{
    const struct judgement *judgement = &cell->judgement;
    _cleanup_free_ char *again = again_command(&junit->report->matrix.run, &cell->cell, false);
    const struct result *latest = matrix_cell_latest(cell);
    bool measured = latest != NULL && latest->footprint.state != FOOTPRINT_NONE;
    _cleanup_buffer_ struct buffer scope = {0};
    bool open;

    matrix_view_scope(judgement, &scope);
    open_testcase(junit, cell, NULL, 0);
    open = open_outcome(junit, outcome, verdict_name(judgement->verdict), judgement->reason);
    if (!open)
        fputs("      <system-out>", junit->out);
    fprintf(junit->out,
            "%s, %s, %u of %u planned %s judged%s%s, rule %u: ", verdict_name(judgement->verdict),
            grade_of(cell), judgement->judged, judgement->total,
            text_plural(judgement->total, "case", "cases"), scope.length > 0 ? ", " : "",
            scope.length > 0 ? scope.data : "", judgement->rule);
    add_guest_line(junit, judgement->reason);
    if (judgement->blame != BLAME_NONE)
        fprintf(junit->out, "\nblame: %s", blame_name(judgement->blame));
    fputs("\n", junit->out);
    markup_line(junit->out, again);
    if (!open && measured)
        fputs("\n", junit->out);
    if (open)
        close_outcome(junit, outcome);
    if (open && measured)
        fputs("      <system-out>", junit->out);
    if (measured)
        add_footprint(junit, &latest->footprint);
    if (!open || measured)
        fputs("</system-out>\n", junit->out);
    fputs("    </testcase>\n", junit->out);
}

static void add_property(const struct junit *junit, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fprintf(junit->out, "      <property name=\"%s\" value=\"", name);
    markup_line(junit->out, value);
    fputs("\"/>\n", junit->out);
}

static void add_tally(const struct junit *junit, const struct tally *tally, bool skipped)
{
    fprintf(junit->out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\"", tally->tests,
            tally->counts[FAILED], tally->counts[ERRED]);
    if (skipped)
        fprintf(junit->out, " skipped=\"%u\"", tally->counts[SKIPPED]);
}

static void add_cell(struct junit *junit, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_(text_map_done) struct text_map mentioned = {0};
    struct report_cases cases = {0};
    struct tally tally = {0};
    enum outcome verdict = tally_cell(junit->report, cell, &tally);
    _cleanup_buffer_ struct buffer scope = {0};
    FILE *out = junit->out;

    matrix_view_scope(&cell->judgement, &scope);
    fputs("  <testsuite name=\"", out);
    markup_line(out, cell->cell.suite);
    add_place(junit, cell);
    add_tally(junit, &tally, true);
    if (latest != NULL) {
        char started[CLOCK_TEXT_SIZE];

        clock_format(latest->started_ms, started);
        fprintf(out, " timestamp=\"%.19s\" time=\"", started);
        markup_seconds(out, latest->ended_ms - latest->started_ms);
        fputs("\"", out);
    }
    fputs(">\n    <properties>\n", out);
    add_property(junit, "image", cell->cell.image);
    add_property(junit, "platform", cell->cell.platform);
    add_property(junit, "suite", cell->cell.suite);
    add_property(junit, "grade", grade_of(cell));
    add_property(junit, "verdict", verdict_name(cell->judgement.verdict));
    add_property(junit, "reason", cell->judgement.reason);
    add_property(junit, "scope", scope.length > 0 ? scope.data : NULL);
    add_property(junit, "flaky", cell->judgement.flaky ? "yes" : NULL);
    add_property(junit, "prepared_by", latest != NULL ? latest->prepared_by : NULL);
    fputs("    </properties>\n", out);
    add_verdict(junit, cell, verdict);
    report_cases(cell, &cases);
    report_index_cases(&cases, &mentioned);
    vec_foreach (one, &cases)
        add_case(junit, cell, one);
    vec_foreach (planned, &cell->cell.cases) {
        if (is_left_out(planned, &mentioned))
            add_left_out(junit, cell, planned);
    }
    vec_done(&cases);
    fputs("  </testsuite>\n", out);
}

static void write_junit(const struct report *report, FILE *out)
{
    struct junit junit = {out, report, BUDGET_BYTES};
    struct tally tally = {0};

    vec_foreach (cell, &report->matrix.cells) {
        if (!report_open(report, cell))
            continue;
        tally_cell(report, cell, &tally);
        report_close(cell);
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"touchstone ", out);
    markup_line(out, report->matrix.run.id);
    add_tally(&junit, &tally, false);
    fputs(">\n", out);
    for (int rank = 0; rank < REPORT_RANKS; rank++)
        vec_foreach (cell, &report->matrix.cells) {
            if (report_rank(cell->judgement.verdict) != rank || !report_open(report, cell))
                continue;
            add_cell(&junit, cell);
            report_close(cell);
        }
    fputs("</testsuites>\n", out);
}

REPORT_FORMAT(junit, ".xml", "JUnit XML (junit-10.xsd), for GitLab, Jenkins and the like")
