/* SPDX-License-Identifier: Apache-2.0 */
/* Removes saved states, preserved guests and packages, which can be made again. Runs are handled in
 * retain_run.c. */
#include "run/retain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/path.h"
#include "home/preserved.h"
#include "home/saved_state.h"
#include "home/space.h"
#include "run/retain_run.h"
#include "store/retain.h"

static int take_preserved(void *context, const struct preserved *preserved, struct error **err)
{
    const struct retain_work *work = context;
    int code = work->request->dry_run ? 0 : preserved_remove(preserved, err);
    _cleanup_free_ char *what = text_format(
        "preserved guest %s/%s/%s of run %s, preserved after case '%s'", preserved->image,
        preserved->platform, preserved->suite, preserved->run_id, preserved->case_id);

    if (code == 0)
        work->tell(work->context, what, preserved->bytes);
    return code;
}

static int take_all_preserved(struct retain_work *work, struct error **err)
{
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    int code = preserved_read_all(work->home, &list, err);

    for (size_t i = 0; code == 0 && i < list.rows.count; i++)
        code = take_preserved(work, &list.rows.items[i], err);
    return code;
}

static int take_state(void *context, const struct saved_state *state, struct error **err)
{
    const struct retain_work *work = context;
    int code = work->request->dry_run ? 0 : saved_state_remove(work->home, state->key, err);
    _cleanup_free_ char *what = text_format("saved state %.12s of %s on %s (%s)", state->key,
                                            state->image, state->platform, state->accel);

    if (code == 0)
        work->tell(work->context, what, state->bytes);
    return code;
}

/* A state that a preserved guest depends on is removed after it, or stays. */
static int take_all_states(struct retain_work *work, struct error **err)
{
    _cleanup_(saved_states_done) struct saved_states states = {0};
    _cleanup_strv_ struct strv needed = {0};
    int code = work->request->preserved ? 0 : space_states_needed(work->home, &needed, err);

    if (code == 0 && needed.count > 0)
        return error_set(
            err, -EBUSY,
            "saved states are the base of %zu preserved %s: 'touchstone clean --preserved "
            "--states' removes both",
            needed.count, text_plural(needed.count, "guest", "guests"));
    if (code == 0)
        code = saved_state_list(work->home, &states, err);
    for (size_t i = 0; code == 0 && i < states.rows.count; i++)
        code = take_state(work, &states.rows.items[i], err);
    return code;
}

static int take_packages(struct retain_work *work, struct error **err)
{
    static const char *const parts[] = {"pool", "sets", "apt"};
    _cleanup_free_ char *folder = path_join(work->home, "packages");
    _cleanup_free_ char *path = path_join(folder, "lock");
    _cleanup_close_ int lock = -1;
    uint64_t bytes = path_disk_use(folder);
    int code = 0;

    if (!path_is_folder(folder))
        return 0;
    if (!work->request->dry_run)
        code = lock_take(path, "the folder of staged packages", 0, &lock, err);
    for (size_t i = 0; code == 0 && !work->request->dry_run && i < sizeof(parts) / sizeof(parts[0]);
         i++) {
        _cleanup_free_ char *part = path_join(folder, parts[i]);

        code = path_remove_tree(part, err);
    }
    if (code == 0)
        work->tell(work->context, "staged packages: they are fetched again", bytes);
    return code;
}

static int apply_budgets(struct retain_work *work, struct error **err)
{
    _cleanup_strv_ struct strv needed = {0};
    struct preserved_use left = {0};
    struct budgets budgets;
    int code = budgets_read(work->home, &budgets, err);

    if (code == 0)
        code = preserved_evict(work->home, budgets.bytes[BUDGET_PRESERVED], KEPT_MAX, NULL,
                               take_preserved, work, &left, err);
    if (code == 0)
        code = space_states_needed(work->home, &needed, err);
    if (code == 0)
        code = saved_state_evict(work->home, budgets.bytes[BUDGET_STATES], &needed, take_state,
                                 work, err);
    return code == 0 ? retain_runs_within(work, budgets.bytes[BUDGET_EVIDENCE], err) : code;
}

int retain_apply(struct store *store, const char *home, const struct retain_request *request,
                 retain_teller *tell, void *context, struct error **err)
{
    struct retain_work work = {store, home, request, tell, context};
    uint64_t orphans = 0;
    int code = request->preserved ? take_all_preserved(&work, err) : 0;

    if (code == 0 && request->states)
        code = take_all_states(&work, err);
    if (code == 0 && request->packages)
        code = take_packages(&work, err);
    for (size_t i = 0; code == 0 && i < request->runs.count; i++)
        code = retain_take_run(&work, request->runs.items[i], err);
    if (code == 0 && request->keep_runs > 0)
        code = retain_newest_runs(&work, request->keep_runs, err);
    if (code == 0 && request->budgets)
        code = apply_budgets(&work, err);
    /* The evidence of removed runs, and what kills have left of earlier ones. */
    if (code == 0)
        code = store_sweep_evidence(store, request->dry_run, &orphans, err);
    if (code == 0 && orphans > 0)
        tell(context, "evidence that no run refers to", orphans);
    return code;
}

int retain_measure(struct store *store, const char *home, struct budgets *ret_use,
                   struct error **err)
{
    _cleanup_free_ char *states = path_join(home, "states"), *preserved = path_join(home, "kept"),
                        *runs = path_join(home, "runs");
    struct budgets use = {0};
    int code = store_evidence_bytes(store, &use.bytes[BUDGET_EVIDENCE], err);

    use.bytes[BUDGET_STATES] = path_disk_use(states);
    use.bytes[BUDGET_PRESERVED] = path_disk_use(preserved);
    use.bytes[BUDGET_EVIDENCE] += path_disk_use(runs);
    if (code == 0)
        *ret_use = use;
    return code;
}
