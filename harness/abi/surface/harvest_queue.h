/* SPDX-License-Identifier: Apache-2.0 */
/* What a thread finds while it walks a root folder, in that order: it opens and maps files while
 * another one records their content. */
#ifndef TS_ABI_SURFACE_HARVEST_QUEUE_H
#define TS_ABI_SURFACE_HARVEST_QUEUE_H

#include "abi/elf/file.h"
#include "base/text.h"

#define HARVEST_PATH_MAX 4096

enum found_kind {
    FOUND_FOLDER,
    FOUND_LINK,   /* text: its target */
    FOUND_FACT,   /* data: its content */
    FOUND_UNREAD, /* a file of settings; text: why it was not read */
    FOUND_PLAIN,  /* text: its first bytes, if they may be those of a script */
    FOUND_ELF,
    FOUND_END, /* of the walk; nothing follows */
};

/* A slot of the queue. Only the members of its kind are valid. */
struct found {
    enum found_kind kind;
    char path[HARVEST_PATH_MAX];
    char text[HARVEST_PATH_MAX];
    size_t length; /* of text */
    struct buffer data;
    void *map;            /* of an ELF file; NULL: none */
    size_t size;          /* of map */
    struct elf_file file; /* opened on map */
    bool damaged;         /* not opened, or too large to be mapped */
    bool linked;          /* it has several hard links */
    uint64_t device, inode;
};

struct harvest_queue;

struct harvest_queue *harvest_queue_new(void);
void harvest_queue_free(struct harvest_queue *queue);

/* For the walking thread: the next slot to fill, cleared of what it had, and then handed over. */
struct found *harvest_queue_slot(struct harvest_queue *queue);
void harvest_queue_push(struct harvest_queue *queue);

/* For the recording thread: the next filled slot, valid until the next call. */
struct found *harvest_queue_next(struct harvest_queue *queue);

#endif
