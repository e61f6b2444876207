/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/surface/harvest_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#define SLOTS 128
#define BATCH                                                                                      \
    16 /* slots after which a waiting thread is woken: waking it costs more than a slot            \
        */

struct harvest_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t pushed, taken; /* numbers of slots filled, and of slots that may be filled again */
    bool waits;           /* a thread waits for the other */
    bool ended;
    size_t next; /* of the recording thread alone */
    struct found slots[SLOTS];
};

struct harvest_queue *harvest_queue_new(void)
{
    struct harvest_queue *queue = text_calloc(1, sizeof(*queue));

    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    return queue;
}

static void clear(struct found *found)
{
    if (found->map != NULL && !found->damaged)
        elf_file_done(&found->file);
    if (found->map != NULL)
        munmap(found->map, found->size);
    buffer_done(&found->data);
    found->map = NULL;
    found->length = 0;
    found->damaged = found->linked = false;
}

void harvest_queue_free(struct harvest_queue *queue)
{
    if (queue == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        clear(&queue->slots[i]);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

static void wake(struct harvest_queue *queue)
{
    if (queue->waits)
        pthread_cond_signal(&queue->changed);
    queue->waits = false;
}

struct found *harvest_queue_slot(struct harvest_queue *queue)
{
    struct found *slot;

    pthread_mutex_lock(&queue->lock);
    while (queue->pushed - queue->taken >= SLOTS) {
        queue->waits = true;
        pthread_cond_wait(&queue->changed, &queue->lock);
    }
    slot = &queue->slots[queue->pushed % SLOTS];
    pthread_mutex_unlock(&queue->lock);
    clear(slot);
    return slot;
}

void harvest_queue_push(struct harvest_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->ended |= queue->slots[queue->pushed % SLOTS].kind == FOUND_END;
    queue->pushed++;
    if (queue->ended || queue->pushed - queue->taken >= BATCH)
        wake(queue);
    pthread_mutex_unlock(&queue->lock);
}

struct found *harvest_queue_next(struct harvest_queue *queue)
{
    struct found *slot;

    pthread_mutex_lock(&queue->lock);
    queue->taken = queue->next;
    if (queue->pushed - queue->taken <= SLOTS - BATCH)
        wake(queue);
    while (queue->pushed == queue->next) {
        queue->waits = true;
        pthread_cond_wait(&queue->changed, &queue->lock);
    }
    slot = &queue->slots[queue->next++ % SLOTS];
    pthread_mutex_unlock(&queue->lock);
    return slot;
}
