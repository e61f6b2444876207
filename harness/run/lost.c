/* SPDX-License-Identifier: Apache-2.0 */
/* A worker that left nothing still leaves an attempt, with what is known of its end. */
#include "run/lost.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "catalog/catalog.h"
#include "cell/limits.h"
#include "model/result.h"
#include "run/schedule.h"

static struct result *lost_result(const struct job *order)
{
    struct result *result = result_new();

    result->kind = order->kind;
    result->run_id = text_dup(order->run_id);
    result->job_id = text_dup(order->job_id);
    result->attempt = order->attempt;
    result->image = text_dup(order->image);
    result->platform = text_dup(order->platform);
    result->suite = text_dup(order->suite);
    result->accel = order->accel;
    result->started_ms = result->ended_ms = clock_wall_ms();
    return result;
}

static int miss_cases(const struct job *order, struct result *result, struct error **err)
{
    struct suite *suite = NULL;
    int code =
        order->suite_folder != NULL ? catalog_load_suite(order->suite_folder, &suite, err) : 0;

    if (code == 0 && suite != NULL)
        result_expect_cases(result, suite, &order->items);
    suite_free(suite);
    return code;
}

/* The pieces are checked by their digests when the bundle is read back. */
static int copy_evidence(struct bundle_writer *writer, struct result *result,
                         const struct result *before, const char *before_bundle, struct error **err)
{
    int code = 0;

    vec_foreach (blob, &before->evidence) {
        _cleanup_free_ char *path = bundle_evidence_path(before_bundle, blob->sha256);

        code =
            bundle_add_evidence_file(writer, result, NULL, blob->name, path, LIMIT_EVIDENCE, err);
        if (code < 0)
            return code;
        result->evidence.items[result->evidence.count - 1].truncated |= blob->truncated;
    }
    return code;
}

int lost_write_settled(const struct schedule_job *job, const char *why, const struct result *before,
                       const char *before_bundle, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = lost_result(&job->order);
    int code;

    result->reason = text_dup(why);
    result->outcome = before->outcome;
    result->blame = before->blame;
    result->grade = before->grade;
    result->prepared_by = text_format("%s/%s/%u", before->run_id, before->job_id, before->attempt);
    code = miss_cases(&job->order, result, err);
    if (code < 0)
        return code;
    vec_foreach (row, &result->cases) {
        row->blame = before->blame;
        free(row->reason);
        row->reason = text_format("not run: %s", why);
    }
    code = bundle_writer_new(job->order.bundle, &writer, err);
    if (code == 0)
        code = copy_evidence(writer, result, before, before_bundle, err);
    if (code == 0)
        code = bundle_finish(writer, result, err);
    return code;
}

int lost_write_bundle(const struct schedule_job *job, const char *why, struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = lost_result(&job->order);
    _cleanup_free_ char *log = path_join(job->folder, "worker.log");
    int code;

    result->reason = text_dup(why);
    code = miss_cases(&job->order, result, err);
    if (code == 0)
        code = bundle_writer_new(job->order.bundle, &writer, err);
    if (code == 0 && path_exists(log))
        code =
            bundle_add_evidence_file(writer, result, NULL, "worker.log", log, LIMIT_EVIDENCE, err);
    if (code == 0)
        code = bundle_finish(writer, result, err);
    return code;
}
