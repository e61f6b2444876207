/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one job: prepare boots a guest and saves it, cell runs a suite in a guest. */
#include "cell/job_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cell/cases.h"
#include "cell/copies.h"
#include "cell/pair.h"
#include "cell/predict.h"
#include "cell/prepare.h"
#include "cell/session.h"
#include "cell/start.h"
#include "guest/reaper.h"
#include "job/event.h"
#include "job/limits.h"

/* Records that the job ran to its end, unless a failure was recorded. */
static void note_ending(struct session *session)
{
    struct result *result = session->result;

    if (result->reason != NULL)
        return;
    result->outcome = STATUS_PASS;
    result->blame = BLAME_NONE;
}

static void do_cell(struct session *session)
{
    _cleanup_error_ struct error *err = NULL;
    int code;

    result_expect_cases(session->result, session->suite, &session->job->items,
                        session->job->no_probes);
    code = start_make_disks(session, &err);
    if (code < 0) {
        /* A package that no archive has is a mistake in suite.xml: it fails on every host. One that
         * is damaged, or whose dependencies or conflicts the image cannot satisfy, cannot be
         * installed there. */
        session_miss(session,
                     code == -ENOPKG        ? BLAME_SUITE
                     : code == -EMEDIUMTYPE ? BLAME_PRODUCT
                                            : BLAME_HOST,
                     error_message(err));
        return;
    }
    if (start_guest(session, &err) < 0 || start_measure(session, &err) < 0) {
        session_miss_guest(session, err);
        return;
    }
    if (!result_identity_matches(session->result))
        return;
    if (!pair_start(session))
        return;
    predict(session);
    /* Its cases, packages, payload and prediction have been read. */
    if (copies_check_unchanged(session, &err) < 0) {
        session_miss(session, BLAME_HOST, error_message(err));
        return;
    }
    cases_run(session);
}

struct closure {
    const char *job_file;
};

static int run(void *data)
{
    const struct closure *closure = data;
    _cleanup_(job_done) struct job job = {0};
    _cleanup_error_ struct error *err = NULL;
    struct session session;
    bool changed = false;
    int code = job_read(closure->job_file, &job, &err);

    if (code == 0) {
        code = session_begin(&session, &job, &err);
        if (code < 0)
            session_miss(&session, BLAME_HOST, error_message(err));
        else if (job.kind == JOB_PREPARE)
            prepare_run(&session);
        else
            do_cell(&session);
        note_ending(&session);
        changed = session.copies_changed;
        error_free(steal_ptr(err));
        code = session_done(&session, &err);
    }
    if (code < 0)
        log_error("%s", error_said(err));
    if (code < 0)
        return 1;
    return changed ? JOB_EXIT_INPUT_CHANGED : 0;
}

int job_run(const char *job_file, int event_fd, int *ret_code, struct error **err)
{
    struct closure closure = {job_file};
    struct reaper_end end = {0};
    int code;

    event_set_fd(event_fd);
    code = reaper_run(run, &closure, &end, err);
    *ret_code = end.code;
    if (code == 0 && end.code == JOB_EXIT_INPUT_CHANGED)
        return error_set(err, -EUCLEAN,
                         "an input of job '%s' was modified after the run was planned", job_file);
    if (code == 0 && end.code != 0)
        code = error_set(err, -EIO, "the job of '%s' exited with code %d and wrote no bundle",
                         job_file, end.code);
    return code;
}
