/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, locks, evicts and removes preserved guests. The lock is on the folder itself, so no lock
 * file is left over. */
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
#include "base/translate.h"
#include "home/preserved.h"
#include "model/member.h"

#define META_LIMIT 65536
#define FORMAT "touchstone-kept-1"

static const struct member rows[] = {
    MEMBER(struct preserved, id, TEXT, NULL),
    MEMBER(struct preserved, folder, TEXT, NULL),
    MEMBER(struct preserved, run_id, TEXT, "run"),
    MEMBER(struct preserved, image, TEXT, "image"),
    MEMBER(struct preserved, platform, TEXT, "platform"),
    MEMBER(struct preserved, suite, TEXT, "suite"),
    MEMBER(struct preserved, case_id, TEXT, "case"),
    MEMBER(struct preserved, reason, TEXT, "reason"),
    MEMBER(struct preserved, entry_method, WORD, "way", .words = &entry_method_words),
    MEMBER(struct preserved, state, TEXT, "state",
           .flags = MEMBER_NULL | MEMBER_ABSENT | MEMBER_OMIT),
    MEMBER(struct preserved, created_ms, NUMBER, "created_ms", .max = INT64_MAX),
};
static const struct members preserved_members = MEMBERS(struct preserved, rows);

void preserved_done(struct preserved *preserved)
{
    members_done(&preserved_members, preserved);
}

int preserved_write(const struct preserved *preserved, const char *folder, struct error **err)
{
    _cleanup_json_ json_t *meta = json_object();
    _cleanup_free_ char *path = path_join(folder, "meta.json");

    json_object_set_new(meta, "format", json_string(FORMAT));
    members_to_json(&preserved_members, preserved, meta);
    return json_write_file(meta, path, err);
}

void preserved_list_done(struct preserved_list *list)
{
    vec_foreach (preserved, &list->rows)
        preserved_done(preserved);
    vec_done(&list->rows);
}

static int read_meta(const char *home, const char *id, struct preserved *ret_preserved,
                     struct error **err)
{
    _cleanup_json_ json_t *meta = NULL;
    _cleanup_(preserved_done) struct preserved preserved = {.id = text_dup(id)};
    _cleanup_free_ char *path = NULL;
    struct stat st;
    int code;

    preserved.folder = text_format("%s/kept/%s", home, id);
    path = path_join(preserved.folder, "meta.json");
    code = json_read_file(path, META_LIMIT, &meta, err);
    if (code == 0)
        code = members_from_json(&preserved_members, meta, path, &preserved, err);
    if (code < 0)
        return code;
    if (stat(preserved.folder, &st) < 0)
        return error_set_errno(err, -errno, "cannot stat '%s'", preserved.folder);
    preserved.used_ms = (int64_t)st.st_mtim.tv_sec * 1000;
    preserved.bytes = path_disk_use(preserved.folder);
    *ret_preserved = preserved;
    preserved = (struct preserved){0};
    return 0;
}

int preserved_read_all(const char *home, struct preserved_list *ret_list, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "kept");
    _cleanup_strv_ struct strv names = {0};
    struct preserved_list list = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        struct preserved preserved;

        if (!text_ends(names.items[i], ".partial") &&
            read_meta(home, names.items[i], &preserved, NULL) == 0)
            *vec_add(&list.rows) = preserved;
    }
    if (code == 0)
        *ret_list = list;
    return code;
}

int preserved_find(const char *home, const char *run_id, const char *image, const char *platform,
                   const char *suite, struct preserved *ret_preserved, struct error **err)
{
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    int code = preserved_read_all(home, &list, err);

    /* From the latest attempt. */
    for (size_t i = list.rows.count; code == 0 && i-- > 0;) {
        struct preserved *preserved = &list.rows.items[i];

        if (text_equal(preserved->run_id, run_id) && text_equal(preserved->image, image) &&
            text_equal(preserved->platform, platform) && text_equal(preserved->suite, suite)) {
            *ret_preserved = *preserved;
            *preserved = (struct preserved){0};
            return 0;
        }
    }
    return code < 0
               ? code
               : error_set(err, -ENOENT,
                           "no guest of cell '%s/%s/%s' of run %s is preserved: run it again with "
                           "'touchstone run --image %s --platform %s --suite %s --keep-failed', or "
                           "open a one-off guest with 'touchstone shell --image %s --platform %s'",
                           image, platform, suite, run_id, image, platform, suite, image, platform);
}

static int lock(const struct preserved *preserved, int how, int *ret_fd, struct error **err)
{
    _cleanup_close_ int fd =
        open(preserved->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(err, -errno, "preserved guest '%s' is not there", preserved->id);
    if (flock(fd, how | LOCK_NB) < 0)
        return error_set(err, errno == EWOULDBLOCK ? -EBUSY : -errno,
                         "preserved guest '%s' is open in a shell, or just being removed",
                         preserved->id);
    *ret_fd = steal_fd(fd);
    return 0;
}

int preserved_lock(const struct preserved *preserved, int *ret_fd, struct error **err)
{
    int code = lock(preserved, LOCK_SH, ret_fd, err);

    if (code == 0 && futimens(*ret_fd, NULL) < 0)
        log_warning("cannot record the use of '%s': %s", preserved->folder, english_error(errno));
    return code;
}

int preserved_remove(const struct preserved *preserved, struct error **err)
{
    _cleanup_close_ int fd = -1;
    int code = lock(preserved, LOCK_EX, &fd, err);

    return code == 0 ? path_remove_tree(preserved->folder, err) : code;
}

static int compare_use(const void *a, const void *b)
{
    const struct preserved *one = a, *two = b;

    return one->used_ms != two->used_ms ? (one->used_ms < two->used_ms ? -1 : 1)
                                        : strcmp(one->id, two->id);
}

int preserved_evict(const char *home, uint64_t bytes, unsigned guests, const char *but_run,
                    preserved_victim_handler *on_victim, void *context,
                    struct preserved_use *ret_left, struct error **err)
{
    _cleanup_(preserved_list_done) struct preserved_list list = {0};
    struct preserved_use left = {0};
    int code = preserved_read_all(home, &list, err);

    vec_foreach (preserved, &list.rows) {
        left.bytes += preserved->bytes;
        left.guests++;
    }
    if (list.rows.count > 0)
        qsort(list.rows.items, list.rows.count, sizeof(*list.rows.items), compare_use);
    for (size_t i = 0;
         code == 0 && i < list.rows.count && (left.bytes > bytes || left.guests > guests); i++) {
        _cleanup_error_ struct error *busy = NULL;
        const struct preserved *preserved = &list.rows.items[i];

        if (text_equal(preserved->run_id, but_run))
            continue;
        code = on_victim(context, preserved, &busy);
        if (code == 0) {
            left.bytes -= preserved->bytes;
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

int preserved_sweep(const char *home, struct error **err)
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
