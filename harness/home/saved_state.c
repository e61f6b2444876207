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

void saved_state_done(struct saved_state *state)
{
    free(state->folder);
    free(state->memory);
    free(state->disk);
    free(state->nvram);
    free(state->packages);
    free(state->image);
    free(state->platform);
    free(state->accel);
    free(state->prepared_by);
    free(state->base);
    free(state->notes);
    *state = (struct saved_state){0};
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

static int take_text(const json_t *meta, const char *what, const char *key, char **ret_text,
                     struct error **err)
{
    const char *text;
    int code = json_get_string(meta, what, key, &text, err);

    if (code == 0)
        text_replace(ret_text, text);
    return code;
}

/* Checks that the disk below is the one that this disk was created on, not another with the same
 * key. */
static int read_base(const json_t *meta, const char *what, struct saved_state *state,
                     struct error **err)
{
    const json_t *base = json_object_get(meta, "base");
    _cleanup_free_ char *disk = NULL;
    int code;

    if (base == NULL)
        return 0;
    code = take_text(base, what, "key", &state->base, err);
    if (code == 0)
        code = take_text(meta, what, "notes", &state->notes, err);
    if (code == 0 && !digest_is_text(state->base))
        code = error_set(err, -EBADMSG, "'%s': '%s' is not the key of a saved state", what,
                         state->base);
    if (code < 0)
        return code;
    disk = text_format("%s/../%s/disk.qcow2", state->folder, state->base);
    return check_file(meta, what, "base", disk, err);
}

static int read_meta(const char *what, struct saved_state *state, struct error **err)
{
    _cleanup_json_ json_t *meta = NULL;
    const char *key, *image_disk, *format, *way;
    int code = json_read_file(what, SAVED_STATE_META_LIMIT, &meta, err);

    if (code == 0)
        code = json_get_string(meta, what, "format", &format, err);
    if (code == 0)
        code = json_get_string(meta, what, "key", &key, err);
    if (code == 0)
        code = json_get_string(meta, what, "image_disk", &image_disk, err);
    if (code == 0)
        code = json_get_string(meta, what, "way", &way, err);
    if (code == 0 && !way_parse(way, &state->way))
        code = error_set(err, -EBADMSG, "'%s': unknown entry method '%s'", what, way);
    if (code == 0)
        code = take_text(meta, what, "image", &state->image, err);
    if (code == 0)
        code = take_text(meta, what, "platform", &state->platform, err);
    if (code == 0)
        code = take_text(meta, what, "accel", &state->accel, err);
    if (code == 0)
        code = take_text(meta, what, "prepared_by", &state->prepared_by, err);
    if (code == 0)
        code = json_get_integer(meta, what, "created_ms", 0, INT64_MAX, &state->created_ms, err);
    if (code < 0)
        return code;
    if (!text_equal(format, SAVED_STATE_FORMAT) || !text_equal(key, state->key))
        return error_set(err, -EBADMSG, "'%s' does not describe state %s in format %s", what,
                         state->key, SAVED_STATE_FORMAT);
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
        code = read_base(meta, what, state, err);
    return code;
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
    memcpy(state.key, key, sizeof(state.key));
    state.folder = saved_state_path(home, key, "");
    state.memory = path_join(state.folder, "memory");
    state.disk = path_join(state.folder, "disk.qcow2");
    meta = path_join(state.folder, "meta.json");
    if (!path_exists(state.folder))
        return error_set(err, -ENOENT, "no saved state %s", key);
    code = read_meta(meta, &state, err);
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
