/* SPDX-License-Identifier: Apache-2.0 */
/* Serialises the tables of a surface to one file. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/surface/build.h"
#include "abi/surface/build_parts.h"
#include "abi/surface/file.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

/* Slots as stored: at most half full, so that probing for a missing name ends early. */
static void store_slots(struct surface_builder *builder, enum surface_table table,
                        const struct index *index)
{
    struct table *slots = &builder->tables[table];
    size_t count = index->slots != NULL ? index->mask + 1 : 0;

    slots->data = text_realloc(slots->data, count, sizeof(uint32_t));
    slots->count = count;
    slots->capacity = count;
    for (size_t i = 0; i < count; i++)
        ((uint32_t *)slots->data)[i] = index->slots[i].entry;
}

/* Counting sort of exports by name: postings of a name are adjacent, in the order of objects. */
static void store_postings(struct surface_builder *builder)
{
    struct table *names = &builder->tables[TABLE_NAMES];
    struct table *postings = &builder->tables[TABLE_POSTINGS];
    const struct surface_object *objects = (void *)builder->tables[TABLE_OBJECTS].data;
    const struct surface_export *exports = (void *)builder->tables[TABLE_EXPORTS].data;
    size_t count = builder->tables[TABLE_EXPORTS].count;
    _cleanup_free_ uint32_t *next = text_calloc(names->count + 2, sizeof(*next));
    struct surface_posting *rows;
    struct surface_name *name;

    for (size_t i = 0; i < count; i++)
        next[exports[i].name + 1]++;
    for (size_t i = 0; i < names->count; i++)
        next[i + 1] += next[i];
    surface_builder_row(builder, TABLE_NAMES, NULL); /* ends the postings of the last name */
    name = (struct surface_name *)names->data;
    for (size_t i = 0; i < names->count; i++)
        name[i].posting = next[i];
    name[names->count - 1].posting = (uint32_t)count;
    postings->data = text_realloc(postings->data, count, sizeof(*rows));
    postings->count = postings->capacity = count;
    rows = (struct surface_posting *)postings->data;
    for (uint32_t o = 0; o < builder->tables[TABLE_OBJECTS].count; o++)
        for (uint32_t e = 0; e < objects[o].export_count; e++) {
            uint32_t export = objects[o].export + e;

            rows[next[exports[export].name]++] = (struct surface_posting){o, export};
        }
}

static struct surface_header finish(struct surface_builder *builder)
{
    struct surface_header header = {.magic = SURFACE_MAGIC, .tables = TABLE_COUNT};
    uint64_t at = sizeof(header);

    store_slots(builder, TABLE_NAME_SLOTS, &builder->names);
    store_slots(builder, TABLE_PATH_SLOTS, &builder->paths);
    store_postings(builder);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        header.table[i].offset = at;
        header.table[i].count = builder->tables[i].count;
        at += (builder->tables[i].count * surface_widths[i] + 7) & ~UINT64_C(7);
    }
    header.size = at;
    return header;
}

typedef int put_function(void *to, const void *data, size_t length);

static int put_all(struct surface_builder *builder, const struct surface_header *header,
                   put_function *put, void *to)
{
    static const char zeros[8] = {0};
    int code = put(to, header, sizeof(*header));

    for (size_t i = 0; code == 0 && i < TABLE_COUNT; i++) {
        size_t length = builder->tables[i].count * surface_widths[i];

        if (length > 0)
            code = put(to, builder->tables[i].data, length);
        if (code == 0 && length % 8 != 0)
            code = put(to, zeros, 8 - length % 8);
    }
    return code;
}

static int put_file(void *to, const void *data, size_t length)
{
    const int *fd = to;
    const char *at = data;

    while (length > 0) {
        ssize_t put = write(*fd, at, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        at += put;
        length -= (size_t)put;
    }
    return 0;
}

static int put_digest(void *to, const void *data, size_t length)
{
    digest_add(to, data, length);
    return 0;
}

struct digesting {
    struct surface_builder *builder;
    const struct surface_header *header;
    char digest[DIGEST_TEXT_SIZE];
};

static void *find_digest(void *context)
{
    struct digesting *digesting = context;
    struct digest *digest = digest_new();

    put_all(digesting->builder, digesting->header, put_digest, digest);
    digest_text(digest, digesting->digest);
    digest_free(digest);
    return NULL;
}

/* Writes all, while a thread computes the digest: each takes about as long as the other. */
static int write_all(struct surface_builder *builder, int fd, char ret_digest[DIGEST_TEXT_SIZE])
{
    struct surface_header header = finish(builder);
    struct digesting digesting = {.builder = builder, .header = &header};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, find_digest, &digesting) == 0;
    int code = put_all(builder, &header, put_file, &fd);

    if (beside)
        pthread_join(thread, NULL);
    else
        find_digest(&digesting);
    memcpy(ret_digest, digesting.digest, sizeof(digesting.digest));
    return code;
}

int surface_builder_write(struct surface_builder *builder, const char *folder,
                          char ret_digest[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *temporary = text_format("%s/.new.XXXXXX", folder), *path = NULL;
    _cleanup_close_ int fd = -1;
    char digest[DIGEST_TEXT_SIZE];
    int code = path_make_folders(folder, false, err);

    if (code < 0)
        return code;
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write a surface below '%s'", folder);
    code = write_all(builder, fd, digest);
    path = text_format("%s/%s.surface", folder, digest);
    /* No fsync: a surface can be made again, and a file truncated by a power failure is rejected on
     * open. */
    if (code == 0 && (fchmod(fd, 0644) < 0 || rename(temporary, path) < 0))
        code = -errno;
    if (code < 0) {
        unlink(temporary);
        return error_set_errno(err, code, "cannot write '%s'", path);
    }
    memcpy(ret_digest, digest, sizeof(digest));
    return 0;
}

static int put_buffer(void *to, const void *data, size_t length)
{
    buffer_add(to, data, length);
    return 0;
}

int surface_builder_open(struct surface_builder *builder, const char *what,
                         struct surface **ret_surface, struct error **err)
{
    struct surface_header header = finish(builder);
    struct buffer data = {0};
    size_t size;

    put_all(builder, &header, put_buffer, &data);
    size = data.length;
    return surface_open_memory(buffer_steal(&data), size, what, ret_surface, err);
}
