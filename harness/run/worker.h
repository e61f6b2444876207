/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker process and what the controller holds of it. The worker is `worker job FILE` in a
 * process group of its own, so a terminal's Ctrl-C reaches only the controller, and it dies with
 * the controller.
 */
#ifndef TS_RUN_WORKER_H
#define TS_RUN_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

struct error;
struct event;

struct worker {
    pid_t pid;           /* 0 when it was reaped */
    int events_fd;       /* its progress, non-blocking; -1 after its end */
    struct buffer line;  /* what came of the current line */
    int64_t deadline_ms; /* killed when clock_now_ms() passes it */
    bool late;           /* and was */
};

/* The worker program is there, starts, and is of the same version: told before a run rather than by
 * each of its jobs. */
int worker_check(struct error **err);

/* Starts the worker on the order in job_file; what it prints on stderr goes to log_file. */
int worker_start(const char *job_file, const char *log_file, int64_t deadline_ms,
                 struct worker *ret_worker, struct error **err);

/* Calls on_event for each event that came; lines that are none, or too long, are dropped. */
void worker_read_events(struct worker *worker,
                        void (*on_event)(void *context, const struct event *event), void *context);

/* Kills it and its group; the end comes through the reaper. */
void worker_kill(struct worker *worker);

/* Ends and reaps what is left of a dead worker's group (it runs libvirt in a child of its own,
 * which the controller inherits), so that nothing of it still holds a lock when its guests are
 * swept. */
void worker_end_group(pid_t pid);

/* Frees what is held of a worker that was reaped. */
void worker_done(struct worker *worker);

#endif
