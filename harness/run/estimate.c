/* SPDX-License-Identifier: Apache-2.0 */
/* Estimates time and disk space of a plan. */
#include "run/estimate.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "home/home.h"
#include "job/limits.h"
#include "model/record.h"
#include "model/result.h"
#include "run/capacity.h"
#include "run/expand.h"
#include "store/store.h"

/* Without an earlier run: a boot under emulation, a restore, and cases of a few seconds. */
enum { RUNS_ASKED = 5, PREPARE_S = 45, CELL_S = 5, CASE_S = 8 };
/* A case that restarts its guest boots it once or twice, without restoring. */
enum { RESTARTS_S = 2 * PREPARE_S };

/* A saved state with its disk, a cell's overlay with payload, and typical evidence. */
enum { STATE_MIB = 320, CELL_MIB = 400, EVIDENCE_MIB = 4 };

/* Seconds of the cell's latest attempt in a run, or 0. */
static unsigned seconds_in(struct store *store, const char *run_id, const struct plan_cell *cell,
                           const struct cell_records *cells)
{
    unsigned seconds = 0;

    vec_foreach (row, &cells->rows) {
        struct result *result = NULL;

        if (strcmp(row->image, cell->image) != 0 || strcmp(row->platform, cell->platform) != 0 ||
            strcmp(row->suite, cell->suite) != 0 || row->attempts.count == 0)
            continue;
        if (store_read_result(store, run_id, row->job_id,
                              row->attempts.items[row->attempts.count - 1], &result, NULL) < 0)
            continue;
        if (result->outcome == STATUS_PASS)
            seconds = (unsigned)((result->ended_ms - result->started_ms) / 1000) + 1;
        result_free(result);
    }
    return seconds;
}

/* Sets the times known from earlier runs; the newest run with the cell is used. */
static int ask_history(struct store *store, const struct plan *plan, struct estimate *estimate,
                       struct error **err)
{
    _cleanup_strv_ struct strv runs = {0};
    int code = store_list_runs(store, &runs, err);

    for (size_t r = 0; code == 0 && r < runs.count && r < RUNS_ASKED; r++) {
        _cleanup_(cell_records_done) struct cell_records cells = {0};

        code = store_read_cells(store, runs.items[r], &cells, err);
        for (size_t i = 0; code == 0 && i < plan->cells.count; i++) {
            unsigned *seconds = &estimate->cell_seconds.items[i];

            if (*seconds > 0 || plan->cells.items[i].refused != NULL)
                continue;
            *seconds = seconds_in(store, runs.items[r], &plan->cells.items[i], &cells);
            estimate->measured += *seconds > 0;
        }
    }
    return code;
}

static unsigned rule_of_thumb(const struct suite *suite)
{
    unsigned seconds = CELL_S;

    vec_foreach (row, &suite->cases)
        seconds += CASE_S + (row->restarts ? RESTARTS_S : 0);
    return seconds;
}

/* Seconds that the planned cases measure, which are known. */
static unsigned measured_seconds(const struct plan *plan, const struct suite *suite)
{
    int64_t ms = 0;

    vec_foreach (row, &suite->cases)
        if (suite_case_is_planned(row, &plan->items, plan->no_probes))
            ms += limits_measured_ms(row, plan->rounds, plan->minutes);
    return (unsigned)(ms / 1000);
}

static enum arch arch_of(const struct expansion *expansion, const struct plan_cell *cell)
{
    vec_foreach (image, &expansion->images) {
        if (strcmp((*image)->name, cell->image) == 0)
            return (*image)->arch;
    }
    return ARCH_X86_64;
}

/* Copies of the suites in the run's folder, and for as many of the largest payloads as run in
 * parallel, their disk and their unpacked copy in the guest. Packages are counted when they are
 * staged. */
static uint64_t payload_space(const struct plan *plan, const struct expansion *expansion,
                              struct estimate *estimate)
{
    uint64_t bytes = 0;

    vec_foreach (sizes, &expansion->sizes)
        bytes += sizes->all;
    for (size_t i = 0; i < plan->cells.count; i++) {
        const struct plan_cell *cell = &plan->cells.items[i];
        uint64_t payload =
            expansion_sizes(expansion, cell->suite)->payload[arch_of(expansion, cell)];

        *vec_add(&estimate->cell_payload) = payload;
        if (cell->refused == NULL && payload > estimate->largest_payload)
            estimate->largest_payload = payload;
    }
    return bytes +
           2 * estimate->largest_payload *
               (estimate->parallel < plan->cells.count ? estimate->parallel : plan->cells.count);
}

static unsigned largest_guest_mib(const struct expansion *expansion)
{
    unsigned most = 0;

    vec_foreach (platform, &expansion->platforms) {
        if ((*platform)->memory_mib > most)
            most = (*platform)->memory_mib;
    }
    vec_foreach (suite, &expansion->suites) {
        if ((*suite)->memory_mib > most)
            most = (*suite)->memory_mib;
    }
    return most;
}

int estimate_plan(struct store *store, const struct plan *plan, const struct expansion *expansion,
                  struct estimate *ret_estimate, struct error **err)
{
    _cleanup_(estimate_done) struct estimate estimate = {0};
    _cleanup_free_ char *why = NULL;
    const char *home = NULL;
    size_t states = plan->cold ? 0 : expansion->platforms.count;
    unsigned repeat = plan->repeat > 0 ? plan->repeat : 1;
    unsigned all = (unsigned)states * PREPARE_S;
    int code;

    vec_foreach (cell, &plan->cells)
        vec_add(&estimate.cell_seconds);
    estimate.parallel = capacity_parallel(plan->jobs, largest_guest_mib(expansion), &why);
    code = ask_history(store, plan, &estimate, err);
    if (code == 0)
        code = home_folder(&home, err);
    if (code == 0)
        code = path_free_bytes(home, &estimate.free_bytes, err);
    if (code < 0)
        return code;
    for (size_t i = 0; i < plan->cells.count; i++) {
        const struct plan_cell *cell = &plan->cells.items[i];
        const struct suite *suite = expansion_suite(expansion, cell->suite);
        unsigned *seconds = &estimate.cell_seconds.items[i], measured;

        if (cell->refused != NULL)
            continue;
        measured = measured_seconds(plan, suite);
        if (*seconds == 0)
            *seconds = rule_of_thumb(suite) + (plan->cold ? PREPARE_S : 0) + measured;
        else if (*seconds < measured) /* earlier runs measured less, or nothing */
            *seconds += measured;
        all += *seconds * repeat;
        estimate.disk_bytes += ((uint64_t)EVIDENCE_MIB << 20) * repeat;
    }
    estimate.seconds = all / estimate.parallel;
    estimate.disk_bytes += ((uint64_t)states * STATE_MIB + (uint64_t)estimate.parallel * CELL_MIB)
                           << 20;
    estimate.disk_bytes += payload_space(plan, expansion, &estimate);
    *ret_estimate = estimate;
    estimate = (struct estimate){0};
    return 0;
}

void estimate_done(struct estimate *estimate)
{
    vec_done(&estimate->cell_seconds);
    vec_done(&estimate->cell_payload);
}
