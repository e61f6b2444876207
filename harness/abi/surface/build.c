/* SPDX-License-Identifier: Apache-2.0 */
/* The growing tables of a surface. */
#include "abi/surface/build.h"

#include <string.h>

#include "abi/surface/build_parts.h"
#include "base/text.h"
#include "base/text_map.h"

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

static bool has_text(const struct surface_builder *builder, uint32_t offset, const char *text,
                     size_t length)
{
    const struct table *strings = &builder->tables[TABLE_STRINGS];
    const char *there = (const char *)strings->data + offset;

    return length < strings->count - offset && memcmp(there, text, length) == 0 &&
           there[length] == '\0';
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
    for (at = hash & index->mask; index->slots[at].entry != 0; at = (at + 1) & index->mask)
        if (index->slots[at].hash == hash &&
            has_text(builder, index->slots[at].entry - 1, text, length))
            return index->slots[at].entry - 1;
    index->count++;
    index->slots[at].hash = hash;
    index->slots[at].entry = append_text(builder, text, length) + 1;
    return index->slots[at].entry - 1;
}

uint32_t surface_builder_string(struct surface_builder *builder, const char *text)
{
    return text != NULL ? surface_builder_string_n(builder, text, strlen(text)) : 0;
}

static const struct surface_name *name_at(const struct surface_builder *builder, uint32_t id)
{
    return (const struct surface_name *)builder->tables[TABLE_NAMES].data + id;
}

static uint32_t name_id(struct surface_builder *builder, const struct surface_naming *naming)
{
    struct index *index = &builder->names;
    struct surface_name *name;
    uint32_t id;
    size_t at;

    for (at = naming->hash & index->mask; index->slots[at].entry != 0; at = (at + 1) & index->mask)
        if (index->slots[at].hash == naming->hash &&
            has_text(builder, name_at(builder, index->slots[at].entry - 1)->text, naming->text,
                     naming->length))
            return index->slots[at].entry - 1;
    name = surface_builder_row(builder, TABLE_NAMES, &id);
    name->hash = naming->hash;
    name->text = append_text(builder, naming->text, naming->length);
    index->count++;
    index->slots[at] = (struct index_slot){id + 1, naming->hash};
    return id;
}

/* The name that is in the first slot of a hash, or NULL. */
static const struct surface_name *first_name(const struct surface_builder *builder, uint32_t hash)
{
    const struct index_slot *slot = &builder->names.slots[hash & builder->names.mask];

    return slot->entry != 0 && slot->hash == hash ? name_at(builder, slot->entry - 1) : NULL;
}

void surface_builder_names(struct surface_builder *builder, struct surface_naming *names,
                           size_t count)
{
    struct index *index = &builder->names;
    const struct surface_name *first;

    while ((index->count + count) * 2 >= index->mask)
        index_grow(index);
    for (size_t i = 0; i < count; i++) {
        names[i].hash = text_hash(names[i].text, names[i].length);
        __builtin_prefetch(&index->slots[names[i].hash & index->mask]);
    }
    for (size_t i = 0; i < count; i++)
        if ((first = first_name(builder, names[i].hash)) != NULL)
            __builtin_prefetch(first);
    for (size_t i = 0; i < count; i++)
        if ((first = first_name(builder, names[i].hash)) != NULL)
            __builtin_prefetch(builder->tables[TABLE_STRINGS].data + first->text);
    for (size_t i = 0; i < count; i++)
        names[i].id = name_id(builder, &names[i]);
}

uint32_t surface_builder_name(struct surface_builder *builder, const char *text, size_t length)
{
    struct surface_naming naming = {.text = text, .length = length};

    surface_builder_names(builder, &naming, 1);
    return naming.id;
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

        if (index->slots[at].hash == hash && has_text(builder, row->path, path, length))
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
