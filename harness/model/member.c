/* SPDX-License-Identifier: Apache-2.0 */
/* Member tables: freeing and writing. member_read.c reads. */
#include "model/member.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "base/vec.h"

void *member_of(const struct member *member, const void *object)
{
    return (char *)object + member->offset;
}

/* Signed according to its bounds: a row with `min` below 0 has a signed type. */
int64_t member_number(const struct member *member, const void *object)
{
    const void *at = member_of(member, object);
    uint64_t wide = 0;
    uint32_t half = 0;

    if (member->size == sizeof(wide)) {
        memcpy(&wide, at, sizeof(wide));
        return (int64_t)wide;
    }
    memcpy(&half, at, sizeof(half));
    return member->min < 0 ? (int32_t)half : (int64_t)half;
}

void member_set_number(const struct member *member, void *object, int64_t value)
{
    uint32_t half = (uint32_t)value;

    if (member->size == sizeof(value))
        memcpy(member_of(member, object), &value, sizeof(value));
    else
        memcpy(member_of(member, object), &half, sizeof(half));
}

void *member_list_add(struct member_list *list, size_t size)
{
    char *row;

    if (VEC_FULL(list->count))
        list->items = text_realloc(list->items, list->count * 2, size);
    row = list->items + list->count++ * size;
    memset(row, 0, size);
    return row;
}

static void list_done(const struct member *member, struct member_list *list)
{
    for (size_t i = 0; member->table != NULL && i < list->count; i++)
        members_done(member->table, list->items + i * member->table->size);
    free(list->items);
}

static void member_done(const struct member *member, void *object)
{
    void *at = member_of(member, object);

    switch (member->kind) {
    case MEMBER_TEXT:
        free(*(char **)at);
        break;
    case MEMBER_TEXTS:
        strv_done(at);
        break;
    case MEMBER_OBJECT:
        members_done(member->table, at);
        break;
    case MEMBER_NUMBERS:
    case MEMBER_WORDS:
    case MEMBER_ROWS:
        list_done(member, at);
        break;
    case MEMBER_KEYED:
        for (int i = 0; i < member->words->count; i++)
            members_done(member->table, (char *)at + (size_t)i * member->table->size);
        break;
    case MEMBER_SPELT:
    case MEMBER_DIGEST:
    case MEMBER_BOOL:
    case MEMBER_ANSWER:
    case MEMBER_NUMBER:
    case MEMBER_WORD:
        break;
    }
}

void members_done(const struct members *table, void *object)
{
    for (size_t i = 0; i < table->count; i++)
        member_done(&table->rows[i], object);
    memset(object, 0, table->size);
}

static json_t *number_to_json(const struct member *member, const void *object)
{
    int64_t value = member_number(member, object);
    char hex[sizeof("0x00000000")];

    if ((member->flags & MEMBER_NULL) && (member->min < 0 ? value < 0 : value == 0))
        return json_null();
    if (member->flags & MEMBER_HEX) {
        snprintf(hex, sizeof(hex), "0x%08" PRIx32, (uint32_t)value);
        return json_string(hex);
    }
    /* 0 stands for a default; the default's value is written instead. */
    return json_integer(value < member->min ? member->min : value);
}

static json_t *list_to_json(const struct member *member, const struct member_list *list)
{
    json_t *array = json_array();

    for (size_t i = 0; i < list->count; i++) {
        const uint32_t *number = (const void *)(list->items + i * sizeof(*number));
        json_t *row;

        if (member->kind == MEMBER_NUMBERS)
            row = json_integer(*number);
        else if (member->kind == MEMBER_WORDS)
            row = json_string(member->words->names[*number]);
        else {
            row = json_object();
            members_to_json(member->table, list->items + i * member->table->size, row);
        }
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *texts_to_json(const struct strv *texts)
{
    json_t *array = json_array();

    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(array, json_from_text(texts->items[i]));
    return array;
}

static json_t *keyed_to_json(const struct member *member, const char *at)
{
    json_t *to = json_object();

    for (int i = 0; i < member->words->count; i++, at += member->table->size) {
        json_t *one;

        if (!*(const bool *)(at + member->given))
            continue;
        one = json_object();
        members_to_json(member->table, at, one);
        json_object_set_new(to, member->words->names[i], one);
    }
    return to;
}

/* True for a struct in which a required member is missing; it is written as null. */
static bool is_empty(const struct members *table, const void *object)
{
    const struct member *first = &table->rows[0];

    return first->kind == MEMBER_TEXT && *(char *const *)member_of(first, object) == NULL;
}

static json_t *object_to_json(const struct member *member, const void *at)
{
    json_t *to;

    if ((member->flags & MEMBER_NULL) && is_empty(member->table, at))
        return json_null();
    to = json_object();
    members_to_json(member->table, at, to);
    return to;
}

static json_t *member_to_json(const struct member *member, const void *object)
{
    const void *at = member_of(member, object);

    switch (member->kind) {
    case MEMBER_TEXT:
        return json_from_text(*(char *const *)at);
    case MEMBER_SPELT:
        return json_from_text(member->spell(object));
    case MEMBER_DIGEST:
        return json_from_text(at);
    case MEMBER_TEXTS:
        return texts_to_json(at);
    case MEMBER_BOOL:
        return json_boolean(*(const bool *)at);
    case MEMBER_ANSWER:
        return json_boolean(member_number(member, object) == ANSWER_YES);
    case MEMBER_NUMBER:
        return number_to_json(member, object);
    case MEMBER_WORD:
        return json_string(member->words->names[member_number(member, object)]);
    case MEMBER_OBJECT:
        return object_to_json(member, at);
    case MEMBER_KEYED:
        return keyed_to_json(member, at);
    default:
        return list_to_json(member, at);
    }
}

static bool is_default(const struct member *member, const void *object)
{
    const void *at = member_of(member, object);

    switch (member->kind) {
    case MEMBER_TEXT:
        return *(char *const *)at == NULL;
    case MEMBER_DIGEST:
        return *(const char *)at == '\0';
    case MEMBER_BOOL:
        return !*(const bool *)at;
    case MEMBER_ANSWER:
    case MEMBER_NUMBER:
    case MEMBER_WORD:
        return member_number(member, object) == 0;
    default:
        return ((const struct member_list *)at)->count == 0;
    }
}

/* Returns the object that contains the key, creating it if necessary; *ret_key: last part of the
 * path. */
static json_t *place_of(json_t *to, const char *path, const char **ret_key)
{
    const char *slash = strchr(path, '/');
    char *name;
    json_t *inner;

    *ret_key = slash != NULL ? slash + 1 : path;
    if (slash == NULL)
        return to;
    name = text_ndup(path, (size_t)(slash - path));
    inner = json_object_get(to, name);
    if (!json_is_object(inner)) {
        inner = json_object();
        json_object_set_new(to, name, inner);
    }
    free(name);
    return inner;
}

void members_to_json(const struct members *table, const void *object, json_t *to)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct member *member = &table->rows[i];
        const char *key;
        json_t *place;

        if (member->json == NULL || ((member->flags & MEMBER_OMIT) && is_default(member, object)))
            continue;
        place = place_of(to, member->json, &key);
        if (json_object_set_new(place, key, member_to_json(member, object)) < 0)
            text_out_of_memory();
    }
}
