/* SPDX-License-Identifier: Apache-2.0 */
/* The job request as JSON, written by the controller and read by its worker. */
#include "job/job.h"

#include <errno.h>

#include "base/error.h"
#include "base/json.h"
#include "model/member.h"
#include "model/plan.h"

enum { JOB_SCHEMA = 1, JOB_FILE_LIMIT = 1 << 20 };

#define TEXT(field, key) MEMBER(struct job, field, TEXT, key)
#define TEXT_MAY(field, key)                                                                       \
    MEMBER(struct job, field, TEXT, key, .flags = MEMBER_NULL | MEMBER_ABSENT)
#define NUMBER(field, key, least, most)                                                            \
    MEMBER(struct job, field, NUMBER, key, .min = (least), .max = (most))

static const struct member rows[] = {
    MEMBER(struct job, kind, WORD, "kind", .words = &job_kind_words),
    TEXT(run_id, "run"),
    TEXT(job_id, "job"),
    NUMBER(attempt, "attempt", 1, 10000),
    TEXT(image, "image"),
    TEXT(platform, "platform"),
    TEXT_MAY(suite, "suite"),
    TEXT(image_file, "image-file"),
    TEXT(platform_file, "platform-file"),
    TEXT(features_file, "features-file"),
    TEXT_MAY(suite_folder, "suite-folder"),
    TEXT_MAY(library_file, "library-file"),
    TEXT_MAY(image_sha256, "image-sha256"),
    TEXT_MAY(platform_sha256, "platform-sha256"),
    TEXT_MAY(features_sha256, "features-sha256"),
    TEXT_MAY(suite_sha256, "suite-sha256"),
    TEXT_MAY(library_sha256, "library-sha256"),
    TEXT(bundle, "bundle"),
    MEMBER(struct job, accel, WORD, "accel", .words = &accel_words),
    TEXT_MAY(accel_reason, "accel-reason"),
    MEMBER(struct job, keep_failed, BOOL, "keep-failed"),
    MEMBER(struct job, reuse_install, BOOL, "reuse-install", .flags = MEMBER_ABSENT),
    MEMBER(struct job, no_probes, BOOL, "no-probes", .flags = MEMBER_ABSENT),
    MEMBER(struct job, installed, TEXTS, "installed", .flags = MEMBER_ABSENT),
    MEMBER(struct job, series, TEXTS, "series", .flags = MEMBER_ABSENT),
    MEMBER(struct job, rounds, NUMBER, "rounds", .flags = MEMBER_ABSENT, .min = 0,
           .max = PLAN_ROUNDS_MOST),
    MEMBER(struct job, minutes, NUMBER, "minutes", .flags = MEMBER_ABSENT, .min = 0,
           .max = PLAN_MINUTES_MOST),
    MEMBER(struct job, cold, BOOL, "cold"),
    TEXT_MAY(packages, "packages-from"),
    TEXT_MAY(connect, "connect"),
    NUMBER(time_scale, "time-scale", 1, 1000),
    NUMBER(memory_mib, "memory-mib", 64, 1 << 20),
    MEMBER(struct job, network, BOOL, "network", .flags = MEMBER_ABSENT),
    TEXT(nonce, "nonce"),
    MEMBER(struct job, items, TEXTS, "items", .limit = ITEM_COUNT, .words = &item_words),
};
static const struct members job_members = MEMBERS(struct job, rows);

void job_done(struct job *job)
{
    members_done(&job_members, job);
}

int job_write(const struct job *job, const char *path, struct error **err)
{
    _cleanup_json_ json_t *root = json_object();

    json_object_set_new(root, "schema", json_integer(JOB_SCHEMA));
    members_to_json(&job_members, job, root);
    return json_write_file(root, path, err);
}

int job_read(const char *path, struct job *ret_job, struct error **err)
{
    _cleanup_json_ json_t *root = NULL;
    _cleanup_(job_done) struct job job = {0};
    int64_t schema = 0;
    int code = json_read_file(path, JOB_FILE_LIMIT, &root, err);

    if (code == 0)
        code = json_get_integer(root, path, "schema", JOB_SCHEMA, JOB_SCHEMA, &schema, err);
    if (code == 0)
        code = members_from_json(&job_members, root, path, &job, err);
    if (code < 0)
        return code;
    if (job.kind == JOB_CELL && (job.suite == NULL || job.suite_folder == NULL))
        return error_set(err, -EBADMSG, "%s: a cell's job request must name its suite", path);
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
