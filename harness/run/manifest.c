/* SPDX-License-Identifier: Apache-2.0 */
/* A run's manifest as JSON. */
#include "run/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "run/folder.h"

/* version written; 1, without a digest of itself, is still read */
enum { MANIFEST_SCHEMA = 2, MANIFEST_LIMIT = 16 << 20, ROWS_LIMIT = 100000 };

void manifest_done(struct manifest *manifest)
{
    free(manifest->folder);
    run_record_done(&manifest->record);
    vec_foreach (row, &manifest->accels) {
        free(row->image);
        free(row->reason);
    }
    vec_done(&manifest->accels);
    *manifest = (struct manifest){0};
}

const struct run_input *manifest_input(const struct manifest *manifest, const char *kind,
                                       const char *name)
{
    vec_foreach (row, &manifest->record.inputs) {
        if (strcmp(row->kind, kind) == 0 && strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

const struct run_accel *manifest_accel(const struct manifest *manifest, const char *image)
{
    vec_foreach (row, &manifest->accels) {
        if (strcmp(row->image, image) == 0)
            return row;
    }
    return NULL;
}

static json_t *json_of_inputs(const struct manifest *manifest)
{
    json_t *array = json_array();

    vec_foreach (row, &manifest->record.inputs)
        json_array_append_new(
            array, json_pack("{s:s, s:s, s:s, s:s}", "kind", row->kind, "name", row->name, "path",
                             run_input_below(manifest->folder, row->path), "sha256", row->sha256));
    return array;
}

/* SHA-256 of the manifest's text without the digest itself. */
static void digest_of_root(json_t *root, char sha256[DIGEST_TEXT_SIZE])
{
    _cleanup_json_ json_t *own = json_incref(json_object_get(root, "sha256"));
    _cleanup_free_ char *text = NULL;

    json_object_del(root, "sha256");
    text = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
    if (text == NULL)
        text_out_of_memory();
    digest_of_memory(text, strlen(text), sha256);
    if (own != NULL)
        json_object_set(root, "sha256", own);
}

static int check_digest(json_t *root, const char *path, struct error **err)
{
    char sha256[DIGEST_TEXT_SIZE];
    const char *said = NULL;
    int64_t schema = 0;
    int code = json_get_integer(root, path, "schema", 1, MANIFEST_SCHEMA, &schema, err);

    if (code < 0 || schema == 1)
        return code;
    code = json_get_string(root, path, "sha256", &said, err);
    if (code < 0)
        return code;
    digest_of_root(root, sha256);
    return strcmp(said, sha256) == 0
               ? 0
               : error_set(
                     err, -EUCLEAN,
                     "manifest '%s': digest mismatch: it was modified after the run was planned; "
                     "restore the file, or start the run again with 'touchstone run'",
                     path);
}

int manifest_write(const struct manifest *manifest, struct error **err)
{
    const struct plan *plan = &manifest->record.plan;
    _cleanup_free_ char *path = path_join(manifest->folder, "manifest.json");
    _cleanup_json_ json_t *root = json_object();
    json_t *cells = json_array(), *accels = json_array();
    char sha256[DIGEST_TEXT_SIZE];

    vec_foreach (cell, &plan->cells)
        json_array_append_new(cells, json_pack("{s:s, s:s, s:s, s:s?}", "image", cell->image,
                                               "platform", cell->platform, "suite", cell->suite,
                                               "refused", cell->refused));
    vec_foreach (row, &manifest->accels) {
        json_t *entry =
            json_pack("{s:s, s:s}", "image", row->image, "accel", accel_name(row->accel));

        json_object_set_new(entry, "reason", json_from_text(row->reason));
        json_array_append_new(accels, entry);
    }
    json_object_set_new(root, "schema", json_integer(MANIFEST_SCHEMA));
    json_object_set_new(root, "run", json_string(manifest->record.id));
    json_object_set_new(root, "created-ms", json_integer(manifest->record.created_ms));
    plan_policy_to_json(plan, root);
    json_object_set_new(root, "inputs", json_of_inputs(manifest));
    json_object_set_new(root, "accels", accels);
    json_object_set_new(root, "cells", cells);
    digest_of_root(root, sha256);
    json_object_set_new(root, "sha256", json_string(sha256));
    return json_write_file(root, path, err);
}

static int get_text(const json_t *object, const char *what, const char *key, char **slot,
                    struct error **err)
{
    const char *text = NULL;
    int code = json_get_string(object, what, key, &text, err);

    if (code == 0)
        text_replace(slot, text);
    return code;
}

static int get_input(const json_t *object, const char *what, const char *folder,
                     struct run_input *input, struct error **err)
{
    const char *sha256 = NULL, *path = NULL;
    int code = get_text(object, what, "kind", &input->kind, err);

    if (code == 0)
        code = get_text(object, what, "name", &input->name, err);
    if (code == 0)
        code = json_get_string(object, what, "path", &path, err);
    if (code == 0) {
        free(input->path);
        input->path = run_input_place(folder, path);
        code = json_get_string(object, what, "sha256", &sha256, err);
    }
    if (code == 0 && !digest_is_text(sha256))
        code = error_set(err, -EBADMSG, "%s: 'sha256' is '%.80s', not a digest", what, sha256);
    if (code == 0)
        strcpy(input->sha256, sha256);
    return code;
}

static int get_inputs(const json_t *root, const char *what, struct manifest *manifest,
                      struct error **err)
{
    json_t *array = NULL;
    int code = json_get_array(root, what, "inputs", ROWS_LIMIT, &array, err);

    for (size_t i = 0; code == 0 && i < json_array_size(array); i++)
        code = get_input(json_array_get(array, i), what, manifest->folder,
                         vec_add(&manifest->record.inputs), err);
    return code;
}

static int get_accels(const json_t *root, const char *what, struct manifest *manifest,
                      struct error **err)
{
    json_t *array = NULL;
    int code = json_get_array(root, what, "accels", ROWS_LIMIT, &array, err);

    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        struct run_accel *row = vec_add(&manifest->accels);
        const json_t *entry = json_array_get(array, i);
        const char *accel = NULL;

        code = get_text(entry, what, "image", &row->image, err);
        if (code == 0)
            code = json_get_string(entry, what, "accel", &accel, err);
        if (code == 0 && !accel_parse(accel, &row->accel))
            code = error_set(err, -EBADMSG, "%s: 'accel' is '%s'", what, accel);
        if (code == 0)
            code = get_text(entry, what, "reason", &row->reason, err);
    }
    return code;
}

static int get_cells(const json_t *root, const char *what, struct plan *plan, struct error **err)
{
    json_t *array = NULL;
    int code = json_get_array(root, what, "cells", ROWS_LIMIT, &array, err);

    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        struct plan_cell *cell = vec_add(&plan->cells);
        const json_t *entry = json_array_get(array, i);

        code = get_text(entry, what, "image", &cell->image, err);
        if (code == 0)
            code = get_text(entry, what, "platform", &cell->platform, err);
        if (code == 0)
            code = get_text(entry, what, "suite", &cell->suite, err);
        if (code == 0 && !json_is_null(json_object_get(entry, "refused")))
            code = get_text(entry, what, "refused", &cell->refused, err);
    }
    return code;
}

/* Text that is not JSON any more was truncated or overwritten: the host's fault, not the user's. */
static int read_json(const char *path, json_t **ret_root, struct error **err)
{
    _cleanup_error_ struct error *why = NULL;
    int code = json_read_file(path, MANIFEST_LIMIT, ret_root, &why);

    if (code == -EBADMSG || code == -EFBIG)
        return error_set(
            err, -EUCLEAN,
            "manifest '%s' is damaged (%s): restore the file from a copy, or start the "
            "run again with 'touchstone run'",
            path, error_message(why));
    if (code < 0)
        *err = steal_ptr(why);
    return code;
}

int manifest_read(const char *run_id, struct manifest *ret_manifest, struct error **err)
{
    _cleanup_(manifest_done) struct manifest manifest = {0};
    _cleanup_free_ char *path = NULL;
    _cleanup_json_ json_t *root = NULL;
    int code = run_folder(run_id, &manifest.folder, err);

    if (code < 0)
        return code;
    path = path_join(manifest.folder, "manifest.json");
    code = read_json(path, &root, err);
    if (code == 0)
        code = check_digest(root, path, err);
    if (code == 0)
        code = get_text(root, path, "run", &manifest.record.id, err);
    if (code == 0 && json_object_get(root, "created-ms") != NULL)
        code = json_get_integer(root, path, "created-ms", 0, INT64_MAX, &manifest.record.created_ms,
                                err);
    if (code == 0)
        code = plan_policy_from_json(root, path, &manifest.record.plan, err);
    if (code == 0)
        code = get_inputs(root, path, &manifest, err);
    if (code == 0)
        code = get_accels(root, path, &manifest, err);
    if (code == 0)
        code = get_cells(root, path, &manifest.record.plan, err);
    if (code == 0)
        code = manifest_check(&manifest, run_id, err);
    if (code < 0)
        return code;
    *ret_manifest = manifest;
    manifest = (struct manifest){0};
    return 0;
}
