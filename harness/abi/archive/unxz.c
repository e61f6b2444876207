/* SPDX-License-Identifier: Apache-2.0 */
/* The index at the end of an xz file tells where its blocks are, and each can be decompressed on
 * its own. Source: The .xz File Format, version 1.1.0. */
#include "abi/archive/unxz.h"

#include <lzma.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/vec.h"

#define THREADS 2
#define SLOTS (THREADS + 1)   /* blocks in memory: one is read while others are decompressed */
#define BLOCK_MAX (32 << 20)  /* bytes of a block, decompressed; xz -6 -T0 makes 24 MiB */
#define BLOCK_LEAST (1 << 20) /* bytes of a block on average that are worth a start */
#define INDEX_MAX (1 << 20)   /* bytes of the index */
#define INDEX_MEMORY (64 << 20)
#define PIECE (256 << 10) /* bytes returned at once */
#define INPUT (64 << 10)

struct block {
    uint64_t packed_at, packed, size; /* in the file; decompressed */
    uint64_t unpadded;
};

struct slot {
    uint8_t *data; /* NULL: none */
    size_t size;
    lzma_ret result;
    bool done;
};

struct unxz {
    struct blob blob;
    lzma_check check;
    VEC(struct block) blocks;
    struct slot slots[SLOTS]; /* of block i: i % SLOTS */
    size_t claimed, read;     /* blocks */
    uint64_t at;              /* in the block that is read */
    lzma_ret result;
    pthread_t threads[THREADS];
    unsigned thread_count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
};

static bool stopped(struct unxz *unxz)
{
    bool stop;

    pthread_mutex_lock(&unxz->lock);
    stop = unxz->stop;
    pthread_mutex_unlock(&unxz->lock);
    return stop;
}

/* The header of a block, which says how it is compressed. */
static lzma_ret read_header(const struct unxz *unxz, const struct block *block, lzma_block *options)
{
    uint8_t header[LZMA_BLOCK_HEADER_SIZE_MAX];
    lzma_ret code;

    if (blob_read(&unxz->blob, block->packed_at, header, 1) != 1 || header[0] == 0)
        return LZMA_DATA_ERROR;
    options->version = 1;
    options->check = unxz->check;
    options->header_size = lzma_block_header_size_decode(header[0]);
    if (blob_read(&unxz->blob, block->packed_at, header, options->header_size) !=
        (ssize_t)options->header_size)
        return LZMA_DATA_ERROR;
    code = lzma_block_header_decode(options, NULL, header);
    if (code == LZMA_OK)
        code = lzma_block_compressed_size(options, block->unpadded);
    return code;
}

static lzma_ret decode_with(struct unxz *unxz, const struct block *block, lzma_stream *stream,
                            uint64_t at)
{
    _cleanup_free_ uint8_t *input = text_calloc(INPUT, 1);
    uint64_t end = block->packed_at + block->packed;
    lzma_ret code = LZMA_OK;

    while (code == LZMA_OK && !stopped(unxz)) {
        if (stream->avail_in == 0 && at < end) {
            uint64_t left = end - at;
            ssize_t got = blob_read(&unxz->blob, at, input, left < INPUT ? (size_t)left : INPUT);

            if (got <= 0)
                return LZMA_DATA_ERROR;
            stream->next_in = input;
            stream->avail_in = (size_t)got;
            at += (uint64_t)got;
        }
        code = lzma_code(stream, LZMA_RUN);
    }
    if (code == LZMA_STREAM_END && stream->avail_out > 0)
        code = LZMA_DATA_ERROR; /* less than the index says */
    return code;
}

/* Not from the heap, which keeps what is freed: it is given back as soon as a block was read. */
static bool get_memory(struct slot *slot, uint64_t size)
{
    void *data = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (data == MAP_FAILED)
        return false;
    slot->data = data;
    slot->size = size + 1;
    return true;
}

static void drop_memory(struct slot *slot)
{
    if (slot->data != NULL)
        munmap(slot->data, slot->size);
    *slot = (struct slot){0};
}

static lzma_ret decode(struct unxz *unxz, const struct block *block, struct slot *slot)
{
    lzma_filter filters[LZMA_FILTERS_MAX + 1] = {{.id = LZMA_VLI_UNKNOWN}};
    lzma_block options = {.filters = filters};
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_ret code = read_header(unxz, block, &options);

    if (code == LZMA_OK)
        code = lzma_block_decoder(&stream, &options);
    if (!get_memory(slot, block->size))
        return LZMA_MEM_ERROR;
    stream.next_out = slot->data;
    stream.avail_out = block->size;
    if (code == LZMA_OK)
        code = decode_with(unxz, block, &stream, block->packed_at + options.header_size);
    lzma_end(&stream);
    for (size_t i = 0; i < LZMA_FILTERS_MAX && filters[i].id != LZMA_VLI_UNKNOWN; i++)
        free(filters[i].options);
    return code;
}

static void *decode_blocks(void *context)
{
    struct unxz *unxz = context;

    pthread_mutex_lock(&unxz->lock);
    while (!unxz->stop && unxz->claimed < unxz->blocks.count) {
        struct block block;
        struct slot *slot;
        lzma_ret result;

        if (unxz->claimed >= unxz->read + SLOTS) {
            pthread_cond_wait(&unxz->changed, &unxz->lock);
            continue;
        }
        block = unxz->blocks.items[unxz->claimed];
        slot = &unxz->slots[unxz->claimed % SLOTS];
        unxz->claimed++;
        pthread_mutex_unlock(&unxz->lock);
        result = decode(unxz, &block, slot);
        pthread_mutex_lock(&unxz->lock);
        slot->result = result;
        slot->done = true;
        pthread_cond_broadcast(&unxz->changed);
    }
    pthread_mutex_unlock(&unxz->lock);
    return NULL;
}

/* Reads the index; NULL: the file is not one stream with an index at its end. */
static lzma_index *read_index(const struct blob *blob, lzma_check *ret_check)
{
    uint8_t header[LZMA_STREAM_HEADER_SIZE], footer[LZMA_STREAM_HEADER_SIZE];
    _cleanup_free_ uint8_t *data = NULL;
    lzma_stream_flags begin, end;
    uint64_t memory = INDEX_MEMORY;
    lzma_index *index = NULL;
    size_t at = 0;

    if (blob->size < 2 * LZMA_STREAM_HEADER_SIZE ||
        blob_read(blob, 0, header, sizeof(header)) != sizeof(header) ||
        lzma_stream_header_decode(&begin, header) != LZMA_OK ||
        blob_read(blob, blob->size - sizeof(footer), footer, sizeof(footer)) != sizeof(footer) ||
        lzma_stream_footer_decode(&end, footer) != LZMA_OK ||
        lzma_stream_flags_compare(&begin, &end) != LZMA_OK || end.backward_size > INDEX_MAX ||
        end.backward_size > blob->size - 2 * sizeof(footer))
        return NULL;
    data = text_calloc(end.backward_size, 1);
    if (blob_read(blob, blob->size - sizeof(footer) - end.backward_size, data, end.backward_size) !=
            (ssize_t)end.backward_size ||
        lzma_index_buffer_decode(&index, &memory, NULL, data, &at, end.backward_size) != LZMA_OK)
        return NULL;
    if (lzma_index_file_size(index) != blob->size || lzma_index_block_count(index) < 2 ||
        lzma_index_uncompressed_size(index) / lzma_index_block_count(index) < BLOCK_LEAST) {
        lzma_index_end(index, NULL);
        return NULL;
    }
    *ret_check = begin.check;
    return index;
}

static bool add_blocks(struct unxz *unxz, const lzma_index *index)
{
    lzma_index_iter iter;

    lzma_index_iter_init(&iter, index);
    while (!lzma_index_iter_next(&iter, LZMA_INDEX_ITER_BLOCK)) {
        if (iter.block.uncompressed_size > BLOCK_MAX)
            return false;
        *vec_add(&unxz->blocks) = (struct block){
            .packed_at = iter.block.compressed_file_offset,
            .packed = iter.block.total_size,
            .size = iter.block.uncompressed_size,
            .unpadded = iter.block.unpadded_size,
        };
    }
    return true;
}

static bool start(struct unxz *unxz)
{
    while (unxz->thread_count < THREADS &&
           pthread_create(&unxz->threads[unxz->thread_count], NULL, decode_blocks, unxz) == 0)
        unxz->thread_count++;
    return unxz->thread_count > 0;
}

struct unxz *unxz_open(const struct blob *blob)
{
    lzma_check check;
    lzma_index *index = read_index(blob, &check);
    struct unxz *unxz;
    bool fits;

    if (index == NULL)
        return NULL;
    unxz = text_calloc(1, sizeof(*unxz));
    unxz->blob = *blob;
    unxz->check = check;
    pthread_mutex_init(&unxz->lock, NULL);
    pthread_cond_init(&unxz->changed, NULL);
    fits = add_blocks(unxz, index);
    lzma_index_end(index, NULL);
    if (!fits || !start(unxz)) {
        unxz_close(unxz);
        return NULL;
    }
    return unxz;
}

/* Waits for the block that is read; false: there is none. */
static bool wait_for(struct unxz *unxz)
{
    struct slot *slot = &unxz->slots[unxz->read % SLOTS];

    if (unxz->result != LZMA_OK || unxz->read == unxz->blocks.count)
        return false;
    pthread_mutex_lock(&unxz->lock);
    while (!slot->done)
        pthread_cond_wait(&unxz->changed, &unxz->lock);
    pthread_mutex_unlock(&unxz->lock);
    if (slot->result != LZMA_STREAM_END)
        unxz->result = slot->result != LZMA_OK ? slot->result : LZMA_DATA_ERROR;
    return unxz->result == LZMA_OK;
}

static void next_block(struct unxz *unxz)
{
    struct slot *slot = &unxz->slots[unxz->read % SLOTS];

    pthread_mutex_lock(&unxz->lock);
    drop_memory(slot);
    unxz->read++;
    unxz->at = 0;
    pthread_cond_broadcast(&unxz->changed);
    pthread_mutex_unlock(&unxz->lock);
}

ssize_t unxz_next(struct unxz *unxz, const void **ret_data)
{
    const struct slot *slot;
    uint64_t left;

    while (unxz->read < unxz->blocks.count && unxz->at == unxz->blocks.items[unxz->read].size &&
           unxz->result == LZMA_OK) {
        if (wait_for(unxz))
            next_block(unxz);
    }
    if (!wait_for(unxz))
        return unxz->result == LZMA_OK ? 0 : -1;
    slot = &unxz->slots[unxz->read % SLOTS];
    left = unxz->blocks.items[unxz->read].size - unxz->at;
    *ret_data = slot->data + unxz->at;
    left = left < PIECE ? left : PIECE;
    unxz->at += left;
    return (ssize_t)left;
}

uint64_t unxz_packed(const struct unxz *unxz)
{
    const struct block *block;

    if (unxz->read == unxz->blocks.count)
        return unxz->blob.size;
    block = &unxz->blocks.items[unxz->read];
    if (block->size == 0)
        return block->packed_at;
    return block->packed_at +
           (uint64_t)((double)block->packed * (double)unxz->at / (double)block->size);
}

/* In libarchive's words. */
const char *unxz_error_text(const struct unxz *unxz)
{
    switch (unxz->result) {
    case LZMA_MEM_ERROR:
        return "Lzma library error: Cannot allocate memory";
    case LZMA_OPTIONS_ERROR:
        return "Lzma library error: Invalid options";
    default:
        return "Lzma library error: Corrupted input data";
    }
}

void unxz_close(struct unxz *unxz)
{
    if (unxz == NULL)
        return;
    pthread_mutex_lock(&unxz->lock);
    unxz->stop = true;
    pthread_cond_broadcast(&unxz->changed);
    pthread_mutex_unlock(&unxz->lock);
    for (unsigned i = 0; i < unxz->thread_count; i++)
        pthread_join(unxz->threads[i], NULL);
    for (size_t i = 0; i < SLOTS; i++)
        drop_memory(&unxz->slots[i]);
    vec_done(&unxz->blocks);
    pthread_cond_destroy(&unxz->changed);
    pthread_mutex_destroy(&unxz->lock);
    free(unxz);
}
