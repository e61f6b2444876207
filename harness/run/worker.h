/* SPDX-License-Identifier: Apache-2.0 */
/* A worker process as seen by the controller. It runs `worker job FILE` in its own process group,
 * so that Ctrl-C on a terminal reaches the controller only, and dies with the controller. */
#ifndef TS_RUN_WORKER_H
#define TS_RUN_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

struct error;
struct event;

struct worker {
    pid_t pid;           /* 0 after it was reaped */
    int events_fd;       /* its progress events, non-blocking; -1 after its end */
    struct buffer line;  /* the part of the current line received so far */
    int64_t deadline_ms; /* killed when clock_now_ms() exceeds this */
    bool late;           /* was killed for that reason */
};

/* Checks that the worker program exists, starts, and has the same version, so that this fails
 * before a run instead of in each job. */
int worker_check(struct error **err);

/* Starts a worker for the job request in job_file; its stderr is written to log_file. */
int worker_start(const char *job_file, const char *log_file, int64_t deadline_ms,
                 struct worker *ret_worker, struct error **err);

/* Calls on_event for each complete event; invalid or too long lines are dropped. */
void worker_read_events(struct worker *worker,
                        void (*on_event)(void *context, const struct event *event), void *context);

/* Kills the worker and its process group; its end is reported by the reaper. */
void worker_kill(struct worker *worker);

/* Kills and reaps the rest of a dead worker's process group (it runs libvirt in a child, which the
 * controller inherits), so that no process holds a lock when its guests are destroyed. */
void worker_end_group(pid_t pid);

/* Frees the members for a worker that was reaped. */
void worker_done(struct worker *worker);

#endif
