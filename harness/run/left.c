/* SPDX-License-Identifier: Apache-2.0 */
/* Takes over the attempts of a controller that was killed. */
#include "run/left.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "model/result.h"
#include "run/manifest.h"
#include "run/merge.h"
#include "run/schedule.h"
#include "store/store.h"

int left_clear(const char *bundle, struct error **err)
{
    _cleanup_free_ char *work = text_format("%s.work", bundle);
    _cleanup_free_ char *partial = text_format("%s.partial", bundle);
    int code = path_remove_tree(work, err);

    return code == 0 ? path_remove_tree(partial, err) : code;
}

/* An order that was being written when its writer died. */
static int clear_drafts(const char *folder, struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;
    int code = 0;

    while (dir != NULL && code == 0 && (entry = readdir(dir)) != NULL) {
        _cleanup_free_ char *path = path_join(folder, entry->d_name);

        if (text_starts(entry->d_name, "job.json."))
            code = path_remove_tree(path, err);
    }
    return code;
}

static bool is_merged(struct store *store, const struct job *order)
{
    _cleanup_(result_free_cleanup) struct result *known = NULL;

    return store_read_result(store, order->run_id, order->job_id, order->attempt, &known, NULL) !=
           -ENOENT;
}

static int take_attempt(struct store *store, const char *folder, struct error **err)
{
    _cleanup_free_ char *bundle = path_join(folder, "bundle");
    _cleanup_free_ char *order = path_join(folder, "job.json");
    _cleanup_(schedule_done) struct schedule left = {0};
    struct schedule_job *job;
    int code = left_clear(bundle, err);

    if (code == 0)
        code = clear_drafts(folder, err);
    if (code < 0 || !path_exists(bundle))
        return code;
    job = vec_add(&left.jobs);
    job->folder = text_dup(folder);
    code = job_read(order, &job->order, err);
    if (code < 0 || is_merged(store, &job->order))
        return code;
    text_replace(&job->order.bundle, bundle);
    return merge_job(store, job, NULL, NULL, err);
}

/* The entries of a folder, in order; one that is not there has none. */
static int list(const char *folder, struct strv *ret_paths, struct error **err)
{
    _cleanup_closedir_ DIR *dir = opendir(folder);
    const struct dirent *entry;

    if (dir == NULL)
        return errno == ENOENT ? 0 : error_set_errno(err, -errno, "cannot read '%s'", folder);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            strv_take(ret_paths, path_join(folder, entry->d_name));
    strv_sort(ret_paths);
    return 0;
}

int left_take_over(struct store *store, const struct manifest *manifest, struct error **err)
{
    _cleanup_free_ char *folder = path_join(manifest->folder, "jobs");
    _cleanup_strv_ struct strv jobs = {0};
    int code = list(folder, &jobs, err);

    for (size_t i = 0; code == 0 && i < jobs.count; i++) {
        _cleanup_strv_ struct strv attempts = {0};

        code = list(jobs.items[i], &attempts, err);
        for (size_t j = 0; code == 0 && j < attempts.count; j++)
            code = take_attempt(store, attempts.items[j], err);
    }
    return code;
}
