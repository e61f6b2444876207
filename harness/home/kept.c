/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, holds, evicts and removes kept guests. The lock is on the folder itself: nothing else has
 * to be there, and it goes with it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "home/kept.h"
#include "model/member.h"

#define META_LIMIT 65536
#define FORMAT "touchstone-kept-1"

static const struct member rows[] = {
    MEMBER(struct kept, id, TEXT, NULL),
    MEMBER(struct kept, folder, TEXT, NULL),
    MEMBER(struct kept, run_id, TEXT, "run"),
    MEMBER(struct kept, image, TEXT, "image"),
    MEMBER(struct kept, platform, TEXT, "platform"),
    MEMBER(struct kept, suite, TEXT, "suite"),
    MEMBER(struct kept, case_id, TEXT, "case"),
    MEMBER(struct kept, reason, TEXT, "reason"),
    MEMBER(struct kept, way, WORD, "way", .words = &way_words),
    MEMBER(struct kept, state, TEXT, "state", .flags = MEMBER_NULL | MEMBER_ABSENT | MEMBER_OMIT),
    MEMBER(struct kept, created_ms, NUMBER, "created_ms", .max = INT64_MAX),
};
static const struct members kept_members = MEMBERS(struct kept, rows);

void kept_done(struct kept *kept)
{
    members_done(&kept_members, kept);
}

int kept_write(const struct kept *kept, const char *folder, struct error **err)
{
    _cleanup_json_ json_t *meta = json_object();
    _cleanup_free_ char *path = path_join(folder, "meta.json");

    json_object_set_new(meta, "format", json_string(FORMAT));
    members_to_json(&kept_members, kept, meta);
    return json_write_file(meta, path, err);
}

void kept_list_done(struct kept_list *list)
{
    vec_foreach (kept, &list->rows)
        kept_done(kept);
    vec_done(&list->rows);
}

static int read_meta(const char *home, const char *id, struct kept *ret_kept, struct error **err)
{
    _cleanup_json_ json_t *meta = NULL;
    _cleanup_(kept_done) struct kept kept = {.id = text_dup(id)};
    _cleanup_free_ char *path = NULL;
    struct stat st;
    int code;

    kept.folder = text_format("%s/kept/%s", home, id);
    path = path_join(kept.folder, "meta.json");
    code = json_read_file(path, META_LIMIT, &meta, err);
    if (code == 0)
        code = members_from_json(&kept_members, meta, path, &kept, err);
    if (code < 0)
        return code;
    if (stat(kept.folder, &st) < 0)
        return error_set_errno(err, -errno, "cannot look at '%s'", kept.folder);
    kept.used_ms = (int64_t)st.st_mtim.tv_sec * 1000;
    kept.bytes = path_disk_use(kept.folder);
    *ret_kept = kept;
    kept = (struct kept){0};
    return 0;
}

int kept_read_all(const char *home, struct kept_list *ret_list, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "kept");
    _cleanup_strv_ struct strv names = {0};
    struct kept_list list = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        struct kept kept;

        if (!text_ends(names.items[i], ".partial") &&
            read_meta(home, names.items[i], &kept, NULL) == 0)
            *vec_add(&list.rows) = kept;
    }
    if (code == 0)
        *ret_list = list;
    return code;
}

int kept_find(const char *home, const char *run_id, const char *image, const char *platform,
              const char *suite, struct kept *ret_kept, struct error **err)
{
    _cleanup_(kept_list_done) struct kept_list list = {0};
    int code = kept_read_all(home, &list, err);

    /* The last attempt. */
    for (size_t i = list.rows.count; code == 0 && i-- > 0;) {
        struct kept *kept = &list.rows.items[i];

        if (text_equal(kept->run_id, run_id) && text_equal(kept->image, image) &&
            text_equal(kept->platform, platform) && text_equal(kept->suite, suite)) {
            *ret_kept = *kept;
            *kept = (struct kept){0};
            return 0;
        }
    }
    return code < 0
               ? code
               : error_set(err, -ENOENT,
                           "no guest of cell '%s/%s/%s' of run %s is kept: run it again with "
                           "'touchstone run --image %s --platform %s --suite %s --keep-failed', or "
                           "open a fresh guest with 'touchstone shell --image %s --platform %s'",
                           image, platform, suite, run_id, image, platform, suite, image, platform);
}

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
