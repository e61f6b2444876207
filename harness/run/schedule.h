/* SPDX-License-Identifier: Apache-2.0 */
/* Runs jobs in parallel worker processes; the controller's only loop. It starts ready jobs, reads
 * events, reaps children (as a sub-reaper it also inherits the QEMU processes of dead workers),
 * kills jobs that exceed their time limit, and stops everything on SIGINT or SIGTERM. */
#ifndef TS_RUN_SCHEDULE_H
#define TS_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "job/job.h"

struct error;
struct progress;

enum { SCHEDULE_AFTER_NONE = -1 };

struct schedule_job {
    struct job request;
    char *name;        /* for display: "debian-12-arm64 kunpeng redis" */
    char *folder;      /* folder of this attempt; contains job.json, worker.log and the bundle */
    int after;         /* index of the job that must end first, or SCHEDULE_AFTER_NONE */
    unsigned guests;   /* how many it runs at once; 0: as 1. It takes as many of the places */
    int64_t budget_ms; /* time limit, after which the worker is killed */
    bool started, ended;
    char *not_run; /* set by the handler of another job's end: this job is not run, and this is its
                      outcome */
};

/* Called before each worker is started; a failure ends the run. May be NULL. */
typedef int schedule_start_handler(void *context, const struct schedule_job *job,
                                   struct error **err);

struct schedule {
    VEC(struct schedule_job) jobs;
    schedule_start_handler *on_start;
    unsigned parallel; /* number of guests in parallel, at least 1. A job with more of them than
                          that runs alone */
};
void schedule_done(struct schedule *schedule);

/* True if a job of this many guests fits beside `busy` others. One that needs more than there are
 * runs when nothing else does. */
bool schedule_has_room(const struct schedule *schedule, unsigned busy,
                       const struct schedule_job *job);

/* How a worker ended; log is the path of worker.log. */
struct worker_end {
    bool exited, late;
    int code; /* exit code, or signal if !exited */
};

/* Called once for each job after its worker was reaped: merges the bundle and sets *ret_outcome to
 * a line for display (the scheduler frees it). A failure ends the run. */
typedef int schedule_end_handler(void *context, struct schedule_job *job,
                                 const struct worker_end *end, char **ret_outcome,
                                 struct error **err);

/* Returns when all jobs have ended; -EINTR if a signal stopped it (the workers are dead, their jobs
 * unfinished), or the error of the handler. */
int schedule_run(struct schedule *schedule, struct progress *progress, schedule_end_handler *on_end,
                 void *context, struct error **err);

#endif
