/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and lists saved states. */
#include "home/saved_state.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"
#include "home/saved_state_files.h"
#include "model/member.h"

#define TEXT_ROW(field) MEMBER(struct saved_state, field, TEXT, #field)

static const struct member rows[] = {
    MEMBER(struct saved_state, key, DIGEST, "key"),
    TEXT_ROW(image),
    TEXT_ROW(platform),
    TEXT_ROW(accel),
    TEXT_ROW(prepared_by),
    MEMBER(struct saved_state, entry_method, WORD, "way", .words = &entry_method_words),
    MEMBER(struct saved_state, created_ms, NUMBER, "created_ms", .max = INT64_MAX),
    MEMBER(struct saved_state, base, TEXT, "base/key", .flags = MEMBER_ABSENT | MEMBER_OMIT,
           .good = digest_is_text),
    MEMBER(struct saved_state, notes, TEXT, "notes", .flags = MEMBER_ABSENT | MEMBER_NULL),
    MEMBER(struct saved_state, folder, TEXT, NULL),
    MEMBER(struct saved_state, memory, TEXT, NULL),
    MEMBER(struct saved_state, disk, TEXT, NULL),
    MEMBER(struct saved_state, nvram, TEXT, NULL),
    MEMBER(struct saved_state, packages, TEXT, NULL),
    MEMBER(struct saved_state, ram, TEXT, NULL),
};
const struct members saved_state_members = MEMBERS(struct saved_state, rows);

void saved_state_done(struct saved_state *state)
{
    members_done(&saved_state_members, state);
}

char *saved_state_path(const char *home, const char *key, const char *suffix)
{
    return text_format("%s/states/%s%s", home, key, suffix);
}

int64_t stat_mtime_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* Checks that the file is the one that was saved, by size and modification time, which never
 * change. */
static int check_file(const json_t *meta, const char *what, const char *name, const char *path,
                      struct error **err)
{
    const json_t *noted = json_object_get(meta, name);
    struct stat st;
    int64_t size, mtime;
    int code = json_get_integer(noted, what, "size", 0, INT64_MAX, &size, err);

    if (code == 0)
        code = json_get_integer(noted, what, "mtime_ns", 0, INT64_MAX, &mtime, err);
    if (code < 0)
        return code;
    if (stat(path, &st) < 0)
        return error_set_errno(err, -EBADMSG, "saved state: '%s' does not exist", path);
    if (st.st_size != size || stat_mtime_ns(&st) != mtime)
        return error_set(err, -EBADMSG,
                         "saved state: '%s' is not the file that was saved: it has %lld bytes of "
                         "%lld, or was written to since",
                         path, (long long)st.st_size, (long long)size);
    return 0;
}

static int check_optional(const json_t *meta, const char *what, const char *name,
                          const char *folder, char **ret_path, struct error **err)
{
    if (json_object_get(meta, name) == NULL)
        return 0;
    *ret_path = path_join(folder, name);
    return check_file(meta, what, name, *ret_path, err);
}

/* Checks that the disk below is the one that this disk was created on, not another with the same
 * key. */
static int check_base(const json_t *meta, const char *what, const struct saved_state *state,
                      struct error **err)
{
    _cleanup_free_ char *disk = NULL;

    if (state->base == NULL)
        return 0;
    disk = text_format("%s/../%s/disk.qcow2", state->folder, state->base);
    return check_file(meta, what, "base", disk, err);
}

static int check_files(const json_t *meta, const char *what, struct saved_state *state,
                       struct error **err)
{
    const char *image_disk;
    int code = json_get_string(meta, what, "image_disk", &image_disk, err);

    if (code < 0)
        return code;
    if (!path_exists(image_disk))
        return error_set(err, -EBADMSG,
                         "saved state: the disk '%s' that it is based on does not exist",
                         image_disk);
    code = check_file(meta, what, "memory", state->memory, err);
    if (code == 0)
        code = check_file(meta, what, "disk", state->disk, err);
    if (code == 0)
        code = check_optional(meta, what, "nvram", state->folder, &state->nvram, err);
    if (code == 0)
        code = check_optional(meta, what, "packages", state->folder, &state->packages, err);
    if (code == 0)
        code = check_optional(meta, what, "ram", state->folder, &state->ram, err);
    return code == 0 ? check_base(meta, what, state, err) : code;
}

static int read_meta(const char *what, const char *key, struct saved_state *state,
                     struct error **err)
{
    _cleanup_json_ json_t *meta = NULL;
    const char *format;
    int code = json_read_file(what, SAVED_STATE_META_LIMIT, &meta, err);

    if (code == 0)
        code = json_get_string(meta, what, "format", &format, err);
    if (code == 0)
        code = members_from_json(&saved_state_members, meta, what, state, err);
    if (code < 0)
        return code;
    if (!text_equal(format, SAVED_STATE_FORMAT) || !text_equal(key, state->key))
        return error_set(err, -EBADMSG, "'%s' does not describe state %s in format %s", what, key,
                         SAVED_STATE_FORMAT);
    return check_files(meta, what, state, err);
}

/* The lock file's modification time, which saved_state_lock sets. */
static int64_t last_use(const char *home, const struct saved_state *state)
{
    _cleanup_free_ char *path = saved_state_path(home, state->key, ".lock");
    struct stat st;

    return stat(path, &st) == 0 ? stat_mtime_ns(&st) / 1000000 : state->created_ms;
}

int saved_state_find(const char *home, const char *key, struct saved_state *ret_state,
                     struct error **err)
{
    _cleanup_(saved_state_done) struct saved_state state = {0};
    _cleanup_free_ char *meta = NULL;
    int code;

    if (!digest_is_text(key))
        return error_set(err, -EINVAL, "'%s' is not the key of a saved state", key);
    state.folder = saved_state_path(home, key, "");
    state.memory = path_join(state.folder, "memory");
    state.disk = path_join(state.folder, "disk.qcow2");
    meta = path_join(state.folder, "meta.json");
    if (!path_exists(state.folder))
        return error_set(err, -ENOENT, "no saved state %s", key);
    code = read_meta(meta, key, &state, err);
    if (code < 0)
        return error_set(err, -EBADMSG, "%s: it is prepared again",
                         err != NULL ? error_message(*err) : "");
    state.bytes = path_disk_use(state.folder);
    state.used_ms = last_use(home, &state);
    *ret_state = state;
    state = (struct saved_state){0};
    return 0;
}

int saved_state_list(const char *home, struct saved_states *ret_states, struct error **err)
{
    _cleanup_free_ char *folder = path_join(home, "states");
    _cleanup_strv_ struct strv names = {0};
    struct saved_states states = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        struct saved_state state;

        if (digest_is_text(names.items[i]) &&
            saved_state_find(home, names.items[i], &state, NULL) == 0)
            *vec_add(&states.rows) = state;
    }
    if (code == 0)
        *ret_states = states;
    return code;
}

void saved_states_done(struct saved_states *states)
{
    vec_foreach (state, &states->rows)
        saved_state_done(state);
    vec_done(&states->rows);
}
