/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of the jobs that are ready, and for each job a list of those that wait for it. */
#include "run/queue.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "run/schedule.h"

struct queue {
    size_t *ready; /* heap: each element is less than its children, at 2i + 1 and 2i + 2 */
    size_t count;
    size_t *first, *next; /* indexed by job: the first job that waits for it; the next one that
                             waits for the same job */
};

struct queue *queue_new(const struct schedule *schedule)
{
    struct queue *queue = text_calloc(1, sizeof(*queue));
    size_t jobs = schedule->jobs.count;

    queue->ready = text_calloc(jobs + 1, sizeof(*queue->ready));
    queue->first = text_calloc(jobs + 1, sizeof(*queue->first));
    queue->next = text_calloc(jobs + 1, sizeof(*queue->next));
    for (size_t i = 0; i < jobs; i++)
        queue->first[i] = queue->next[i] = QUEUE_NONE;
    /* Backwards, so that each list is in the schedule's order. */
    for (size_t i = jobs; i-- > 0;) {
        const struct schedule_job *job = &schedule->jobs.items[i];

        if (job->started)
            continue;
        if (job->after == SCHEDULE_AFTER_NONE || schedule->jobs.items[job->after].ended) {
            queue_add(queue, i);
            continue;
        }
        queue->next[i] = queue->first[job->after];
        queue->first[job->after] = i;
    }
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    free(queue->ready);
    free(queue->first);
    free(queue->next);
    free(queue);
}

static void swap(size_t *a, size_t *b)
{
    size_t held = *a;

    *a = *b;
    *b = held;
}

void queue_add(struct queue *queue, size_t job)
{
    size_t at = queue->count++;

    queue->ready[at] = job;
    for (; at > 0 && queue->ready[(at - 1) / 2] > queue->ready[at]; at = (at - 1) / 2)
        swap(&queue->ready[(at - 1) / 2], &queue->ready[at]);
}

bool queue_peek(const struct queue *queue, size_t *ret_job)
{
    if (queue->count == 0)
        return false;
    *ret_job = queue->ready[0];
    return true;
}

bool queue_next(struct queue *queue, size_t *ret_job)
{
    if (queue->count == 0)
        return false;
    *ret_job = queue->ready[0];
    queue->ready[0] = queue->ready[--queue->count];
    for (size_t at = 0, child; (child = 2 * at + 1) < queue->count; at = child) {
        if (child + 1 < queue->count && queue->ready[child + 1] < queue->ready[child])
            child++;
        if (queue->ready[at] < queue->ready[child])
            break;
        swap(&queue->ready[at], &queue->ready[child]);
    }
    return true;
}

size_t queue_first_waiting(const struct queue *queue, size_t job)
{
    return queue->first[job];
}

size_t queue_next_waiting(const struct queue *queue, size_t job)
{
    return queue->next[job];
}
