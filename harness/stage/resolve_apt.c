/* SPDX-License-Identifier: Apache-2.0 */
/* Updates lists, resolves, and downloads every package to the cache. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "stage/pool.h"
#include "stage/staging.h"

#define SPACE_LISTS (UINT64_C(192) << 20) /* the lists of one release and apt's caches of them */

/* When the lists were last downloaded completely (wall clock, ms), or 0. */
static int64_t lists_time(const struct staging *staging)
{
    _cleanup_free_ char *stamp = path_join(staging->root, "fetched");
    struct stat st;

    return stat(stamp, &st) < 0 ? 0
                                : (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

char *staging_sources(const struct staging *staging, bool only_main)
{
    _cleanup_buffer_ struct buffer text = {0};

    sources_write(&staging->sources, only_main, &text);
    return buffer_steal(&text);
}

static int prepare_apt(const struct staging *staging, bool only_main, struct apt *ret_apt,
                       struct error **err)
{
    _cleanup_free_ char *text = staging_sources(staging, only_main);

    return apt_prepare(staging->root, staging->image->arch, &staging->host, text, staging->state,
                       ret_apt, err);
}

/* Leaves out updates and security suites; *ret_note says so, with the reason. */
static int narrow(const struct staging *staging, struct apt *apt, const struct error *reason,
                  char **ret_note, struct error **err)
{
    apt_done(apt);
    *apt = (struct apt){0};
    free(*ret_note);
    *ret_note = text_format("release '%s' alone, without its updates and security parts: %s",
                            staging->release, error_message(reason));
    return prepare_apt(staging, true, apt, err);
}

/* Downloads the lists; if the archive lacks updates or security suites of the release, only the
 * release itself. */
static int fetch_lists(const struct staging *staging, struct apt *apt, char **ret_note,
                       struct error **err)
{
    _cleanup_free_ char *stamp = path_join(staging->root, "fetched");
    _cleanup_error_ struct error *cause = NULL;
    const char *note;
    bool absent = false;
    int code = staging_need_space(staging, lists_time(staging) == 0 ? SPACE_LISTS : 0, err);

    if (code < 0)
        return code;
    code = apt_update(apt, &absent, &cause);
    if (code < 0 && absent) {
        code = narrow(staging, apt, cause, ret_note, err);
        if (code == 0)
            code = apt_update(apt, NULL, err);
    } else if (code < 0) {
        return error_set(err, code, "%s", error_message(cause));
    }
    /* The stamp records what the lists do not include. */
    note = *ret_note != NULL ? *ret_note : "";
    return code == 0 ? path_write_atomic(stamp, note, strlen(note), err) : code;
}

/* Uses lists downloaded earlier, which may be of the release only. */
static int use_lists(const struct staging *staging, struct apt *apt, char **ret_note,
                     struct error **err)
{
    _cleanup_free_ char *stamp = path_join(staging->root, "fetched");
    _cleanup_buffer_ struct buffer note = {0};

    if (path_read(stamp, 8192, &note, NULL) < 0 || note.length == 0)
        return 0;
    free(*ret_note);
    *ret_note = buffer_steal(&note);
    apt_done(apt);
    *apt = (struct apt){0};
    return prepare_apt(staging, true, apt, err);
}

/* Copies a local package file to the cache. */
static int take_local(const struct staging *staging, struct apt_item *item, struct error **err)
{
    _cleanup_free_ char *copy = path_join(staging->root, item->file);
    int code;

    if (!strv_has(&staging->files, item->local))
        return error_set(err, -EBADMSG, "apt names the file '%s', which it was not given",
                         item->local);
    code = digest_of_file(item->local, item->sha256, &item->size, err);
    if (code == 0 && pool_check(staging->cache, item->sha256, item->file, item->size, NULL) == 0)
        return 0;
    if (code == 0)
        code = staging_need_space(staging, item->size, err);
    if (code == 0)
        code = path_copy_file(item->local, copy, err);
    if (code == 0)
        code = pool_take(staging->cache, copy, item->sha256, item->file, item->size, err);
    return code;
}

static int take_fetched(const struct staging *staging, const struct apt *apt,
                        const struct apt_items *items, const bool *want, bool *ret_absent,
                        struct error **err)
{
    _cleanup_free_ char *folder = path_join(staging->root, "fetch");
    int code = path_remove_tree(folder, err);

    if (code == 0)
        code = path_make_folders(folder, false, err);
    if (code == 0)
        code = apt_fetch(apt, items, want, folder, ret_absent, err);
    for (size_t i = 0; code == 0 && i < items->rows.count; i++) {
        const struct apt_item *item = &items->rows.items[i];
        _cleanup_free_ char *path = path_join(folder, item->file);

        if (want[i])
            code = pool_take(staging->cache, path, item->sha256, item->file, item->size, err);
    }
    path_remove_tree(folder, NULL);
    return code;
}

static int bring(const struct staging *staging, const struct apt *apt, struct apt_items *items,
                 bool *ret_absent, struct error **err)
{
    _cleanup_free_ bool *want = text_calloc(items->rows.count + 1, sizeof(*want));
    uint64_t bytes = 0;
    size_t missing = 0;
    int code = 0;

    for (size_t i = 0; code == 0 && i < items->rows.count; i++) {
        struct apt_item *item = &items->rows.items[i];

        if (item->local != NULL) {
            code = take_local(staging, item, err);
        } else if (pool_check(staging->cache, item->sha256, item->file, item->size, NULL) < 0) {
            want[i] = true;
            bytes += item->size;
            missing++;
        }
    }
    if (code == 0 && missing > 0)
        code = staging_need_space(staging, bytes, err);
    if (code == 0 && missing > 0)
        code = take_fetched(staging, apt, items, want, ret_absent, err);
    return code;
}

static void name_origin(const struct staging *staging, struct staged *staged)
{
    _cleanup_free_ char *own = path_join(staging->suite->folder, "files");
    _cleanup_buffer_ struct buffer text = {0};

    vec_foreach (row, &staging->sources.rows)
        if (row->main)
            buffer_format(&text, "%s%s %s", text.length > 0 ? ", " : "", row->uri, row->suite);
    if (staging->folder != NULL)
        buffer_format(&text, "folder %s", staging->folder);
    if (staging->files.count > 0 && path_is_folder(own))
        buffer_format(&text, " and the suite's files/");
    staged->source = buffer_steal(&text);
    staged->release = text_dup(staging->release);
}

/* The archive cannot be reached: uses old lists, or the old set, or fails. */
static int do_without(const struct staging *staging, const struct error *cause,
                      struct staged **ret_staged, char **ret_note, struct error **err)
{
    char when[CLOCK_TEXT_SIZE];

    if (staging_recall(staging, true, ret_staged) == 0) {
        clock_format((*ret_staged)->resolved_ms, when);
        free((*ret_staged)->note);
        (*ret_staged)->note =
            text_format("%s; the set resolved at %s is used", error_message(cause), when);
        return 0;
    }
    if (lists_time(staging) == 0)
        return error_set(err, -EIO,
                         "%s: connect this host to its package archive (or correct its apt "
                         "sources), or give the packages as a folder with --from DIR",
                         error_message(cause));
    clock_format(lists_time(staging), when);
    free(*ret_note);
    *ret_note = text_format("%s; the lists fetched at %s are used", error_message(cause), when);
    return 0;
}

static int resolve_and_bring(const struct staging *staging, const struct apt *apt,
                             struct apt_items *ret_items, bool *ret_absent, struct error **err)
{
    int code;

    apt_items_done(ret_items);
    *ret_absent = false;
    code =
        apt_resolve(apt, &staging->names, &staging->files, staging->folder == NULL, ret_items, err);
    return code == 0 ? bring(staging, apt, ret_items, ret_absent, err) : code;
}

/* Outdated lists refer to packages that the archive has removed: they are downloaded again. If that
 * does not help, the archive is dropping a part of the release. */
static int resolve_somehow(const struct staging *staging, struct apt *apt, bool fetched,
                           struct apt_items *ret_items, char **ret_note, struct error **err)
{
    _cleanup_error_ struct error *cause = NULL;
    bool absent;
    int code = resolve_and_bring(staging, apt, ret_items, &absent, &cause);

    if (code < 0 && absent && !fetched && fetch_lists(staging, apt, ret_note, NULL) == 0)
        code = resolve_and_bring(staging, apt, ret_items, &absent, &cause);
    if (code < 0 && absent) {
        code = narrow(staging, apt, cause, ret_note, err);
        return code == 0 ? resolve_and_bring(staging, apt, ret_items, &absent, err) : code;
    }
    return code < 0 ? error_set(err, code, "%s", error_message(cause)) : 0;
}

int staging_resolve_apt(const struct staging *staging, struct staged **ret_staged,
                        struct error **err)
{
    _cleanup_(staged_free_cleanup) struct staged *staged = text_calloc(1, sizeof(*staged));
    _cleanup_(apt_items_done) struct apt_items items = {0};
    _cleanup_(apt_done) struct apt apt = {0};
    bool fetched = staging->release == NULL;
    int code = staging_need_space(staging, 0, err);

    if (code == 0)
        code = prepare_apt(staging, false, &apt, err);
    if (code == 0 && staging->release != NULL &&
        (staging->refresh || !staging_is_fresh(staging, lists_time(staging)))) {
        _cleanup_error_ struct error *cause = NULL;

        code = fetch_lists(staging, &apt, &staged->note, &cause);
        fetched = true;
        if (code == -EIO) {
            code = do_without(staging, cause, ret_staged, &staged->note, err);
            if (code == 0 && *ret_staged != NULL)
                return 0;
        } else if (code < 0) {
            return error_set(err, code, "%s", error_message(cause));
        }
    } else if (code == 0 && staging->release != NULL) {
        code = use_lists(staging, &apt, &staged->note, err);
    }
    if (code == 0)
        code = resolve_somehow(staging, &apt, fetched, &items, &staged->note, err);
    if (code < 0)
        return code;
    vec_foreach (item, &items.rows)
        staged_add(staged, staging->cache, item->file, item->name, item->version, item->arch,
                   item->sha256, item->size);
    name_origin(staging, staged);
    return staging_complete(staging, &staged, ret_staged, err);
}
