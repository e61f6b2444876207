/* SPDX-License-Identifier: Apache-2.0 */
/* Recovers the attempts of a controller that was killed. */
#include "run/recover.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "model/result.h"
#include "run/lost_worker.h"
#include "run/manifest.h"
#include "run/merge.h"
#include "run/schedule.h"
#include "store/store.h"

int recover_clear(const char *bundle, struct error **err)
{
    _cleanup_free_ char *work = text_format("%s.work", bundle);
    int code = path_remove_tree(work, err);

    return code == 0 ? bundle_remove_unfinished(bundle, err) : code;
}

/* Removes job requests that were incomplete when their writer died. */
static int clear_drafts(const char *folder, struct error **err)
{
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        if (text_starts(names.items[i], "job.json."))
            code = path_remove_tree(path, err);
    }
    return code;
}

static bool is_merged(struct store *store, const struct job *request)
{
    _cleanup_(result_free_cleanup) struct result *known = NULL;

    return store_read_result(store, request->run_id, request->job_id, request->attempt, &known,
                             NULL) != -ENOENT;
}

static int take_attempt(struct store *store, const char *folder, struct error **err)
{
    _cleanup_free_ char *bundle = path_join(folder, "bundle");
    _cleanup_free_ char *request = path_join(folder, "job.json");
    _cleanup_(schedule_done) struct schedule left = {0};
    _cleanup_error_ struct error *unreadable = NULL;
    struct schedule_job *job;
    int code = clear_drafts(folder, err);

    if (code < 0)
        return code;
    if (!path_exists(bundle) && !lost_worker_has_finished(bundle))
        return recover_clear(bundle, err);
    job = vec_add(&left.jobs);
    job->folder = text_dup(folder);
    if (job_read(request, &job->request, &unreadable) < 0) {
        log_warning("%s: the results of this attempt are not merged", error_said(unreadable));
        return 0;
    }
    if (is_merged(store, &job->request))
        return recover_clear(bundle, err);
    text_replace(&job->request.bundle, bundle);
    code = merge_job(store, job, NULL, NULL, &unreadable);
    if (code == -EBADMSG) {
        log_warning("%s: the results of this attempt are not merged", error_said(unreadable));
        return 0;
    }
    if (code < 0 && err != NULL)
        *err = steal_ptr(unreadable);
    return code == 0 ? recover_clear(bundle, err) : code;
}

int recover_attempts(struct store *store, const struct manifest *manifest, struct error **err)
{
    _cleanup_free_ char *folder = path_join(manifest->folder, "jobs");
    _cleanup_strv_ struct strv jobs = {0};
    int code = path_list(folder, &jobs, err);

    for (size_t i = 0; code == 0 && i < jobs.count; i++) {
        _cleanup_free_ char *job = path_join(folder, jobs.items[i]);
        _cleanup_strv_ struct strv attempts = {0};

        code = path_list(job, &attempts, err);
        for (size_t j = 0; code == 0 && j < attempts.count; j++) {
            _cleanup_free_ char *attempt = path_join(job, attempts.items[j]);

            code = take_attempt(store, attempt, err);
        }
    }
    return code;
}
