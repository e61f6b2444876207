/* SPDX-License-Identifier: Apache-2.0 */
/* Holds, evicts and removes kept guests. The lock is on the folder itself: nothing else has to be
 * there, and it goes with it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "cell/kept.h"

static int lock(const struct kept *kept, int how, int *ret_fd, struct error **err)
{
    _cleanup_close_ int fd = open(kept->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, -errno, "kept guest '%s' is not there", kept->id);
    if (flock(fd, how | LOCK_NB) < 0)
        return error_set(err, errno == EWOULDBLOCK ? -EBUSY : -errno,
                         "kept guest '%s' is open in a shell, or just being removed", kept->id);
    *ret_fd = steal_fd(fd);
    return 0;
}

int kept_hold(const struct kept *kept, int *ret_fd, struct error **err)
{
    int code = lock(kept, LOCK_SH, ret_fd, err);

    if (code == 0 && futimens(*ret_fd, NULL) < 0)
        log_warning("cannot note the use of '%s': %s", kept->folder, strerror(errno));
    return code;
}

int kept_remove(const struct kept *kept, struct error **err)
{
    _cleanup_close_ int fd = -1;
    int code = lock(kept, LOCK_EX, &fd, err);

    return code == 0 ? path_remove_tree(kept->folder, err) : code;
}

static int compare_use(const void *a, const void *b)
{
    const struct kept *one = a, *two = b;

    return one->used_ms != two->used_ms ? (one->used_ms < two->used_ms ? -1 : 1)
                                        : strcmp(one->id, two->id);
}

int kept_evict(const char *home, uint64_t bytes, unsigned guests, const char *but_run,
               kept_victim_handler *on_victim, void *context, struct kept_use *ret_left,
               struct error **err)
{
    _cleanup_(kept_list_done) struct kept_list list = {0};
    struct kept_use left = {0};
    int code = kept_read_all(home, &list, err);

    vec_foreach (kept, &list.rows) {
        left.bytes += kept->bytes;
        left.guests++;
    }
    if (list.rows.count > 0)
        qsort(list.rows.items, list.rows.count, sizeof(*list.rows.items), compare_use);
    for (size_t i = 0;
         code == 0 && i < list.rows.count && (left.bytes > bytes || left.guests > guests); i++) {
        _cleanup_error_ struct error *busy = NULL;
        const struct kept *kept = &list.rows.items[i];

        if (text_equal(kept->run_id, but_run))
            continue;
        code = on_victim(context, kept, &busy);
        if (code == 0) {
            left.bytes -= kept->bytes;
            left.guests--;
        } else if (code == -EBUSY)
            code = 0;
        else if (err != NULL)
            *err = steal_ptr(busy);
    }
    if (code == 0)
        *ret_left = left;
    return code;
}

int kept_sweep(const char *home, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "kept");
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);

        if (text_ends(names.items[i], ".partial"))
            code = path_remove_tree(path, err);
    }
    return code;
}
