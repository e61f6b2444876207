/* SPDX-License-Identifier: Apache-2.0 */
/* Locks, evicts and removes saved states. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "base/translate.h"
#include "home/saved_state.h"
#include "home/saved_state_files.h"

/* Waits until a process closes the lock file, as its holder does when it ends, or until the
 * deadline. */
static void wait_for_close(int notify, int64_t deadline_ms)
{
    char events[4096];
    struct pollfd ready = {.fd = notify, .events = POLLIN};
    int64_t left = clock_remaining_ms(deadline_ms);

    if (poll(&ready, 1, left > 60000 ? 60000 : (int)left) > 0 &&
        read(notify, events, sizeof(events)) < 0)
        log_debug("a lock's notification cannot be read: %s", english_error(errno));
}

int saved_state_lock_key(const char *home, const char *key, int64_t deadline_ms, int *ret_lock,
                         struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "states");
    _cleanup_free_ char *path = saved_state_path(home, key, ".lock");
    _cleanup_close_ int notify = inotify_init1(IN_CLOEXEC), lock = -1;
    int code = path_make_folders(folder, false, err);

    if (code < 0)
        return code;
    lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    /* The watch is added before the first attempt, so that no close in between is missed. */
    if (lock < 0 || notify < 0 || inotify_add_watch(notify, path, IN_CLOSE_WRITE) < 0)
        return error_set_errno(err, -errno, "cannot lock '%s'", path);
    while (flock(lock, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return error_set_errno(err, -errno, "cannot lock '%s'", path);
        if (clock_remaining_ms(deadline_ms) == 0)
            return error_set(err, -ETIMEDOUT, "saved state %s is still being made by another job",
                             key);
        wait_for_close(notify, deadline_ms);
    }
    *ret_lock = steal_fd(lock);
    return 0;
}

int saved_state_lock(const char *home, const char *key, int *ret_lock, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "states");
    _cleanup_free_ char *path = saved_state_path(home, key, ".lock");
    _cleanup_close_ int hold = -1;
    int code = path_make_folders(folder, false, err);

    if (code < 0)
        return code;
    hold = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (hold < 0)
        return error_set_errno(err, -errno, "cannot open '%s'", path);
    if (flock(hold, LOCK_SH | LOCK_NB) < 0)
        return error_set(err, errno == EWOULDBLOCK ? -EBUSY : -errno,
                         "saved state %s is just being made or removed", key);
    if (futimens(hold, NULL) < 0)
        log_warning("cannot record the use of saved state %s: %s", key, english_error(errno));
    *ret_lock = steal_fd(hold);
    return 0;
}

int saved_state_open(const char *home, const char *key, int *ret_lock,
                     struct saved_state *ret_state, struct error **err)
{
    _cleanup_close_ int hold = -1;
    int code = saved_state_lock(home, key, &hold, err);

    if (code == 0)
        code = saved_state_find(home, key, ret_state, err);
    if (code == 0)
        *ret_lock = steal_fd(hold);
    return code;
}

int saved_state_remove(const char *home, const char *key, struct error **err)
{
    _cleanup_close_ int lock = -1;
    _cleanup_free_ char *folder = saved_state_path(home, key, "");
    int code;

    if (!digest_is_text(key))
        return error_set(err, -EINVAL, "'%s' is not the key of a saved state", key);
    code = saved_state_lock_key(home, key, 0, &lock, err);
    if (code == -ETIMEDOUT)
        return error_set(err, -EBUSY,
                         "saved state %s is being made, or a guest runs from it: end that first",
                         key);
    return code < 0 ? code : path_remove_tree(folder, err);
}

static int compare_use(const void *a, const void *b)
{
    const struct saved_state *one = a, *two = b;

    return one->used_ms != two->used_ms ? (one->used_ms < two->used_ms ? -1 : 1)
                                        : strcmp(one->key, two->key);
}

/* True if a state that stays depends on it. */
static bool is_base(const struct saved_states *states, const bool *gone, const char *key)
{
    for (size_t i = 0; i < states->rows.count; i++)
        if (!gone[i] && text_equal(states->rows.items[i].base, key))
            return true;
    return false;
}

int saved_state_evict(const char *home, uint64_t bytes, const struct strv *keep,
                      saved_state_victim_handler *on_victim, void *context, struct error **err)
{
    _cleanup_(saved_states_done) struct saved_states states = {0};
    _cleanup_free_ bool *gone = NULL;
    uint64_t total = 0;
    int code = saved_state_list(home, &states, err);

    vec_foreach (state, &states.rows)
        total += state->bytes;
    if (states.rows.count > 0)
        qsort(states.rows.items, states.rows.count, sizeof(*states.rows.items), compare_use);
    gone = text_calloc(states.rows.count + 1, sizeof(*gone));
    for (size_t i = 0; code == 0 && total > bytes && i < states.rows.count; i++) {
        _cleanup_error_ struct error *busy = NULL;
        const struct saved_state *state = &states.rows.items[i];

        if (gone[i] || strv_has(keep, state->key) || is_base(&states, gone, state->key))
            continue;
        code = on_victim(context, state, &busy);
        if (code == 0) {
            total -= state->bytes;
            gone[i] = true;
            /* The state it depended on may be older and have been skipped: start again. */
            if (state->base != NULL)
                i = (size_t)-1;
        } else if (code == -EBUSY)
            code = 0;
        else if (err != NULL)
            *err = steal_ptr(busy);
    }
    return code;
}

int saved_state_sweep(const char *home, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "states");
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        const char *name = names.items[i];
        _cleanup_free_ char *path = path_join(folder, name), *key = NULL;
        _cleanup_close_ int lock = -1;

        if (!text_ends(name, SAVED_STATE_DRAFT))
            continue;
        key = text_ndup(name, strlen(name) - strlen(SAVED_STATE_DRAFT));
        /* A process that is making it holds the lock. */
        if (digest_is_text(key) && saved_state_lock_key(home, key, 0, &lock, NULL) == 0)
            code = path_remove_tree(path, err);
    }
    return code;
}
