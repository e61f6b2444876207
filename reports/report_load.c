/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the cells of a report: their verdicts from the index, with all evidence read, and then the
 * records of single cells. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "reports/report.h"
#include "store/evidence.h"
#include "store/store.h"

static int read_whole(void *home, const struct evidence *blob, struct error **err)
{
    _cleanup_buffer_ struct buffer nothing = {0};

    return evidence_read_tail(home, blob->sha256, blob->size, 0, &nothing, NULL, err);
}

static void check_evidence(const char *home, struct matrix_cell *cell)
{
    char *lost = matrix_cell_evidence(cell, read_whole, (void *)home);

    if (lost == NULL)
        return;
    log_warning("cell '%s/%s/%s': %s", cell->cell.image, cell->cell.platform, cell->cell.suite,
                lost);
    judgement_lose_evidence(&cell->judgement, lost);
}

/* The values that are compared between cells. */
static struct result *facts_of(struct result *from)
{
    struct result *to = result_new();

    to->grade = from->grade;
    to->identity_measured = from->identity_measured;
    to->identity = from->identity;
    to->observations = from->observations;
    to->gaps = from->gaps;
    to->prediction.parts = from->prediction.parts;
    memset(&from->prediction.parts, 0, sizeof(from->prediction.parts));
    memset(&from->identity, 0, sizeof(from->identity));
    memset(&from->observations, 0, sizeof(from->observations));
    memset(&from->gaps, 0, sizeof(from->gaps));
    vec_foreach (row, &from->cases) {
        if (!row->gap)
            continue;
        *vec_add(&to->cases) = *row;
        *row = (struct case_result){0};
    }
    return to;
}

static void drop_attempts(struct matrix_cell *cell)
{
    vec_foreach (result, &cell->attempts)
        result_free(*result);
    vec_done(&cell->attempts);
}

void report_close(struct matrix_cell *cell)
{
    size_t count = cell->attempts.count;
    struct result *facts = count > 0 ? facts_of(cell->attempts.items[count - 1]) : NULL;

    drop_attempts(cell);
    if (facts != NULL)
        *vec_add(&cell->attempts) = facts;
    vec_foreach (planned, &cell->cell.cases)
        free(planned->id);
    vec_done(&cell->cell.cases);
    vec_done(&cell->cell.attempts);
}

static int read_cell(struct store *store, const char *run_id, struct matrix_cell *cell,
                     struct error **err)
{
    _cleanup_(cell_record_done) struct cell_record record = {0};
    int code = store_read_cell(store, run_id, &cell->cell, &record, err);

    if (code < 0)
        return code;
    drop_attempts(cell);
    vec_foreach (number, &record.attempts) {
        struct result *result = NULL;

        code = store_read_result(store, run_id, record.job_id, *number, &result, err);
        if (code < 0)
            return code;
        *vec_add(&cell->attempts) = result;
    }
    /* The names must stay at the same address, because columns point to them. */
    cell->cell.cases = record.cases;
    cell->cell.attempts = record.attempts;
    memset(&record.cases, 0, sizeof(record.cases));
    memset(&record.attempts, 0, sizeof(record.attempts));
    return 0;
}

bool report_open(const struct report *report, struct matrix_cell *cell)
{
    _cleanup_error_ struct error *err = NULL;

    if (read_cell(report->source->store, report->matrix.run.id, cell, &err) == 0)
        return true;
    if (report->source->err == NULL)
        report->source->err = steal_ptr(err);
    return false;
}

void report_measure(const struct report *report)
{
    if (report->source->measured)
        return;
    report->source->measured = true;
    /* As report_open, which the caller of a writer may do with any cell. */
    for (size_t i = 0; i < report->matrix.cells.count; i++) {
        struct matrix_cell *cell = &report->matrix.cells.items[i];

        if (cell->summary.attempts > 0 && cell->attempts.count == 0 && report_open(report, cell))
            report_close(cell);
    }
}

char *report_product_version(const struct report *report, struct matrix_cell *cell)
{
    const struct result *latest;

    if (cell->summary.attempts > 0 && cell->attempts.count == 0 && report_open(report, cell))
        report_close(cell);
    latest = matrix_cell_latest(cell);
    return latest != NULL ? prediction_product_version(&latest->prediction) : NULL;
}

/* Judges again, with all evidence read, a cell of which some is lost. */
static int judge_lost(struct store *store, const char *home, const struct report *report,
                      struct waivers *waivers, struct matrix_cell *cell, struct error **err)
{
    _cleanup_(matrix_cell_done) struct matrix_cell whole = {0};
    int code = matrix_read_cell(store, report->matrix.run.id, &cell->cell, waivers, &whole, err);

    if (code < 0)
        return code;
    check_evidence(home, &whole);
    judgement_done(&cell->judgement);
    cell->judgement = whole.judgement;
    whole.judgement = (struct judgement){0};
    return 0;
}

static int check_all_evidence(struct store *store, const struct report *report,
                              struct waivers *waivers, struct error **err)
{
    struct lost_cells lost = {0};
    int code = store_find_lost_cells(store, report->matrix.run.id, true, &lost, err);

    for (size_t i = 0; code == 0 && i < lost.count; i++)
        code = judge_lost(store, report->home, report, waivers,
                          &report->matrix.cells.items[lost.items[i]], err);
    vec_done(&lost);
    return code;
}

static void index_cells(struct report *report, struct waivers *waivers)
{
    vec_foreach (cell, &report->matrix.cells) {
        cell->cell.waivers = waivers;
        strv_take(&report->names, report_cell_name(cell));
    }
    for (size_t i = 0; i < report->names.count; i++)
        text_map_put(&report->places, report->names.items[i], (uint32_t)i);
}

int report_load(struct store *store, const char *home, const char *run_id, struct waivers *waivers,
                struct report *ret_report, struct error **err)
{
    _cleanup_(report_done) struct report report = {.home = home};
    int code = matrix_load(store, run_id, &report.matrix, err);

    report.source = text_calloc(1, sizeof(*report.source));
    report.source->store = store;
    if (code == 0 && waivers != NULL)
        code = matrix_apply_waivers(store, waivers, &report.matrix, err);
    if (code == 0)
        code = check_all_evidence(store, &report, waivers, err);
    if (code < 0)
        return code;
    index_cells(&report, waivers);
    *ret_report = report;
    report = (struct report){0};
    return 0;
}
