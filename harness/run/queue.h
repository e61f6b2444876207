/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of jobs that are ready to start, in the schedule's order. No operation scans all jobs,
 * so a run of n cells is scheduled in O(n log n). */
#ifndef TS_RUN_QUEUE_H
#define TS_RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

#define QUEUE_NONE SIZE_MAX

struct queue;
struct schedule;

/* Creates a queue for the jobs that were not started. Their number and dependencies must not change
 * afterwards. */
struct queue *queue_new(const struct schedule *schedule);
void queue_free(struct queue *queue);
DEFINE_CLEANUP(struct queue *, queue_free)

/* Adds a job that does not wait for another any more. */
void queue_add(struct queue *queue, size_t job);

/* Returns the job to start next; returns false if none is ready. */
bool queue_peek(const struct queue *queue, size_t *ret_job);

/* Removes and returns the job to start next; returns false if none is ready. */
bool queue_next(struct queue *queue, size_t *ret_job);

/* Iterates over the jobs that wait for this one, in the schedule's order, until QUEUE_NONE: for
 * (job = queue_first_waiting(q, ended); job != QUEUE_NONE; job = queue_next_waiting(q, job)) */
size_t queue_first_waiting(const struct queue *queue, size_t job);
size_t queue_next_waiting(const struct queue *queue, size_t job);

#endif
