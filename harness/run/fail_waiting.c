/* SPDX-License-Identifier: Apache-2.0 */
/* What a prepare job finds out about an image applies to each cell that would boot it again. */
#include "run/fail_waiting.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "model/result.h"
#include "run/lost_worker.h"
#include "run/merge.h"
#include "run/schedule.h"

/* The entry method is recorded on success, so later failures were not caused by the boot. */
static bool was_entered(const struct result *result)
{
    vec_foreach (row, &result->observations)
        if (row->case_id == NULL && strcmp(row->key, "boot.entry_method") == 0)
            return true;
    return false;
}

static bool never_came_up(const struct result *result)
{
    return result->outcome == STATUS_MISS && result->blame == BLAME_IMAGE && !was_entered(result);
}

/* The job request is written before the bundle, as for a worker: a kill in between leaves an
 * attempt that `resume` recovers. */
static int fail_one(struct store *store, struct schedule_job *job, const struct result *prepared,
                    const char *prepared_bundle, struct error **err)
{
    _cleanup_free_ char *request = path_join(job->folder, "job.json");
    _cleanup_free_ char *reason =
        text_format("its guest could not be prepared: %s",
                    prepared->reason != NULL ? prepared->reason : "no reason given");
    int code = path_make_folders(job->folder, false, err);

    if (code == 0)
        code = job_write(&job->request, request, err);
    if (code == 0)
        code = lost_worker_write_waiting(job, reason, prepared, prepared_bundle, err);
    return code < 0 ? code : merge_job(store, job, NULL, &job->not_run, err);
}

int fail_waiting(struct store *store, struct schedule *schedule, const struct schedule_job *prepare,
                 struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *prepared = NULL;
    size_t place = (size_t)(prepare - schedule->jobs.items);
    int code = 0;

    if (prepare->request.kind != JOB_PREPARE)
        return 0;
    /* Its evidence was verified when it was merged. */
    code = bundle_read_result(prepare->request.bundle, &prepared, err);
    if (code < 0 || !never_came_up(prepared))
        return code;
    for (size_t i = 0; code == 0 && i < schedule->jobs.count; i++) {
        struct schedule_job *job = &schedule->jobs.items[i];

        if (job->after == (int)place && !job->started)
            code = fail_one(store, job, prepared, prepare->request.bundle, err);
    }
    return code;
}
