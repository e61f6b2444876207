/* SPDX-License-Identifier: Apache-2.0 */
/* Evicts saved states and preserved guests to make space for new ones. */
#include "home/space.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "home/budget.h"
#include "home/preserved.h"
#include "home/saved_state.h"

static uint64_t less(uint64_t budget, uint64_t room)
{
    return budget == BUDGET_UNLIMITED ? budget : budget > room ? budget - room : 0;
}

int space_states_needed(const char *home, struct strv *ret_keys, struct error **err)
{
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    int code = preserved_read_all(home, &list, err);

    vec_foreach (preserved, &list.rows) {
        if (preserved->state != NULL)
            strv_add(ret_keys, preserved->state);
    }
    return code;
}

static int evict_state(void *context, const struct saved_state *state, struct error **err)
{
    int code = saved_state_remove(context, state->key, err);

    if (code == 0)
        log_info("saved state %.12s of %s on %s was evicted to free space: it was the least "
                 "recently used",
                 state->key, state->image, state->platform);
    return code;
}

int space_for_state(const char *home, unsigned memory_mib, struct error **err)
{
    _cleanup_strv_ struct strv needed = {0};
    struct budgets budgets;
    int code = budgets_read(home, &budgets, err);

    if (code == 0)
        code = space_states_needed(home, &needed, err);
    return code == 0
               ? saved_state_evict(home,
                                   less(budgets.bytes[BUDGET_STATES], (uint64_t)memory_mib << 20),
                                   &needed, evict_state, (void *)home, err)
               : code;
}

static int evict_preserved(void *context, const struct preserved *preserved, struct error **err)
{
    int code = preserved_remove(preserved, err);

    (void)context;
    if (code == 0)
        log_info("the preserved guest %s was evicted to free space: it was the least recently used",
                 preserved->id);
    return code;
}

int space_for_preserved(const char *home, const char *run_id, unsigned memory_mib, char **ret_why,
                        struct error **err)
{
    uint64_t more = (uint64_t)memory_mib << 20, free_bytes = 0;
    struct preserved_use left = {0};
    struct budgets budgets;
    uint64_t budget;
    int code = budgets_read(home, &budgets, err);

    if (code < 0)
        return code;
    budget = less(budgets.bytes[BUDGET_PRESERVED], more);
    code = preserved_evict(home, budget, KEPT_MAX - 1, run_id, evict_preserved, NULL, &left, err);
    if (code < 0)
        return code;
    *ret_why = NULL;
    if (left.guests >= KEPT_MAX || left.bytes > budget) {
        _cleanup_free_ char *takes = budget_format(left.bytes);

        *ret_why = text_format("%u preserved guests already use %s and are of this run or in use: "
                               "'touchstone clean --preserved' removes them",
                               left.guests, takes);
    } else if (path_free_bytes(home, &free_bytes, NULL) == 0 && free_bytes < KEPT_ROOM)
        *ret_why = text_format("'%s' has less than %llu MiB free", home,
                               (unsigned long long)(KEPT_ROOM >> 20));
    return 0;
}
