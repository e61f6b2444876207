/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles that the controller writes: for a worker that died without one, and for a job that need
 * not be run. */
#ifndef TS_RUN_LOST_WORKER_H
#define TS_RUN_LOST_WORKER_H

#include <stdbool.h>

#include "model/words.h"

struct error;
struct result;
struct schedule_job;

/* Why a job has no bundle. */
struct lost_worker {
    char *why;
    bool interrupted; /* the run was stopped, and its job with it */
    enum blame blame; /* responsible for the case that was running: the harness, or whoever sent
                         data that crashed the worker */
};

/* Writes the bundle for the job's request: outcome MISS with the reason `why`, and the worker's
 * log, the guest's console and XML as evidence. Cases that had ended are taken from the job's
 * journal; without a journal every case is MISS. */
int lost_worker_write_bundle(const struct schedule_job *job, const struct lost_worker *end,
                             struct error **err);

/* True if the journal of an unfinished bundle contains a case that ended. */
bool lost_worker_has_finished(const char *bundle);

/* The same for a job that is not run because the job it waited for determines its outcome: the
 * reason is `why`; the job and every case get outcome and blame of that result, and its
 * evidence. */
int lost_worker_write_waiting(const struct schedule_job *job, const char *why,
                              const struct result *before, const char *before_bundle,
                              struct error **err);

#endif
