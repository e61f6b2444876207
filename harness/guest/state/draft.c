/* SPDX-License-Identifier: Apache-2.0 */
/* Creates a saved state: lock, temporary folder, and the final rename. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "base/translate.h"
#include "guest/media/media.h"
#include "guest/state/draft.h"
#include "home/saved_state_files.h"
#include "model/member.h"

struct state_draft {
    char *home, *key, *folder, *disk, *nvram, *packages, *memory, *ram;
    char *base, *notes; /* NULL: it depends on the image only */
    int lock;
    bool complete;
};

/* With the lock held: checks whether a complete state exists already. */
static int check_place(const char *home, const char *key, struct error **err)
{
    _cleanup_error_ struct error *why = NULL;
    struct saved_state state;
    int code = saved_state_find(home, key, &state, &why);

    if (code == 0) {
        saved_state_done(&state);
        return error_set(err, -EEXIST, "saved state %s already exists", key);
    }
    if (code == -ENOENT)
        return 0;
    log_warning("%s", error_said(why));
    {
        _cleanup_free_ char *folder = saved_state_path(home, key, "");

        return path_remove_tree(folder, err);
    }
}

int state_draft_begin(const char *home, const char *key, const struct image *image,
                      int64_t deadline_ms, struct state_draft **ret_draft, struct error **err)
{
    _cleanup_(state_draft_free_cleanup) struct state_draft *draft = text_calloc(1, sizeof(*draft));
    int code;

    *draft = (struct state_draft){.home = text_dup(home), .key = text_dup(key), .lock = -1};
    if (!digest_is_text(key))
        return error_set(err, -EINVAL, "'%s' is not the key of a saved state", key);
    code = saved_state_lock_key(home, key, deadline_ms, &draft->lock, err);
    if (code == 0)
        code = check_place(home, key, err);
    if (code < 0)
        return code;
    draft->folder = saved_state_path(home, key, SAVED_STATE_DRAFT);
    draft->disk = path_join(draft->folder, "disk.qcow2");
    draft->nvram = path_join(draft->folder, "nvram");
    draft->packages = path_join(draft->folder, "packages");
    draft->memory = path_join(draft->folder, "memory");
    draft->ram = path_join(draft->folder, "ram");
    code = path_remove_tree(draft->folder, err);
    if (code == 0)
        code = path_make_folders(draft->folder, true, err);
    if (code == 0)
        code = media_make_overlay(draft->disk, image->disk.path, image->format, err);
    if (code == 0)
        *ret_draft = steal_ptr(draft);
    return code;
}

const char *state_draft_disk(const struct state_draft *draft)
{
    return draft->disk;
}

const char *state_draft_nvram(const struct state_draft *draft)
{
    return draft->nvram;
}

const char *state_draft_packages(const struct state_draft *draft)
{
    return draft->packages;
}

const char *state_draft_memory(const struct state_draft *draft)
{
    return draft->memory;
}

const char *state_draft_ram(const struct state_draft *draft)
{
    return draft->ram;
}

void state_draft_set_base(struct state_draft *draft, const char *base, const char *notes)
{
    text_replace(&draft->base, base);
    text_replace(&draft->notes, notes);
}

static void note_stat(json_t *to, const struct stat *st)
{
    json_object_set_new(to, "size", json_integer(st->st_size));
    json_object_set_new(to, "mtime_ns", json_integer(stat_mtime_ns(st)));
}

/* Records the disk below, as it is now. */
static int note_base(const struct state_draft *draft, json_t *meta, struct error **err)
{
    _cleanup_free_ char *folder = NULL, *disk = NULL;
    struct stat st;

    if (draft->base == NULL)
        return 0;
    folder = saved_state_path(draft->home, draft->base, "");
    disk = path_join(folder, "disk.qcow2");
    if (stat(disk, &st) < 0)
        return error_set_errno(err, -errno, "cannot stat '%s'", disk);
    note_stat(json_object_get(meta, "base"), &st);
    return 0;
}

/* Syncs a file, makes it read-only, and records it in meta.json. */
static int sync_file(const char *path, const char *name, mode_t mode, json_t *meta,
                     struct error **err)
{
    struct stat st;
    int code = path_sync(path, err);

    if (code < 0)
        return code;
    if (chmod(path, mode) < 0 || stat(path, &st) < 0)
        return error_set_errno(err, -errno, "cannot commit '%s'", path);
    json_object_set_new(meta, name, json_object());
    note_stat(json_object_get(meta, name), &st);
    return 0;
}

static json_t *new_meta(const struct state_draft *draft, const struct guest_spec *spec,
                        enum entry_method entry_method, const char *prepared_by)
{
    struct saved_state state = {.image = spec->image->name,
                                .platform = spec->platform->name,
                                .accel = (char *)accel_name(spec->accel),
                                .prepared_by = (char *)prepared_by,
                                .entry_method = entry_method,
                                .base = draft->base,
                                .notes = draft->notes,
                                .created_ms = clock_wall_ms()}; /* owns nothing */
    json_t *meta = json_pack("{s:s}", "format", SAVED_STATE_FORMAT);

    memcpy(state.key, draft->key, sizeof(state.key));
    members_to_json(&saved_state_members, &state, meta);
    json_object_set_new(meta, "image_disk", json_from_text(spec->image->disk.path));
    return meta;
}

int state_draft_complete(struct state_draft *draft, const struct guest_spec *spec,
                         enum entry_method entry_method, const char *prepared_by,
                         struct error **err)
{
    _cleanup_json_ json_t *meta = new_meta(draft, spec, entry_method, prepared_by);
    _cleanup_free_ char *place = saved_state_path(draft->home, draft->key, "");
    _cleanup_free_ char *states = path_join(draft->home, "states");
    _cleanup_free_ char *meta_path = path_join(draft->folder, "meta.json");
    int code = sync_file(draft->memory, "memory", 0400, meta, err);

    /* QEMU opens it for writing even where it maps it privately. */
    if (code == 0 && path_exists(draft->ram))
        code = sync_file(draft->ram, "ram", 0600, meta, err);
    if (code == 0 && spec->nvram != NULL)
        code = sync_file(draft->nvram, "nvram", 0400, meta, err);
    if (code == 0 && path_exists(draft->packages))
        code = sync_file(draft->packages, "packages", 0400, meta, err);
    if (code == 0)
        code = sync_file(draft->disk, "disk", 0400, meta, err);
    if (code == 0)
        code = note_base(draft, meta, err);
    if (code == 0)
        code = json_write_file(meta, meta_path, err);
    if (code == 0)
        code = path_sync(draft->folder, err);
    if (code < 0)
        return code;
    if (rename(draft->folder, place) < 0)
        return error_set_errno(err, -errno, "cannot commit saved state '%s'", place);
    draft->complete = true;
    return path_sync(states, err);
}

void state_draft_free(struct state_draft *draft)
{
    if (draft == NULL)
        return;
    if (draft->complete && futimens(draft->lock, NULL) < 0)
        log_warning("cannot record the use of saved state %s: %s", draft->key,
                    english_error(errno));
    if (!draft->complete && draft->folder != NULL)
        path_remove_tree(draft->folder, NULL);
    cleanup_close(&draft->lock);
    free(draft->home);
    free(draft->key);
    free(draft->folder);
    free(draft->disk);
    free(draft->nvram);
    free(draft->packages);
    free(draft->memory);
    free(draft->ram);
    free(draft->base);
    free(draft->notes);
    free(draft);
}
