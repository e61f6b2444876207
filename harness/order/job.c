/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a job as JSON, written by the controller and read by its worker. */
#include "order/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

enum { JOB_SCHEMA = 1, JOB_FILE_LIMIT = 1 << 20 };

/* The string members, so that writing and reading cannot drift apart. */
static const struct member {
    const char *key;
    size_t offset;
    bool optional;
} members[] = {
    {"run", offsetof(struct job, run_id), false},
    {"job", offsetof(struct job, job_id), false},
    {"image", offsetof(struct job, image), false},
    {"platform", offsetof(struct job, platform), false},
    {"suite", offsetof(struct job, suite), true},
    {"image-file", offsetof(struct job, image_file), false},
    {"platform-file", offsetof(struct job, platform_file), false},
    {"features-file", offsetof(struct job, features_file), false},
    {"suite-folder", offsetof(struct job, suite_folder), true},
    {"image-sha256", offsetof(struct job, image_sha256), true},
    {"platform-sha256", offsetof(struct job, platform_sha256), true},
    {"features-sha256", offsetof(struct job, features_sha256), true},
    {"suite-sha256", offsetof(struct job, suite_sha256), true},
    {"bundle", offsetof(struct job, bundle), false},
    {"accel-reason", offsetof(struct job, accel_reason), true},
    {"connect", offsetof(struct job, connect), true},
    {"nonce", offsetof(struct job, nonce), false},
};
enum { MEMBER_COUNT = sizeof(members) / sizeof(members[0]) };

static char **slot(const struct job *job, const struct member *member)
{
    return (char **)((char *)job + member->offset);
}

void job_done(struct job *job)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        free(*slot(job, &members[i]));
    strv_done(&job->items);
    strv_done(&job->installed);
    *job = (struct job){0};
}

int job_write(const struct job *job, const char *path, struct error **err)
{
    _cleanup_json_ json_t *root = json_object();
    json_t *items = json_array(), *installed = json_array();

    json_object_set_new(root, "schema", json_integer(JOB_SCHEMA));
    json_object_set_new(root, "kind", json_string(job_kind_name(job->kind)));
    json_object_set_new(root, "attempt", json_integer(job->attempt));
    json_object_set_new(root, "time-scale", json_integer(job->time_scale));
    json_object_set_new(root, "memory-mib", json_integer(job->memory_mib));
    json_object_set_new(root, "accel", json_string(accel_name(job->accel)));
    json_object_set_new(root, "cold", json_boolean(job->cold));
    json_object_set_new(root, "keep-failed", json_boolean(job->keep_failed));
    json_object_set_new(root, "reuse-install", json_boolean(job->reuse_install));
    for (size_t i = 0; i < job->installed.count; i++)
        json_array_append_new(installed, json_from_text(job->installed.items[i]));
    json_object_set_new(root, "installed", installed);
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        json_object_set_new(root, members[i].key, json_from_text(*slot(job, &members[i])));
    for (size_t i = 0; i < job->items.count; i++)
        json_array_append_new(items, json_string(job->items.items[i]));
    json_object_set_new(root, "items", items);
    return json_write_file(root, path, err);
}

static int read_members(const json_t *root, const char *path, struct job *job, struct error **err)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const json_t *value = json_object_get(root, members[i].key);
        const char *text = NULL;
        int code;

        if (members[i].optional && (value == NULL || json_is_null(value)))
            continue;
        code = json_get_string(root, path, members[i].key, &text, err);
        if (code < 0)
            return code;
        text_replace(slot(job, &members[i]), text);
    }
    return 0;
}

/* Neither is in an order of an older version. */
static void read_installed(const json_t *root, struct job *job)
{
    const json_t *installed = json_object_get(root, "installed");

    job->reuse_install = json_is_true(json_object_get(root, "reuse-install"));
    for (size_t i = 0; i < json_array_size(installed); i++) {
        const char *text = json_string_value(json_array_get(installed, i));

        if (text != NULL)
            strv_add(&job->installed, text);
    }
}

static int read_words(const json_t *root, const char *path, struct job *job, struct error **err)
{
    const char *kind = NULL, *accel = NULL;
    int64_t schema = 0, attempt = 0, memory = 0, scale = 0;
    json_t *items = NULL;
    int code = json_get_integer(root, path, "schema", JOB_SCHEMA, JOB_SCHEMA, &schema, err);

    if (code == 0)
        code = json_get_integer(root, path, "attempt", 1, 10000, &attempt, err);
    if (code == 0)
        code = json_get_integer(root, path, "time-scale", 1, 1000, &scale, err);
    if (code == 0)
        code = json_get_integer(root, path, "memory-mib", 64, 1 << 20, &memory, err);
    if (code == 0)
        code = json_get_bool(root, path, "cold", &job->cold, err);
    if (code == 0)
        code = json_get_bool(root, path, "keep-failed", &job->keep_failed, err);
    if (code == 0)
        code = json_get_string(root, path, "kind", &kind, err);
    if (code == 0)
        code = json_get_string(root, path, "accel", &accel, err);
    if (code == 0)
        code = json_get_array(root, path, "items", ITEM_COUNT, &items, err);
    if (code < 0)
        return code;
    if (!job_kind_parse(kind, &job->kind))
        return error_set(err, -EBADMSG, "%s: 'kind' is '%s', not a kind of job", path, kind);
    if (!accel_parse(accel, &job->accel))
        return error_set(err, -EBADMSG, "%s: 'accel' is '%s', not an accelerator", path, accel);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *text = json_string_value(json_array_get(items, i));
        enum item item;

        if (!item_parse(text, &item))
            return error_set(err, -EBADMSG, "%s: 'items' holds '%s', not an item", path,
                             text != NULL ? text : "");
        strv_add(&job->items, text);
    }
    read_installed(root, job);
    job->attempt = (unsigned)attempt;
    job->memory_mib = (unsigned)memory;
    job->time_scale = (unsigned)scale;
    return 0;
}

int job_read(const char *path, struct job *ret_job, struct error **err)
{
    _cleanup_json_ json_t *root = NULL;
    _cleanup_(job_done) struct job job = {0};
    int code = json_read_file(path, JOB_FILE_LIMIT, &root, err);

    if (code == 0)
        code = read_members(root, path, &job, err);
    if (code == 0)
        code = read_words(root, path, &job, err);
    if (code < 0)
        return code;
    if (job.kind == JOB_CELL && (job.suite == NULL || job.suite_folder == NULL))
        return error_set(err, -EBADMSG, "%s: a cell's order must name its suite", path);
    *ret_job = job;
    job = (struct job){0};
    return 0;
}

int job_input_changed(const char *run_id, const char *kind, const char *name, const char *path,
                      struct error **err)
{
    return error_set(err, -EUCLEAN,
                     "run '%s' reads %s '%s' from its own copy, which was changed since it was "
                     "planned (last: '%s'): nothing more of it is run; put it back as it was, or "
                     "start the run again with 'touchstone run'",
                     run_id, kind, name, path);
}
