/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the bundle of an attempt whose worker died, with what is known about its end. */
#include "run/lost_worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "catalog/catalog.h"
#include "job/limits.h"
#include "model/result.h"
#include "run/schedule.h"
#include "series/series.h"

static struct result *lost_result(const struct job *request)
{
    struct result *result = result_new();

    result->kind = request->kind;
    result->run_id = text_dup(request->run_id);
    result->job_id = text_dup(request->job_id);
    result->attempt = request->attempt;
    result->image = text_dup(request->image);
    result->platform = text_dup(request->platform);
    result->suite = text_dup(request->suite);
    result->accel = request->accel;
    result->started_ms = result->ended_ms = clock_wall_ms();
    return result;
}

static int miss_cases(const struct job *request, struct result *result, struct error **err)
{
    struct suite *suite = NULL;
    int code =
        request->suite_folder != NULL ? catalog_load_suite(request->suite_folder, &suite, err) : 0;

    if (code == 0 && suite != NULL)
        result_expect_cases(result, suite, &request->items, request->no_probes);
    suite_free(suite);
    return code;
}

/* The pieces are verified by their digests when the bundle is read. */
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

int lost_worker_write_waiting(const struct schedule_job *job, const char *why,
                              const struct result *before, const char *before_bundle,
                              struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = lost_result(&job->request);
    int code;

    result->reason = text_dup(why);
    result->outcome = before->outcome;
    result->blame = before->blame;
    result->grade = before->grade;
    result->prepared_by = text_format("%s/%s/%u", before->run_id, before->job_id, before->attempt);
    code = miss_cases(&job->request, result, err);
    if (code < 0)
        return code;
    vec_foreach (row, &result->cases) {
        row->blame = before->blame;
        free(row->reason);
        row->reason = text_format("not run: %s", why);
    }
    code = bundle_writer_new(job->request.bundle, &writer, err);
    if (code == 0)
        code = copy_evidence(writer, result, before, before_bundle, err);
    if (code == 0)
        code = bundle_finish(writer, result, err);
    return code;
}

/* Stores what a dead worker's work folder contains about its guest. */
static int keep_work(const struct schedule_job *job, struct bundle_writer *writer,
                     struct result *result, struct error **err)
{
    _cleanup_free_ char *log = path_join(job->folder, "worker.log");
    _cleanup_free_ char *console = text_format("%s.work/console", job->request.bundle);
    _cleanup_free_ char *xml = text_format("%s.work/domain.xml", job->request.bundle);
    const struct {
        const char *name, *path;
    } files[] = {{"worker.log", log}, {"console", console}, {"domain.xml", xml}};
    int code = 0;

    for (size_t i = 0; code == 0 && i < sizeof(files) / sizeof(files[0]); i++)
        if (path_exists(files[i].path))
            code = bundle_add_evidence_file(writer, result, NULL, files[i].name, files[i].path,
                                            LIMIT_EVIDENCE, err);
    return code;
}

/* What the case that was running had sampled: its whole rounds need not be run again. */
static int keep_series(const struct schedule_job *job, const char *running,
                       struct bundle_writer *writer, struct result *result, struct error **err)
{
    _cleanup_free_ char *disk = text_format("%s.work/results.raw", job->request.bundle);
    _cleanup_series_ struct series series = {0};
    _cleanup_buffer_ struct buffer text = {0};

    if (running == NULL || series_read_disk(disk, running, &series, &text, NULL) < 0)
        return 0;
    return bundle_add_evidence_memory(writer, result, running, SERIES_EVIDENCE, text.data,
                                      text.length, SERIES_BYTES, err);
}

/* Cases that ended are preserved; the one that was running is lost with the worker. */
static void miss_unfinished(struct result *result, const char *running,
                            const struct lost_worker *end)
{
    vec_foreach (row, &result->cases) {
        bool ran = running != NULL && strcmp(row->id, running) == 0;

        if (row->status != STATUS_MISS || (row->started && !ran))
            continue;
        free(row->reason);
        row->started = ran;
        row->blame = ran ? end->blame : BLAME_HARNESS;
        row->reason = text_format(ran ? "%s while this case ran" : "not run: %s", end->why);
    }
}

/* Continues from the journal; -ENOENT or -EBADMSG if there is no usable one. */
static int take_over(const struct schedule_job *job, const struct lost_worker *end,
                     struct bundle_writer **ret_writer, struct result **ret_result,
                     struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_free_ char *running = NULL;
    const struct job *request = &job->request;
    int code = bundle_take_over(request->bundle, &writer, &result, &running, err);

    if (code < 0)
        return code;
    if (!text_equal(result->run_id, request->run_id) ||
        !text_equal(result->job_id, request->job_id) || result->attempt != request->attempt ||
        !text_equal(result->image, request->image) ||
        !text_equal(result->platform, request->platform) ||
        !text_equal(result->suite, request->suite))
        return error_set(err, -EBADMSG, "the journal of bundle '%s' belongs to another job",
                         request->bundle);
    miss_unfinished(result, running, end);
    code = keep_series(job, running, writer, result, err);
    if (code < 0)
        return code;
    /* A failure recorded earlier is the first cause. */
    if (result->reason == NULL) {
        result->reason = text_dup(end->why);
        result->outcome = STATUS_MISS;
        result->blame = running != NULL ? end->blame : BLAME_HARNESS;
    }
    result->ended_ms = clock_wall_ms();
    *ret_writer = steal_ptr(writer);
    *ret_result = steal_ptr(result);
    return 0;
}

static int start_anew(const struct schedule_job *job, const struct lost_worker *end,
                      struct bundle_writer **ret_writer, struct result **ret_result,
                      struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = lost_result(&job->request);
    int code = miss_cases(&job->request, result, err);

    result->reason = text_dup(end->why);
    if (code == 0)
        code = bundle_writer_new(job->request.bundle, ret_writer, err);
    if (code == 0)
        *ret_result = steal_ptr(result);
    return code;
}

int lost_worker_write_bundle(const struct schedule_job *job, const struct lost_worker *end,
                             struct error **err)
{
    _cleanup_(bundle_writer_free_cleanup) struct bundle_writer *writer = NULL;
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    _cleanup_error_ struct error *none = NULL;
    int code = take_over(job, end, &writer, &result, &none);

    if (code == -EBADMSG)
        log_warning("%s: its finished cases are lost", error_said(none));
    else if (code < 0 && code != -ENOENT) {
        if (err != NULL)
            *err = steal_ptr(none);
        return code;
    }
    if (code < 0)
        code = start_anew(job, end, &writer, &result, err);
    if (code == 0 && end->interrupted)
        result_set_interrupted(result);
    if (code == 0)
        code = keep_work(job, writer, result, err);
    return code == 0 ? bundle_finish(writer, result, err) : code;
}

bool lost_worker_has_finished(const char *bundle)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;

    if (bundle_read_journal(bundle, &result, NULL) < 0)
        return false;
    vec_foreach (row, &result->cases)
        if (row->status != STATUS_MISS || row->started)
            return true;
    return false;
}
