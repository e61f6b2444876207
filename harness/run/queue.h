/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which job of a schedule starts next: of those that wait for none, the first in the schedule's
 * order. No step looks through all jobs, so a run of 100,000 cells is scheduled in n log n steps.
 */
#ifndef TS_RUN_QUEUE_H
#define TS_RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

#define QUEUE_NONE SIZE_MAX

struct queue;
struct schedule;

/* Of the jobs that were not started. Their number and what each waits for must not change. */
struct queue *queue_new(const struct schedule *schedule);
void queue_free(struct queue *queue);
DEFINE_CLEANUP(struct queue *, queue_free)

/* Adds a job that waits for none any more. */
void queue_add(struct queue *queue, size_t job);

/* Removes and yields the job to start next; false when none is ready. */
bool queue_next(struct queue *queue, size_t *ret_job);

/* The jobs that wait for this one, in the schedule's order, or QUEUE_NONE:
 * for (job = queue_first_waiting(q, ended); job != QUEUE_NONE; job = queue_next_waiting(q, job)) */
size_t queue_first_waiting(const struct queue *queue, size_t job);
size_t queue_next_waiting(const struct queue *queue, size_t job);

#endif
