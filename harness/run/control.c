/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the unfinished cells of a run, the same way for a new run and for a resumed one. */
#include "run/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "guest/sweep.h"
#include "model/result.h"
#include "run/capacity.h"
#include "run/jobs.h"
#include "run/left.h"
#include "run/lost.h"
#include "run/manifest.h"
#include "run/merge.h"
#include "run/progress.h"
#include "run/schedule.h"
#include "run/settle.h"
#include "store/store.h"

struct control {
    struct store *store;
    struct schedule *schedule;
};

/* A job that was interrupted keeps the cases that had ended; the rest of it is cleared up. */
static int clear_up(struct store *store, const struct schedule_job *job, struct error **err)
{
    int code = 0;

    if (lost_has_finished(job->order.bundle))
        code = merge_job(store, job, NULL, NULL, err);
    return code == 0 ? left_clear(job->order.bundle, err) : code;
}

static int on_end(void *context, struct schedule_job *job, const struct worker_end *end,
                  char **ret_outcome, struct error **err)
{
    const struct control *control = context;
    bool clean = end->exited && end->code == 0;
    int code = clean ? 0 : sweep_dead(NULL, err);

    if (code == 0)
        code = merge_job(control->store, job, end, ret_outcome, err);
    if (code == 0)
        code = left_clear(job->order.bundle, err);
    return code < 0 ? code : settle_waiting(control->store, control->schedule, job, err);
}

/* Whether an attempt says nothing of the product: host or harness cut it short before any case had
 * failed. A failure that was seen stands, whatever came after it. */
static bool is_lost(const struct result *result)
{
    if (result->outcome != STATUS_MISS ||
        (result->blame != BLAME_HOST && result->blame != BLAME_HARNESS))
        return false;
    /* A guest that is not what the plan says will be the same again. */
    if (result->identity_measured && !result_identity_matches(result))
        return false;
    vec_foreach (row, &result->cases) {
        if (row->status == STATUS_FAIL || row->status == STATUS_ERROR)
            return false;
    }
    return true;
}

static int is_finished(struct store *store, const char *run_id, const struct cell_record *record,
                       bool *ret_finished, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *latest = NULL;
    int code;

    *ret_finished = record->refused != NULL;
    if (record->refused != NULL || record->attempts.count == 0)
        return 0;
    code = store_read_result(store, run_id, record->job_id,
                             record->attempts.items[record->attempts.count - 1], &latest, err);
    if (code == 0)
        *ret_finished = !is_lost(latest);
    return code;
}

static int add_unfinished(struct control *control, const struct manifest *manifest,
                          struct schedule *schedule, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = left_take_over(control->store, manifest, err);

    if (code == 0)
        code = store_read_cells(control->store, manifest->record.id, &cells, err);
    for (size_t i = 0; code == 0 && i < cells.rows.count; i++) {
        const struct plan_cell *cell = &manifest->record.plan.cells.items[i];
        bool finished = false;

        code =
            is_finished(control->store, manifest->record.id, &cells.rows.items[i], &finished, err);
        if (code == 0 && !finished)
            code = jobs_add_cell(manifest, cell, schedule, err);
    }
    return code;
}

static unsigned largest_guest_mib(const struct schedule *schedule)
{
    unsigned most = 0;

    vec_foreach (job, &schedule->jobs) {
        if (job->order.memory_mib > most)
            most = job->order.memory_mib;
    }
    return most;
}

static int run_schedule(struct control *control, const struct manifest *manifest,
                        struct schedule *schedule, bool live, struct error **err)
{
    _cleanup_free_ char *why = NULL;
    struct progress *progress;
    int code;

    schedule->parallel =
        capacity_parallel(manifest->record.plan.jobs, largest_guest_mib(schedule), &why);
    if (why != NULL)
        log_warning("%s", why);
    progress = progress_new(schedule->jobs.count, live);
    code = schedule_run(schedule, progress, on_end, control, err);
    progress_free(progress);
    return code;
}

/* A host that was put right, or an emulator that was killed, is worth another attempt. */
static int tell_of_lost(struct store *store, const char *run_id, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    unsigned lost = 0;
    int code = store_read_cells(store, run_id, &cells, err);

    for (size_t i = 0; code == 0 && i < cells.rows.count; i++) {
        bool finished = false;

        code = is_finished(store, run_id, &cells.rows.items[i], &finished, err);
        lost += !finished;
    }
    if (code == 0 && lost > 0)
        log_info(
            "%u of %zu cells were cut short by the host or the harness: 'touchstone resume %s' "
            "runs them again",
            lost, cells.rows.count, run_id);
    return code;
}

int run_control(struct store *store, const struct manifest *manifest, bool live, struct error **err)
{
    _cleanup_(schedule_done) struct schedule schedule = {0};
    _cleanup_error_ struct error *later = NULL;
    struct control control = {.store = store, .schedule = &schedule};
    int code = sweep_dead(NULL, err);

    if (code == 0)
        code = add_unfinished(&control, manifest, &schedule, err);
    if (code == 0 && schedule.jobs.count > 0)
        code = run_schedule(&control, manifest, &schedule, live, err);
    if (code == -EINTR && sweep_dead(NULL, &later) < 0)
        log_warning("%s", error_message(later));
    if (code == -EINTR)
        vec_foreach (job, &schedule.jobs) {
            _cleanup_error_ struct error *trouble = NULL;

            if (job->started && !job->ended && clear_up(store, job, &trouble) < 0)
                log_warning("%s", error_message(trouble));
        }
    /* What a controller before this one had started may have died only after the first sweep. */
    if (sweep_dead(NULL, &later) < 0)
        log_warning("%s", error_message(later));
    if (code == 0)
        code = store_end_run(store, manifest->record.id, RUN_ENDED, clock_wall_ms(), err);
    if (code == 0)
        return tell_of_lost(store, manifest->record.id, err);
    if (code == -EINTR &&
        store_end_run(store, manifest->record.id, RUN_INTERRUPTED, clock_wall_ms(), &later) < 0)
        log_warning("%s", error_message(later));
    return code;
}
