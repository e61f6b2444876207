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
#include "store/runs.h"

/* version written; 1, without a digest of itself, is still read */
enum { MANIFEST_SCHEMA = 2, MANIFEST_LIMIT = 16 << 20, ROWS_LIMIT = 100000 };

static const struct member accel_rows[] = {
    MEMBER(struct run_accel, image, TEXT, "image"),
    MEMBER(struct run_accel, accel, WORD, "accel", .words = &accel_words),
    MEMBER(struct run_accel, reason, TEXT, "reason"),
};
static const struct members accel_members = MEMBERS(struct run_accel, accel_rows);

/* Beside these the document has the members of the plan's policy, "schema" and "sha256". */
static const struct member rows[] = {
    MEMBER(struct manifest, record.id, TEXT, "run"),
    MEMBER(struct manifest, record.created_ms, NUMBER, "created-ms", .max = INT64_MAX,
           .flags = MEMBER_ABSENT),
    MEMBER(struct manifest, record.inputs, ROWS, "inputs", .limit = ROWS_LIMIT,
           .table = &run_input_members),
    MEMBER(struct manifest, accels, ROWS, "accels", .limit = ROWS_LIMIT, .table = &accel_members),
    MEMBER(struct manifest, record.plan.cells, ROWS, "cells", .limit = ROWS_LIMIT,
           .table = &plan_cell_members),
};
static const struct members manifest_members = MEMBERS(struct manifest, rows);

void manifest_done(struct manifest *manifest)
{
    free(manifest->folder);
    run_record_done(&manifest->record);
    vec_foreach (row, &manifest->accels)
        members_done(&accel_members, row);
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
    _cleanup_free_ char *path = path_join(manifest->folder, "manifest.json");
    _cleanup_json_ json_t *root = json_object();
    json_t *inputs;
    char sha256[DIGEST_TEXT_SIZE];

    json_object_set_new(root, "schema", json_integer(MANIFEST_SCHEMA));
    members_to_json(&manifest_members, manifest, root);
    plan_policy_to_json(&manifest->record.plan, root);
    inputs = json_object_get(root, "inputs");
    for (size_t i = 0; i < manifest->record.inputs.count; i++)
        json_object_set_new(
            json_array_get(inputs, i), "path",
            json_string(run_input_below(manifest->folder, manifest->record.inputs.items[i].path)));
    digest_of_root(root, sha256);
    json_object_set_new(root, "sha256", json_string(sha256));
    return json_write_file(root, path, err);
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
    _cleanup_free_ char *path = NULL, *imported = NULL;
    _cleanup_json_ json_t *root = NULL;
    int code = run_folder(run_id, &manifest.folder, err);

    if (code < 0)
        return code;
    path = path_join(manifest.folder, "manifest.json");
    imported = path_join(manifest.folder, RUN_IMPORTED);
    if (!path_exists(path) && path_exists(imported))
        return error_set(err, -ENOENT,
                         "run '%s' was imported: it has no manifest, and nothing of it can be run "
                         "from here; 'touchstone run' runs the same cells again",
                         run_id);
    code = read_json(path, &root, err);
    if (code == 0)
        code = check_digest(root, path, err);
    if (code == 0)
        code = plan_policy_from_json(root, path, &manifest.record.plan, err);
    if (code == 0)
        code = members_from_json(&manifest_members, root, path, &manifest, err);
    if (code < 0)
        return code;
    vec_foreach (input, &manifest.record.inputs) {
        _cleanup_free_ char *remembered = input->path;

        input->path = run_input_place(manifest.folder, remembered);
    }
    code = manifest_check(&manifest, run_id, err);
    if (code < 0)
        return code;
    *ret_manifest = manifest;
    manifest = (struct manifest){0};
    return 0;
}
