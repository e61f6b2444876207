/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the unfinished cells of a new or resumed run. */
#include "run/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "guest/host/sweep.h"
#include "model/result.h"
#include "run/attempts.h"
#include "run/capacity.h"
#include "run/fail_waiting.h"
#include "run/inputs.h"
#include "run/jobs.h"
#include "run/lost_worker.h"
#include "run/manifest.h"
#include "run/merge.h"
#include "run/progress.h"
#include "run/recover.h"
#include "run/schedule.h"
#include "store/store.h"

struct control {
    struct store *store;
    const struct manifest *manifest;
    struct inputs_seen seen;
    struct schedule *schedule; /* of the current round */
    VEC(size_t) forgiven; /* attempts of each cell that were cut short in a run that had ended */
    unsigned rounds;
    bool ended; /* the run had ended before this controller started */
};

/* The ended cases of an interrupted job are preserved; its other files are removed. */
static int clear_up(struct store *store, const struct schedule_job *job, struct error **err)
{
    int code = 0;

    if (lost_worker_has_finished(job->request.bundle))
        code = merge_job(store, job, NULL, NULL, err);
    return code == 0 ? recover_clear(job->request.bundle, err) : code;
}

static int on_start(void *context, const struct schedule_job *job, struct error **err)
{
    struct control *control = context;

    return inputs_check(control->manifest, &job->request, &control->seen, err);
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
        code = recover_clear(job->request.bundle, err);
    return code < 0 ? code : fail_waiting(control->store, control->schedule, job, err);
}

/* The merged attempts of a cell, oldest first. */
struct history {
    VEC(struct result *) attempts;
};

static void history_done(struct history *history)
{
    vec_foreach (result, &history->attempts)
        result_free(*result);
    vec_done(&history->attempts);
}

static int read_history(struct store *store, const char *run_id, const struct cell_record *cell,
                        struct history *history, struct error **err)
{
    vec_foreach (number, &cell->attempts) {
        struct result *result = NULL;
        int code = store_read_result(store, run_id, cell->job_id, *number, &result, err);

        if (code < 0)
            return code;
        *vec_add(&history->attempts) = result;
    }
    return 0;
}

/* Computes how many attempts the cell at this index still needs, and whose installation they may
 * start from. */
static int count_wanted(struct control *control, const struct manifest *manifest, size_t place,
                        const struct cell_record *cell, unsigned *ret_wanted,
                        struct strv *ret_installed, struct strv *ret_series, struct error **err)
{
    _cleanup_(history_done) struct history history = {0};
    const struct result *const *attempts;
    int code;

    code = read_history(control->store, manifest->record.id, cell, &history, err);
    if (code < 0)
        return code;
    attempts = (const struct result *const *)history.attempts.items;
    /* Resuming a run that had ended requests the interrupted attempts again. */
    if (place == control->forgiven.count)
        *vec_add(&control->forgiven) =
            control->ended ? attempts_lost(attempts, history.attempts.count) : 0;
    *ret_wanted = cell->refused != NULL
                      ? 0
                      : attempts_wanted(&manifest->record.plan, attempts, history.attempts.count,
                                        control->forgiven.items[place]);
    code = attempts_series(attempts, history.attempts.count, ret_series, err);
    if (code < 0 || !manifest->record.plan.reuse_install)
        return code;
    attempts_installed(attempts, history.attempts.count, ret_installed);
    /* The first attempt installs the product; the others wait for its saved installation. */
    if (history.attempts.count == 0 && *ret_wanted > 1)
        *ret_wanted = 1;
    return 0;
}

static int add_unfinished(struct control *control, const struct manifest *manifest,
                          struct schedule *schedule, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    int code = store_read_cells(control->store, manifest->record.id, &cells, err);

    for (size_t i = 0; code == 0 && i < cells.rows.count; i++) {
        const struct cell_record *record = &cells.rows.items[i];
        const struct plan_cell *cell =
            manifest_cell(manifest, record->image, record->platform, record->suite);
        _cleanup_strv_ struct strv installed = {0}, series = {0};
        unsigned wanted = 0;

        code = count_wanted(control, manifest, i, record, &wanted, &installed, &series, err);
        if (code == 0 && cell != NULL && control->rounds > 0 && wanted > 0)
            log_info("%s %s %s: %u more %s", cell->image, cell->platform, cell->suite, wanted,
                     ngettext("attempt", "attempts", wanted));
        for (unsigned n = 0; code == 0 && cell != NULL && n < wanted; n++)
            code =
                jobs_add_cell(manifest, cell, record->job_id, &installed, &series, schedule, err);
    }
    control->rounds++;
    return code;
}

static unsigned largest_guest_mib(const struct schedule *schedule)
{
    unsigned most = 0;

    vec_foreach (job, &schedule->jobs) {
        if (job->request.memory_mib > most)
            most = job->request.memory_mib;
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
    schedule->on_start = on_start;
    code = schedule_run(schedule, progress, on_end, control, err);
    progress_free(progress);
    return code;
}

/* A host that was repaired, or an emulator that was killed, justifies another attempt. */
static int report_lost(struct store *store, const char *run_id, struct error **err)
{
    _cleanup_(cell_records_done) struct cell_records cells = {0};
    unsigned lost = 0;
    int code = store_read_cells(store, run_id, &cells, err);

    vec_foreach (cell, &cells.rows) {
        _cleanup_(history_done) struct history history = {0};

        if (code == 0)
            code = read_history(store, run_id, cell, &history, err);
        if (code == 0 && history.attempts.count > 0)
            lost += result_is_lost(history.attempts.items[history.attempts.count - 1]);
    }
    if (code == 0 && lost > 0)
        log_info("%u of %zu %s %s cut short by the host or the harness: 'touchstone resume %s' "
                 "runs %s again",
                 lost, cells.rows.count, ngettext("cell", "cells", cells.rows.count),
                 ngettext("was", "were", lost), run_id, ngettext("it", "them", lost));
    return code;
}

/* The workers are dead at this point. */
static void end_interrupted(struct store *store, const struct schedule *schedule)
{
    _cleanup_error_ struct error *later = NULL;

    if (sweep_dead(NULL, &later) < 0)
        log_warning("%s", error_said(later));
    vec_foreach (job, &schedule->jobs) {
        _cleanup_error_ struct error *trouble = NULL;

        if (job->started && !job->ended && clear_up(store, job, &trouble) < 0)
            log_warning("%s", error_said(trouble));
    }
}

/* Runs the attempts that cells need, then those that the results make necessary, until there are
 * none. */
static int run_rounds(struct control *control, const struct manifest *manifest, bool live,
                      struct error **err)
{
    for (;;) {
        _cleanup_(schedule_done) struct schedule schedule = {0};
        int code = add_unfinished(control, manifest, &schedule, err);

        if (code < 0 || schedule.jobs.count == 0)
            return code;
        control->schedule = &schedule;
        code = run_schedule(control, manifest, &schedule, live, err);
        control->schedule = NULL;
        if (code == -EINTR)
            end_interrupted(control->store, &schedule);
        if (code < 0)
            return code;
    }
}

static int begin(struct control *control, const struct manifest *manifest, struct error **err)
{
    _cleanup_(run_record_done) struct run_record run = {0};
    int code = sweep_dead(NULL, err);

    if (code == 0)
        code = manifest_match(manifest, control->store, err);
    if (code == 0)
        code = recover_attempts(control->store, manifest, err);
    if (code == 0)
        code = store_read_run(control->store, manifest->record.id, &run, err);
    control->ended = run.state == RUN_ENDED;
    return code;
}

int run_control(struct store *store, const struct manifest *manifest, bool live, struct error **err)
{
    _cleanup_error_ struct error *later = NULL;
    struct control control = {.store = store, .manifest = manifest};
    int code = begin(&control, manifest, err);

    if (code == 0)
        code = run_rounds(&control, manifest, live, err);
    vec_done(&control.forgiven);
    inputs_seen_done(&control.seen);
    /* Processes started by an earlier controller may have died only after the first sweep. */
    if (sweep_dead(NULL, &later) < 0)
        log_warning("%s", error_said(later));
    if (code == 0)
        code = store_end_run(store, manifest->record.id, RUN_ENDED, clock_wall_ms(), err);
    if (code == 0)
        return report_lost(store, manifest->record.id, err);
    if (code == -EINTR &&
        store_end_run(store, manifest->record.id, RUN_INTERRUPTED, clock_wall_ms(), &later) < 0)
        log_warning("%s", error_said(later));
    return code;
}
