/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs jobs in worker processes, some side by side: the controller's only loop. It starts what is
 * ready, hears events, reaps (QEMUs whose worker died come to it, being a sub-reaper), kills what
 * is late, and stops everything on SIGINT or SIGTERM.
 */
#ifndef TS_RUN_SCHEDULE_H
#define TS_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "order/job.h"

struct error;
struct progress;

enum { SCHEDULE_AFTER_NONE = -1 };

struct schedule_job {
    struct job order;
    char *name;        /* to a person: "debian-12-arm64 kunpeng redis" */
    char *folder;      /* of this attempt; holds job.json, worker.log, the bundle */
    int after;         /* place of a job that must have ended before, or SCHEDULE_AFTER_NONE */
    int64_t budget_ms; /* a worker that runs longer is killed */
    bool started, ended;
    char *not_run; /* set by the handler of another job's end: it is not run, and how it ended */
};

/* Called before each worker is started; a failure ends the run. May be NULL. */
typedef int schedule_start_handler(void *context, const struct schedule_job *job,
                                   struct error **err);

struct schedule {
    VEC(struct schedule_job) jobs;
    schedule_start_handler *on_start;
    unsigned parallel; /* workers side by side, at least 1 */
};
void schedule_done(struct schedule *schedule);

/* How a worker ended; log is worker.log's path. */
struct worker_end {
    bool exited, late;
    int code; /* exit code, or signal when !exited */
};

/* Called once a job, after its worker was reaped: merges what it left and says in *ret_outcome
 * (caller of the handler frees) how a person would put it. A failure ends the run. */
typedef int schedule_end_handler(void *context, struct schedule_job *job,
                                 const struct worker_end *end, char **ret_outcome,
                                 struct error **err);

/* Until every job ended; -EINTR when a signal asked to stop (workers are dead then, their jobs not
 * ended), or what the handler failed with. */
int schedule_run(struct schedule *schedule, struct progress *progress, schedule_end_handler *on_end,
                 void *context, struct error **err);

#endif
