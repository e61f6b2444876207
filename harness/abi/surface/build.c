/* SPDX-License-Identifier: Apache-2.0 */
/* The growing tables of a surface, and their serialisation to one file. */
#include "abi/surface/build.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/surface/file.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "base/text_map.h"

struct table {
    uint8_t *data;
    size_t count, capacity;
};

/* Slots contain 1 + the entry's number; the hash is stored beside it, so that probing rarely
 * compares text. */
struct index {
    struct index_slot {
        uint32_t entry, hash;
    } * slots;
    size_t mask, count;
};

struct surface_builder {
    struct table tables[TABLE_COUNT];
    struct index strings, names, paths;
};

static void grow(struct table *table, size_t width, size_t extra)
{
    if (table->count + extra <= table->capacity)
        return;
    table->capacity = (table->capacity + extra) * 2 + 64;
    table->data = text_realloc(table->data, table->capacity, width);
}

struct surface_builder *surface_builder_new(void)
{
    struct surface_builder *builder = text_calloc(1, sizeof(*builder));

    grow(&builder->tables[TABLE_STRINGS], 1, 1);
    builder->tables[TABLE_STRINGS].data[0] = '\0';
    builder->tables[TABLE_STRINGS].count = 1;
    return builder;
}

void surface_builder_free(struct surface_builder *builder)
{
    if (builder == NULL)
        return;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        free(builder->tables[i].data);
    free(builder->strings.slots);
    free(builder->names.slots);
    free(builder->paths.slots);
    free(builder);
}

void *surface_builder_row(struct surface_builder *builder, enum surface_table which,
                          uint32_t *ret_index)
{
    struct table *table = &builder->tables[which];
    size_t width = surface_widths[which];
    void *row;

    if (table->count >= UINT32_MAX - 1)
        text_out_of_memory();
    grow(table, width, 1);
    row = table->data + table->count * width;
    memset(row, 0, width);
    if (ret_index != NULL)
        *ret_index = (uint32_t)table->count;
    table->count++;
    return row;
}

void *surface_builder_at(struct surface_builder *builder, enum surface_table which, uint32_t index)
{
    return builder->tables[which].data + index * surface_widths[which];
}

uint64_t surface_builder_count(const struct surface_builder *builder, enum surface_table table)
{
    return builder->tables[table].count;
}

static void index_grow(struct index *index)
{
    struct index bigger = {.mask = index->slots == NULL ? 4095 : index->mask * 2 + 1,
                           .count = index->count};

    bigger.slots = text_calloc(bigger.mask + 1, sizeof(*bigger.slots));
    for (size_t i = 0; index->slots != NULL && i <= index->mask; i++) {
        size_t at = index->slots[i].hash & bigger.mask;

        if (index->slots[i].entry == 0)
            continue;
        while (bigger.slots[at].entry != 0)
            at = (at + 1) & bigger.mask;
        bigger.slots[at] = index->slots[i];
    }
    free(index->slots);
    *index = bigger;
}

static uint32_t append_text(struct surface_builder *builder, const char *text, size_t length)
{
    struct table *table = &builder->tables[TABLE_STRINGS];
    uint32_t offset = (uint32_t)table->count;

    if (table->count + length + 1 > UINT32_MAX)
        text_out_of_memory();
    grow(table, 1, length + 1);
    memcpy(table->data + offset, text, length);
    table->data[offset + length] = '\0';
    table->count += length + 1;
    return offset;
}

uint32_t surface_builder_string_n(struct surface_builder *builder, const char *text, size_t length)
{
    struct index *index = &builder->strings;
    uint32_t hash;
    size_t at;

    if (length == 0)
        return 0;
    if (index->count * 2 >= index->mask)
        index_grow(index);
    hash = text_hash(text, length);
    for (at = hash & index->mask; index->slots[at].entry != 0; at = (at + 1) & index->mask) {
        const char *there =
            (const char *)builder->tables[TABLE_STRINGS].data + index->slots[at].entry - 1;

        if (index->slots[at].hash == hash && strncmp(there, text, length) == 0 &&
            there[length] == '\0')
            return index->slots[at].entry - 1;
    }
    index->count++;
    index->slots[at].hash = hash;
    index->slots[at].entry = append_text(builder, text, length) + 1;
    return index->slots[at].entry - 1;
}

uint32_t surface_builder_string(struct surface_builder *builder, const char *text)
{
    return text != NULL ? surface_builder_string_n(builder, text, strlen(text)) : 0;
}

uint32_t surface_builder_expect_name(struct surface_builder *builder, const char *text,
                                     size_t length)
{
    uint32_t hash = text_hash(text, length);

    if (builder->names.slots != NULL)
        __builtin_prefetch(&builder->names.slots[hash & builder->names.mask]);
    return hash;
}

uint32_t surface_builder_name(struct surface_builder *builder, const char *text, size_t length)
{
    return surface_builder_hashed_name(builder, text, length, text_hash(text, length));
}

uint32_t surface_builder_hashed_name(struct surface_builder *builder, const char *text,
                                     size_t length, uint32_t hash)
{
    struct index *index = &builder->names;
    struct surface_name *name;
    uint32_t id;
    size_t at;

    if (index->count * 2 >= index->mask)
        index_grow(index);
    for (at = hash & index->mask; index->slots[at].entry != 0; at = (at + 1) & index->mask) {
        const struct surface_name *there =
            surface_builder_at(builder, TABLE_NAMES, index->slots[at].entry - 1);
        const char *other = (const char *)builder->tables[TABLE_STRINGS].data + there->text;

        if (index->slots[at].hash == hash && strncmp(other, text, length) == 0 &&
            other[length] == '\0')
            return index->slots[at].entry - 1;
    }
    name = surface_builder_row(builder, TABLE_NAMES, &id);
    name->hash = hash;
    name->text = append_text(builder, text, length);
    index->count++;
    index->slots[at] = (struct index_slot){id + 1, hash};
    return id;
}

uint32_t surface_builder_find_path(const struct surface_builder *builder, const char *path,
                                   size_t length)
{
    const struct index *index = &builder->paths;
    uint32_t hash = text_hash(path, length);

    if (index->slots == NULL)
        return SURFACE_NONE;
    for (size_t at = hash & index->mask; index->slots[at].entry != 0; at = (at + 1) & index->mask) {
        const struct surface_path *row =
            (const struct surface_path *)builder->tables[TABLE_PATHS].data +
            index->slots[at].entry - 1;
        const char *there = (const char *)builder->tables[TABLE_STRINGS].data + row->path;

        if (index->slots[at].hash == hash && strncmp(there, path, length) == 0 &&
            there[length] == '\0')
            return index->slots[at].entry - 1;
    }
    return SURFACE_NONE;
}

uint32_t surface_builder_path(struct surface_builder *builder, const char *path,
                              enum surface_path_kind kind, uint32_t value)
{
    struct index *index = &builder->paths;
    size_t length = strlen(path), at;
    struct surface_path *row;
    uint32_t hash, id;

    if (surface_builder_find_path(builder, path, length) != SURFACE_NONE)
        return SURFACE_NONE;
    if (index->count * 2 >= index->mask)
        index_grow(index);
    row = surface_builder_row(builder, TABLE_PATHS, &id);
    row->path = append_text(builder, path, length);
    row->kind = kind;
    row->value = value;
    hash = text_hash(path, length);
    for (at = hash & index->mask; index->slots[at].entry != 0;)
        at = (at + 1) & index->mask;
    index->count++;
    index->slots[at] = (struct index_slot){id + 1, hash};
    return id;
}

void surface_builder_meta(struct surface_builder *builder, const char *key, const char *value)
{
    struct surface_meta row = {surface_builder_string(builder, key),
                               surface_builder_string(builder, value)};

    *(struct surface_meta *)surface_builder_row(builder, TABLE_META, NULL) = row;
}

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

static int put_all(struct surface_builder *builder, put_function *put, void *to)
{
    static const char zeros[8] = {0};
    struct surface_header header = finish(builder);
    int code = put(to, &header, sizeof(header));

    for (size_t i = 0; code == 0 && i < TABLE_COUNT; i++) {
        size_t length = builder->tables[i].count * surface_widths[i];

        code = put(to, builder->tables[i].data, length);
        if (code == 0 && length % 8 != 0)
            code = put(to, zeros, 8 - length % 8);
    }
    return code;
}

struct file_put {
    int fd;
    struct digest *digest;
};

static int put_file(void *to, const void *data, size_t length)
{
    struct file_put *file = to;
    const char *at = data;

    if (length > 0)
        digest_add(file->digest, data, length);
    while (length > 0) {
        ssize_t put = write(file->fd, at, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        at += put;
        length -= (size_t)put;
    }
    return 0;
}

int surface_builder_write(struct surface_builder *builder, const char *folder,
                          char ret_digest[DIGEST_TEXT_SIZE], struct error **err)
{
    _cleanup_free_ char *temporary = text_format("%s/.new.XXXXXX", folder), *path = NULL;
    _cleanup_close_ int fd = -1;
    struct file_put to;
    char digest[DIGEST_TEXT_SIZE];
    int code = path_make_folders(folder, false, err);

    if (code < 0)
        return code;
    to.fd = fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, -errno, "cannot write a surface below '%s'", folder);
    to.digest = digest_new();
    code = put_all(builder, put_file, &to);
    digest_text(to.digest, digest);
    digest_free(to.digest);
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
    struct buffer data = {0};
    size_t size;

    put_all(builder, put_buffer, &data);
    size = data.length;
    return surface_open_memory(buffer_steal(&data), size, what, ret_surface, err);
}
