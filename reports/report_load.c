/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the cells of a report: judges them with all their evidence, then reads them again one at a
 * time. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "reports/report.h"
#include "store/evidence.h"
#include "store/store.h"

/* Blobs that were read and are intact: the output of cases is often equal in many cells. */
struct whole_blobs {
    const char *home;
    void *digests; /* tree of tsearch(3) */
};

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void whole_blobs_done(struct whole_blobs *blobs)
{
    tdestroy(blobs->digests, free);
}

static int read_whole(void *with, const struct evidence *blob, struct error **err)
{
    _cleanup_buffer_ struct buffer nothing = {0};
    struct whole_blobs *blobs = with;
    _cleanup_free_ char *key = text_format("%s %llu", blob->sha256, (unsigned long long)blob->size);
    int code;

    if (tfind(key, &blobs->digests, compare) != NULL)
        return 0;
    code = evidence_read_tail(blobs->home, blob->sha256, blob->size, 0, &nothing, NULL, err);
    if (code == 0 && tsearch(key, &blobs->digests, compare) != NULL)
        key = NULL;
    return code;
}

static void check_evidence(struct whole_blobs *blobs, struct matrix_cell *cell)
{
    char *lost = matrix_cell_evidence(cell, read_whole, blobs);

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

int report_load(struct store *store, const char *home, const char *run_id, struct waivers *waivers,
                struct report *ret_report, struct error **err)
{
    _cleanup_(report_done) struct report report = {.home = home};
    _cleanup_(whole_blobs_done) struct whole_blobs blobs = {.home = home};
    _cleanup_(cell_records_done) struct cell_records names = {0};
    int code = store_read_run(store, run_id, &report.matrix.run, err);

    report.source = text_calloc(1, sizeof(*report.source));
    report.source->store = store;
    if (code == 0)
        code = store_read_names(store, run_id, &names, err);
    for (size_t i = 0; code == 0 && i < names.rows.count; i++) {
        _cleanup_(cell_record_done) struct cell_record record = {0};
        struct matrix_cell *cell = vec_add(&report.matrix.cells);

        code = store_read_cell(store, run_id, &names.rows.items[i], &record, err);
        record.waivers = waivers;
        if (code == 0)
            code = matrix_load_cell(store, run_id, &record, cell, err);
        if (code == 0)
            check_evidence(&blobs, cell);
        if (code == 0)
            report_close(cell);
    }
    if (code < 0)
        return code;
    *ret_report = report;
    report = (struct report){0};
    return 0;
}
