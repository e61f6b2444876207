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
#include "base/path.h"
#include "guest/sweep.h"
#include "run/capacity.h"
#include "run/jobs.h"
#include "run/manifest.h"
#include "run/merge.h"
#include "run/progress.h"
#include "run/schedule.h"
#include "store/store.h"

struct control {
    struct store *store;
};

/* What a worker that was killed could not clear up itself. */
static int clear_up(const struct schedule_job *job, struct error **err)
{
    _cleanup_free_ char *work = text_format("%s.work", job->order.bundle);
    _cleanup_free_ char *partial = text_format("%s.partial", job->order.bundle);
    int code = sweep_dead(NULL, err);

    if (code == 0)
        code = path_remove_tree(work, err);
    if (code == 0)
        code = path_remove_tree(partial, err);
    return code;
}

static int on_end(void *context, struct schedule_job *job, const struct worker_end *end,
                  char **ret_outcome, struct error **err)
{
    const struct control *control = context;
    bool clean = end->exited && end->code == 0;
    int code = clean ? 0 : clear_up(job, err);

    return code < 0 ? code : merge_job(control->store, job, end, ret_outcome, err);
}

/* The last attempt whose folder is there: its worker was started, whether or not it ended. */
static unsigned last_attempt(const struct manifest *manifest, const char *job_id)
{
    for (unsigned attempt = 1;; attempt++) {
        _cleanup_free_ char *folder =
            text_format("%s/jobs/%s/%u", manifest->folder, job_id, attempt);

        if (!path_exists(folder))
            return attempt - 1;
    }
}

/* A bundle that was complete when the controller died is merged, not run again. True when it was.
 */
static int merge_left(struct control *control, const struct manifest *manifest,
                      const struct plan_cell *cell, unsigned attempt, bool *ret_merged,
                      struct error **err)
{
    _cleanup_(schedule_done) struct schedule left = {0};
    struct schedule_job *job;
    int code;

    *ret_merged = false;
    if (attempt == 0)
        return 0;
    code = jobs_add_cell(manifest, cell, attempt, &left, err);
    if (code < 0)
        return code;
    job = &left.jobs.items[left.jobs.count - 1];
    code = clear_up(job, err);
    if (code < 0 || !path_exists(job->order.bundle))
        return code;
    *ret_merged = true;
    return merge_job(control->store, job, NULL, NULL, err);
}

static int add_unfinished(struct control *control, const struct manifest *manifest,
                          struct schedule *schedule, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = store_read_cells(control->store, manifest->record.id, &cells, err);

    for (size_t i = 0; code == 0 && i < cells.rows.count; i++) {
        const struct cell_record *record = &cells.rows.items[i];
        const struct plan_cell *cell = &manifest->record.plan.cells.items[i];
        _cleanup_free_ char *id = jobs_cell_id(cell);
        unsigned attempt = last_attempt(manifest, id);
        bool merged = false;

        if (record->refused != NULL || record->attempts.count > 0)
            continue;
        code = merge_left(control, manifest, cell, attempt, &merged, err);
        if (code == 0 && !merged)
            code = jobs_add_cell(manifest, cell, attempt + 1, schedule, err);
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

int run_control(struct store *store, const struct manifest *manifest, bool live, struct error **err)
{
    _cleanup_(schedule_done) struct schedule schedule = {0};
    _cleanup_error_ struct error *later = NULL;
    struct control control = {.store = store};
    int code = sweep_dead(NULL, err);

    if (code == 0)
        code = add_unfinished(&control, manifest, &schedule, err);
    if (code == 0 && schedule.jobs.count > 0)
        code = run_schedule(&control, manifest, &schedule, live, err);
    if (code == -EINTR)
        vec_foreach (job, &schedule.jobs) {
            if (job->started && !job->ended && clear_up(job, &later) < 0)
                log_warning("%s", error_message(later));
        }
    /* What a controller before this one had started may have died only after the first sweep. */
    if (sweep_dead(NULL, &later) < 0)
        log_warning("%s", error_message(later));
    if (code == 0)
        return store_end_run(store, manifest->record.id, RUN_ENDED, clock_wall_ms(), err);
    if (code == -EINTR &&
        store_end_run(store, manifest->record.id, RUN_INTERRUPTED, clock_wall_ms(), &later) < 0)
        log_warning("%s", error_message(later));
    return code;
}
