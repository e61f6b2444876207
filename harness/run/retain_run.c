/* SPDX-License-Identifier: Apache-2.0 */
/* Removes runs. Renaming the folder commits the removal: after a kill, the next `run`, `resume` or
 * `clean` finishes it. */
#include "run/retain_run.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "home/preserved.h"
#include "model/record.h"
#include "store/retain.h"
#include "store/store.h"

int retain_complete_removal(struct store *store, const char *folder, const char *run_id,
                            struct error **err)
{
    int code = store_remove_run(store, run_id, err);

    return code == 0 ? path_remove_tree(folder, err) : code;
}

static int remove_folder(struct store *store, const char *folder, const char *run_id,
                         struct error **err)
{
    _cleanup_free_ char *removed = text_format("%s" RETAIN_REMOVED, folder);
    _cleanup_free_ char *parent = text_ndup(folder, (size_t)(path_base(folder) - folder));
    int code;

    if (rename(folder, removed) < 0 && errno != ENOENT)
        return error_set_errno(err, -errno, "cannot rename '%s'", folder);
    code = path_sync(parent, err);
    return code == 0 ? retain_complete_removal(store, removed, run_id, err) : code;
}

static int take_preserved_of(struct retain_work *work, const char *run_id, uint64_t *bytes,
                             struct error **err)
{
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    int code = preserved_read_all(work->home, &list, err);

    for (size_t i = 0; code == 0 && i < list.rows.count; i++) {
        const struct preserved *preserved = &list.rows.items[i];

        if (!text_equal(preserved->run_id, run_id))
            continue;
        code = work->request->dry_run ? 0 : preserved_remove(preserved, err);
        *bytes += preserved->bytes;
    }
    return code;
}

static int measure(struct retain_work *work, const char *run_id, const char *folder,
                   uint64_t *ret_bytes, struct error **err)
{
    uint64_t bytes = 0;
    int code = store_run_bytes(work->store, run_id, &bytes, err);

    if (code == 0)
        *ret_bytes = bytes + path_disk_use(folder);
    return code;
}

int retain_take_run(struct retain_work *work, const char *run_id, struct error **err)
{
    _cleanup_free_ char *folder = text_format("%s/runs/%s", work->home, run_id);
    _cleanup_free_ char *what = text_format("run %s", run_id);
    uint64_t bytes = 0;
    int code = measure(work, run_id, folder, &bytes, err);

    if (code == 0)
        code = take_preserved_of(work, run_id, &bytes, err);
    if (code == 0 && !work->request->dry_run)
        code = remove_folder(work->store, folder, run_id, err);
    if (code == 0)
        work->tell(work->context, what, bytes);
    return code;
}

/* Ended runs except the latest run, oldest first. */
static int list_old(struct retain_work *work, unsigned keep, struct strv *ret_ids,
                    struct error **err)
{
    _cleanup_strv_ struct strv ids = {0};
    int code = store_list_runs(work->store, &ids, err);

    for (size_t i = ids.count; code == 0 && i-- > keep;) {
        _cleanup_(run_record_done) struct run_record run = {0};

        code = store_read_run(work->store, ids.items[i], &run, err);
        if (code == 0 && run.state == RUN_ENDED)
            strv_add(ret_ids, ids.items[i]);
    }
    return code;
}

int retain_newest_runs(struct retain_work *work, unsigned keep, struct error **err)
{
    _cleanup_strv_ struct strv ids = {0};
    int code = list_old(work, keep, &ids, err);

    for (size_t i = 0; code == 0 && i < ids.count; i++)
        code = retain_take_run(work, ids.items[i], err);
    return code;
}

int retain_runs_within(struct retain_work *work, uint64_t bytes, struct error **err)
{
    _cleanup_strv_ struct strv ids = {0};
    struct budgets use;
    uint64_t total;
    int code = retain_measure(work->store, work->home, &use, err);

    if (code == 0)
        code = list_old(work, 1, &ids, err);
    if (code < 0)
        return code;
    total = use.bytes[BUDGET_EVIDENCE];
    for (size_t i = 0; code == 0 && total > bytes && i < ids.count; i++) {
        _cleanup_error_ struct error *busy = NULL;
        _cleanup_free_ char *folder = text_format("%s/runs/%s", work->home, ids.items[i]);
        uint64_t takes = 0;

        code = measure(work, ids.items[i], folder, &takes, err);
        if (code == 0)
            code = retain_take_run(work, ids.items[i], &busy);
        if (code == 0)
            total -= takes < total ? takes : total;
        else if (code == -EBUSY)
            code = 0;
        else if (busy != NULL && err != NULL)
            *err = steal_ptr(busy);
    }
    return code;
}
