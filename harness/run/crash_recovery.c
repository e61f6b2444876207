/* SPDX-License-Identifier: Apache-2.0 */
/* Recovers a home after a kill. */
#include "run/crash_recovery.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "guest/host/sweep.h"
#include "home/preserved.h"
#include "home/saved_state.h"
#include "run/begin.h"
#include "run/retain.h"
#include "store/evidence.h"
#include "store/store.h"

/* A damaged manifest affects only its own run. */
static int adopt(struct store *store, const char *name, struct error **err)
{
    _cleanup_error_ struct error *trouble = NULL;
    int code = run_adopt(store, name, &trouble);

    if (code == 0)
        log_info("run %s was not in the store: 'touchstone resume %s' merges the results of its "
                 "jobs and runs the rest",
                 name, name);
    if (code != -EBADMSG && code != -EUCLEAN && code != -EINVAL && code != -ENOENT) {
        if (code < 0 && err != NULL)
            *err = steal_ptr(trouble);
        return code;
    }
    log_warning("run %s is not added to the store: %s", name, error_said(trouble));
    return 0;
}

static int recover_run(struct store *store, const char *folder, const char *name,
                       const struct strv *known, struct strv *unbegun, struct error **err)
{
    _cleanup_free_ char *manifest = text_format("%s/%s/manifest.json", folder, name);
    _cleanup_free_ char *path = path_join(folder, name);

    if (text_ends(name, RETAIN_REMOVED)) {
        _cleanup_free_ char *id = text_ndup(name, strlen(name) - strlen(RETAIN_REMOVED));

        return retain_complete_removal(store, path, id, err);
    }
    if (!text_is_name(name) || strv_has(known, name))
        return 0;
    if (path_exists(manifest)) {
        return adopt(store, name, err);
    }
    strv_add(unbegun, name);
    return path_remove_tree(path, err);
}

static int recover_runs(struct store *store, const char *home, struct strv *unbegun,
                        struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "runs");
    _cleanup_strv_ struct strv known = {0}, names = {0};
    int code = store_list_runs(store, &known, err);

    if (code == 0)
        code = path_list(folder, &names, err);
    for (size_t i = 0; code == 0 && i < names.count; i++)
        code = recover_run(store, folder, names.items[i], &known, unbegun, err);
    return code;
}

/* Removes the files of shells whose process is dead: HOME/shell/PID and beside it. */
static int remove_shells(const char *home, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "shell");
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);
        long pid = strtol(names.items[i], NULL, 10);

        if (pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH)
            code = path_remove_tree(path, err);
    }
    return code;
}

int crash_recover_home(struct store *store, const char *home, struct strv *ret_unbegun,
                       struct error **err)
{
    int code = sweep_dead(NULL, err);

    if (code == 0)
        code = saved_state_sweep(home, err);
    if (code == 0)
        code = preserved_sweep(home, err);
    if (code == 0)
        code = evidence_sweep(home, err);
    if (code == 0)
        code = remove_shells(home, err);
    return code == 0 ? recover_runs(store, home, ret_unbegun, err) : code;
}
