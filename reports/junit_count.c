/* SPDX-License-Identifier: Apache-2.0 */
/* Counts what a JUnit file contains before the first byte is written, and decides how much it may
 * contain. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "reports/again.h"
#include "reports/junit.h"

/* Readers accept 30 MB. What is written of names and words of the harness is estimated, from above,
 * and decides how much is a testcase of its own; the rest is for output of guests, of which a byte
 * becomes at most five. */
enum {
    FILE_BYTES = 29 << 20,
    STRUCTURE_BYTES = 20 << 20,
    OUTPUT_BYTES = 5 << 20,
    CELL_BYTES = 1800, /* a testsuite with its verdict, without names and commands */
    GOOD_BYTES = 160,  /* a testcase that passes */
    OTHER_BYTES = 500, /* one that does not */
    NAME_BYTES = 300,
    ESCAPED = 5
};

/* red: a case of the cell is a failure or an error itself. */
static enum junit_outcome outcome_of_verdict(const struct report_row *whole, bool red)
{
    enum junit_outcome outcome = junit_outcome(whole->outcome);

    return red && outcome != JUNIT_PASSED ? JUNIT_SKIPPED : outcome;
}

static void count(struct junit_tally *tally, enum junit_outcome outcome)
{
    tally->tests++;
    tally->counts[outcome]++;
}

bool junit_is_listed(enum junit_detail detail, const struct report_row *row)
{
    if (row->kind == ROW_CELL || detail == JUNIT_CELLS)
        return false;
    return detail != JUNIT_WRONG || row->outcome == ROW_FAILED || row->outcome == ROW_ERROR;
}

enum junit_outcome junit_tally_cell(const struct junit *junit, const struct report_rows *rows,
                                    struct junit_tally *tally)
{
    enum junit_outcome outcome;
    struct junit_tally own = {0};

    vec_foreach (row, &rows->items) {
        if (!junit_is_listed(junit->detail, row))
            continue;
        count(&own, junit_case_outcome(junit, row));
        if (row->row != NULL && junit->detail == JUNIT_POINTS)
            vec_foreach (point, &row->row->points)
                count(&own, junit_outcome(report_row_point(row, point)));
    }
    outcome = outcome_of_verdict(&rows->items.items[0],
                                 own.counts[JUNIT_FAILED] + own.counts[JUNIT_ERRED] > 0);
    count(&own, outcome);
    tally->tests += own.tests;
    for (int i = 0; i < JUNIT_OUTCOME_COUNT; i++)
        tally->counts[i] += own.counts[i];
    return outcome;
}

/* What a cell takes without output of its guest, from above, at each level of detail. */
static void measure_cell(const struct report *report, const struct matrix_cell *cell,
                         const struct report_rows *rows, size_t sizes[JUNIT_DETAIL_COUNT])
{
    size_t place =
        2 * (strlen(cell->cell.platform) + strlen(cell->cell.image) + strlen(cell->cell.suite));

    _cleanup_free_ char *show = report_show_command(report, cell, "");
    _cleanup_free_ char *again = again_command(&report->matrix.run, &cell->cell, false);

    for (enum junit_detail detail = 0; detail < JUNIT_DETAIL_COUNT; detail++)
        sizes[detail] += CELL_BYTES + ESCAPED * strlen(again) + 3 * place;
    vec_foreach (row, &rows->items) {
        size_t base =
            place + (row->outcome == ROW_PASSED ? GOOD_BYTES : OTHER_BYTES + 2 * strlen(show));

        for (enum junit_detail detail = 0; detail < JUNIT_DETAIL_COUNT; detail++)
            if (junit_is_listed(detail, row))
                sizes[detail] += base + 2 * strlen(row->case_id);
        if (row->row != NULL)
            vec_foreach (point, &row->row->points)
                sizes[JUNIT_POINTS] +=
                    place + strlen(row->case_id) + ESCAPED * strnlen(point->name, NAME_BYTES) +
                    (point->status == STATUS_PASS ? GOOD_BYTES : OTHER_BYTES + strlen(show));
    }
}

void junit_plan(struct junit *junit, struct junit_tally *ret_tally)
{
    struct junit_tally tallies[JUNIT_DETAIL_COUNT] = {0};
    size_t sizes[JUNIT_DETAIL_COUNT] = {0}, rest;
    struct error **err = &junit->report->source->err;

    vec_foreach (cell, &junit->report->matrix.cells) {
        _cleanup_(report_rows_done) struct report_rows rows = {0};

        if (!report_open(junit->report, cell))
            continue;
        report_rows(junit->report, cell, &rows);
        measure_cell(junit->report, cell, &rows, sizes);
        for (junit->detail = 0; junit->detail < JUNIT_DETAIL_COUNT; junit->detail++)
            junit_tally_cell(junit, &rows, &tallies[junit->detail]);
        report_close(cell);
    }
    junit->detail = JUNIT_POINTS;
    while (junit->detail < JUNIT_CELLS && sizes[junit->detail] > STRUCTURE_BYTES)
        junit->detail++;
    if (sizes[junit->detail] > FILE_BYTES && *err == NULL)
        error_set(err, -EFBIG,
                  "the run has %zu cells, too many for a JUnit file of 30 MB: use another format",
                  junit->report->matrix.cells.count);
    rest = sizes[junit->detail] < FILE_BYTES ? (FILE_BYTES - sizes[junit->detail]) / ESCAPED : 0;
    junit->budget = rest < OUTPUT_BYTES ? rest : OUTPUT_BYTES;
    *ret_tally = tallies[junit->detail];
}
