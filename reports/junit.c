/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JUnit XML according to Jenkins' junit-10.xsd, for tools that read no other format. One testsuite
 * for each cell, one testcase for each case (skipped if the plan leaves it out) and for each of its
 * points, and one for the cell's verdict: a cell whose cases passed on a guest that does not match
 * the plan has no passing verdict, and one that is conditional is skipped. If a case of the cell
 * failed already, the verdict is reported as skipped, so that failures are not counted twice; the
 * same holds for a case and its points. A waived failure is skipped, unless the report is strict.
 * The platform is in classname, which GitLab displays; names are unique in the file, because GitLab
 * drops duplicates, and do not contain the grade, so that the history of a test continues after a
 * move to KVM.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "reports/again.h"
#include "reports/footprint_view.h"
#include "reports/format.h"
#include "reports/junit.h"
#include "reports/markup.h"
#include "reports/matrix_view.h"

enum { LINE_BYTES = 1000, ENTRIES = 200 };

/* --- parts of a testcase -------------------------------------------------------------------- */

enum junit_outcome junit_outcome(enum row_outcome outcome)
{
    static const enum junit_outcome outcomes[ROW_OUTCOME_COUNT] = {
        [ROW_PASSED] = JUNIT_PASSED,   [ROW_FAILED] = JUNIT_FAILED, [ROW_ERROR] = JUNIT_ERRED,
        [ROW_SKIPPED] = JUNIT_SKIPPED, [ROW_OPEN] = JUNIT_SKIPPED,
    };

    return outcomes[outcome];
}

void junit_guest_line(struct junit *junit, const char *text)
{
    _cleanup_buffer_ struct buffer line = {0};
    size_t limit = junit->budget < LINE_BYTES ? junit->budget : LINE_BYTES;

    matrix_view_line(text, limit, &line);
    junit->budget -= strnlen(text, limit);
    if (line.length > 0)
        markup_lines(junit->out, line.data, line.length);
}

/* " on kunpeng, debian-bookworm-arm64"; the grade is a property, not part of a name. */
static void add_place(const struct junit *junit, const struct matrix_cell *cell)
{
    fputs(" on ", junit->out);
    markup_line(junit->out, cell->cell.platform);
    fputs(", ", junit->out);
    markup_line(junit->out, cell->cell.image);
}

void junit_open(const struct junit *junit, const struct matrix_cell *cell, const char *name,
                int64_t duration_ms)
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

void junit_close(const struct junit *junit)
{
    fputs("    </testcase>\n", junit->out);
}

bool junit_open_outcome(struct junit *junit, enum junit_outcome outcome, const char *type,
                        const char *message)
{
    static const char *const names[JUNIT_OUTCOME_COUNT] = {NULL, "failure", "error", "skipped"};

    if (outcome == JUNIT_PASSED)
        return false;
    fprintf(junit->out, "      <%s type=\"%s\" message=\"", names[outcome], type);
    junit_guest_line(junit, message != NULL ? message : type);
    fputs("\">", junit->out);
    return true;
}

void junit_close_outcome(const struct junit *junit, enum junit_outcome outcome)
{
    static const char *const ends[JUNIT_OUTCOME_COUNT] = {"", "</failure>\n", "</error>\n",
                                                          "</skipped>\n"};

    fputs(ends[outcome], junit->out);
}

/* --- cells ---------------------------------------------------------------------------------- */

/* In English regardless of the report's language, because tools compare runs by names. */
static const char *grade_of(const struct matrix_cell *cell)
{
    enum grade grade = report_grade(cell);

    return grade != GRADE_NONE ? grade_name(grade) : "did not run";
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
        junit_guest_line(junit, footprint->reason);
        fputs("\n", junit->out);
    }
    for (size_t i = 0; i < footprint->entries.count && i < ENTRIES && junit->budget > 0; i++) {
        fprintf(junit->out, "footprint: %s: %s %s ",
                words[footprint_view_end(footprint, sorted[i])],
                footprint_change_name(sorted[i]->change), footprint_kind_name(sorted[i]->kind));
        junit_guest_line(junit, sorted[i]->name);
        if (sorted[i]->detail != NULL) {
            fputs(": ", junit->out);
            junit_guest_line(junit, sorted[i]->detail);
        }
        fputs("\n", junit->out);
    }
}

static void add_verdict(struct junit *junit, const struct matrix_cell *cell,
                        enum junit_outcome outcome)
{
    const struct judgement *judgement = &cell->judgement;
    _cleanup_free_ char *again = again_command(&junit->report->matrix.run, &cell->cell, false);
    const struct result *latest = matrix_cell_latest(cell);
    bool measured = latest != NULL && latest->footprint.state != FOOTPRINT_NONE;
    _cleanup_buffer_ struct buffer scope = {0};
    bool open;

    matrix_view_scope(judgement, &scope);
    junit_open(junit, cell, NULL, 0);
    open = junit_open_outcome(junit, outcome, verdict_name(judgement->verdict), judgement->reason);
    if (!open)
        fputs("      <system-out>", junit->out);
    fprintf(junit->out,
            "%s, %s, %u of %u planned %s judged%s%s, rule %u: ", verdict_name(judgement->verdict),
            grade_of(cell), judgement->judged, judgement->total,
            text_plural(judgement->total, "case", "cases"), scope.length > 0 ? ", " : "",
            scope.length > 0 ? scope.data : "", judgement->rule);
    junit_guest_line(junit, judgement->reason);
    if (judgement->blame != BLAME_NONE)
        fprintf(junit->out, "\nblame: %s", blame_name(judgement->blame));
    fputs("\n", junit->out);
    markup_line(junit->out, again);
    if (!open && measured)
        fputs("\n", junit->out);
    if (open)
        junit_close_outcome(junit, outcome);
    if (open && measured)
        fputs("      <system-out>", junit->out);
    if (measured)
        add_footprint(junit, &latest->footprint);
    if (!open || measured)
        fputs("</system-out>\n", junit->out);
    junit_close(junit);
}

static void add_property(const struct junit *junit, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fprintf(junit->out, "      <property name=\"%s\" value=\"", name);
    markup_line(junit->out, value);
    fputs("\"/>\n", junit->out);
}

static void add_tally(const struct junit *junit, const struct junit_tally *tally, bool skipped)
{
    fprintf(junit->out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\"", tally->tests,
            tally->counts[JUNIT_FAILED], tally->counts[JUNIT_ERRED]);
    if (skipped)
        fprintf(junit->out, " skipped=\"%u\"", tally->counts[JUNIT_SKIPPED]);
}

static void add_properties(struct junit *junit, const struct matrix_cell *cell)
{
    static const char *const left_out[JUNIT_DETAIL_COUNT] = {[JUNIT_CASES] = "points of cases",
                                                             [JUNIT_WRONG] =
                                                                 "points; cases that did not fail",
                                                             [JUNIT_CELLS] = "all cases"};
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_buffer_ struct buffer scope = {0};

    matrix_view_scope(&cell->judgement, &scope);
    fputs("    <properties>\n", junit->out);
    add_property(junit, "image", cell->cell.image);
    add_property(junit, "platform", cell->cell.platform);
    add_property(junit, "suite", cell->cell.suite);
    add_property(junit, "grade", grade_of(cell));
    add_property(junit, "verdict", verdict_name(cell->judgement.verdict));
    fputs("      <property name=\"reason\" value=\"", junit->out);
    junit_guest_line(junit, cell->judgement.reason);
    fputs("\"/>\n", junit->out);
    add_property(junit, "scope", scope.length > 0 ? scope.data : NULL);
    add_property(junit, "flaky", cell->judgement.flaky ? "yes" : NULL);
    add_property(junit, "prepared_by", latest != NULL ? latest->prepared_by : NULL);
    add_property(junit, "left_out_for_size", left_out[junit->detail]);
    fputs("    </properties>\n", junit->out);
}

static void add_cell(struct junit *junit, const struct matrix_cell *cell)
{
    const struct result *latest = matrix_cell_latest(cell);
    _cleanup_(report_rows_done) struct report_rows rows = {0};
    enum junit_outcome verdict;
    struct junit_tally tally = {0};
    FILE *out = junit->out;

    report_rows(junit->report, cell, &rows);
    verdict = junit_tally_cell(junit, &rows, &tally);
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
    fputs(">\n", out);
    add_properties(junit, cell);
    add_verdict(junit, cell, verdict);
    vec_foreach (row, &rows.items)
        if (junit_is_listed(junit->detail, row))
            junit_case(junit, cell, row);
    fputs("  </testsuite>\n", out);
}

static void write_junit(const struct report *report, FILE *out)
{
    struct junit junit = {.out = out, .report = report};
    struct junit_tally tally = {0};

    junit_plan(&junit, &tally);
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
