/* SPDX-License-Identifier: Apache-2.0 */
/* Merges bundles into the store; every job ends with one. */
#include "run/merge.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "bundle/bundle.h"
#include "job/job.h"
#include "model/result.h"
#include "run/lost_worker.h"
#include "run/schedule.h"
#include "store/store.h"

/* The signal that killed the worker or, reported as exit code 128 + signal, the job in it; 0:
 * none. */
static int ending_signal(const struct worker_end *end)
{
    int code = end->exited ? end->code - 128 : end->code;

    return code > 0 && code < 64 ? code : 0;
}

/* A signal that a process receives because of its own fault. */
static bool is_crash(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGILL ||
           signal == SIGFPE;
}

static void why_lost(const struct worker_end *end, const struct error *problem,
                     struct lost_worker *ret_lost)
{
    int signal = end != NULL ? ending_signal(end) : 0;

    ret_lost->blame = BLAME_HARNESS;
    if (problem->code == -EBADMSG)
        ret_lost->why = text_format("the worker's bundle was rejected: %s", error_message(problem));
    else if (end == NULL) {
        ret_lost->why = text_dup("the run was stopped before this job had ended");
        ret_lost->interrupted = true;
    } else if (end->late)
        ret_lost->why = text_dup("the worker exceeded its time limit and was killed");
    else if (is_crash(signal)) {
        /* While a case runs, the worker processes data sent by the guest, so the product is
         * responsible for the crash. */
        ret_lost->blame = BLAME_PRODUCT;
        ret_lost->why = text_format("the worker crashed with signal %d (%s), most likely on data "
                                    "that the guest sent to its agent's port",
                                    signal, strsignal(signal));
    } else if (signal > 0)
        ret_lost->why =
            text_format("the worker was killed by signal %d (%s)", signal, strsignal(signal));
    else
        ret_lost->why =
            text_format("the worker exited with code %d and wrote no bundle", end->code);
}

/* Renames a rejected bundle, so that it can be examined. */
static int set_aside(const char *bundle, struct error **err)
{
    _cleanup_free_ char *aside = text_format("%s.refused", bundle);

    if (rename(bundle, aside) < 0 && errno != ENOENT)
        return error_set_errno(err, -errno, "cannot rename '%s'", bundle);
    return 0;
}

/* Reads and merges a bundle; its evidence is hashed once, while the store copies it. *ret_refused:
 * the bundle itself is invalid. */
static int merge_bundle(struct store *store, const char *bundle, struct result **ret_result,
                        bool *ret_refused, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    int code = bundle_read_result(bundle, &result, err);

    *ret_refused = code < 0;
    if (code < 0)
        return code;
    code = store_merge_result(store, result, bundle, err);
    *ret_refused = code == -EBADMSG;
    if (code == 0)
        *ret_result = steal_ptr(result);
    return code;
}

/* A bundle that is missing or rejected is replaced by one with what its journal has, and if that is
 * rejected too, by one without results. */
static int merge_or_replace(struct store *store, const struct schedule_job *job,
                            const struct worker_end *end, struct result **ret_result,
                            struct error **err)
{
    _cleanup_free_ char *why = NULL;
    struct lost_worker lost = {0};

    for (int replaced = 0;; replaced++) {
        _cleanup_error_ struct error *problem = NULL;
        bool refused;
        int code = merge_bundle(store, job->request.bundle, ret_result, &refused, &problem);

        if (code < 0 && (!refused || replaced == 2) && err != NULL)
            *err = steal_ptr(problem);
        if (code == 0 || !refused || replaced == 2)
            return code;
        if (replaced == 0) {
            why_lost(end, problem, &lost);
            why = lost.why;
        } else {
            log_warning("%s: the finished cases of the job are lost", error_said(problem));
        }
        code = set_aside(job->request.bundle, err);
        if (code == 0)
            code = lost_worker_write_bundle(job, &lost, err);
        if (code < 0)
            return code;
    }
}

static char *describe(const struct result *result)
{
    unsigned counts[STATUS_COUNT] = {0};
    struct buffer out = {0};

    if (result->outcome != STATUS_PASS) {
        buffer_format(&out, "%s (%s): %s", status_name(result->outcome), blame_name(result->blame),
                      result->reason != NULL ? result->reason : "no reason given");
        return buffer_steal(&out);
    }
    if (result->kind == JOB_PREPARE)
        return text_dup(result->warm ? "saved state exists" : "saved");
    vec_foreach (row, &result->cases)
        counts[row->status]++;
    for (int s = STATUS_COUNT - 1; s >= 0; s--)
        if (counts[s] > 0)
            buffer_format(&out, "%s%u %s", out.length > 0 ? ", " : "", counts[s],
                          status_name((enum status)s));
    return buffer_steal(&out);
}

/* An input changed: nothing may be judged under the wrong digest, so the worker's bundle is not
 * merged, and its message ends the run. */
static int end_changed(const struct schedule_job *job, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    int code = bundle_read(job->request.bundle, &result, err);

    if (code == 0)
        code = set_aside(job->request.bundle, err);
    return code < 0 ? code
                    : error_set(err, -EUCLEAN, "%s",
                                result->reason != NULL ? result->reason
                                                       : "a copy that the run reads was changed");
}

int merge_job(struct store *store, const struct schedule_job *job, const struct worker_end *end,
              char **ret_outcome, struct error **err)
{
    _cleanup_(result_free_cleanup) struct result *result = NULL;
    int code;

    if (end != NULL && end->exited && end->code == JOB_EXIT_INPUT_CHANGED)
        return end_changed(job, err);
    code = merge_or_replace(store, job, end, &result, err);
    if (code == 0 && ret_outcome != NULL)
        *ret_outcome = describe(result);
    return code;
}
