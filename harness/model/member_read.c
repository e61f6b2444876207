/* SPDX-License-Identifier: Apache-2.0 */
/* Member tables: reads a struct from untrusted JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "model/member.h"

enum { SHOWN_BYTES = 255 };

/* The member being read, and the name of its object for messages. */
struct reading {
    const struct member *member;
    const json_t *from;
    const char *what, *key;
    const char
        *verb; /* the verb in messages: a member "is" wrong, a list "holds" the wrong value */
    struct error **err;
};

static int refuse(const struct reading *in, const char *value, const char *why)
{
    _cleanup_buffer_ struct buffer shown = {0};

    buffer_printable(&shown, value, strnlen(value, SHOWN_BYTES), false);
    return error_set(in->err, -EBADMSG, "%s: '%s' %s '%s', %s", in->what, in->key, in->verb,
                     shown.length > 0 ? shown.data : "", why);
}

static int read_text(const struct reading *in, const char **ret_text)
{
    const struct member *member = in->member;
    int code = json_get_string(in->from, in->what, in->key, ret_text, in->err);

    if (code < 0)
        return code;
    if (member->limit > 0 && strlen(*ret_text) > member->limit)
        return error_set(in->err, -EBADMSG, "%s: '%s' has %zu bytes, at most %zu are allowed",
                         in->what, in->key, strlen(*ret_text), member->limit);
    if (member->good != NULL && !member->good(*ret_text))
        return refuse(in, *ret_text, "which is not a name");
    return 0;
}

static int parse_word(const struct reading *in, const char *text, int *ret_word)
{
    _cleanup_buffer_ struct buffer known = {0};

    if (words_find(in->member->words, text, ret_word))
        return 0;
    for (int i = 0; i < in->member->words->count; i++)
        buffer_format(&known, "%s%s", i == 0 ? "not one of: " : ", ", in->member->words->names[i]);
    return refuse(in, text, known.data);
}

static int read_number(const struct reading *in, void *object)
{
    const struct member *member = in->member;
    const char *text = NULL;
    int64_t value = 0;
    char *end;
    int code;

    if (!(member->flags & MEMBER_HEX)) {
        code = json_get_integer(in->from, in->what, in->key, member->min, member->max, &value,
                                in->err);
    } else if ((code = json_get_string(in->from, in->what, in->key, &text, in->err)) == 0) {
        value = strtoll(text, &end, 16);
        if (strncmp(text, "0x", 2) != 0 || *end != '\0' || value < 0 || value > UINT32_MAX)
            code = refuse(in, text, "not a number like 0x1f");
    }
    if (code == 0)
        member_set_number(member, object, value);
    return code;
}

static int read_texts(const struct reading *in, json_t *array, struct strv *to)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));
        int word, code;

        if (text == NULL)
            return error_set(in->err, -EBADMSG, "%s: '%s' must hold strings", in->what, in->key);
        code = in->member->words != NULL ? parse_word(in, text, &word) : 0;
        if (code < 0)
            return code;
        strv_add(to, text);
    }
    return 0;
}

/* Reads one entry of an array of numbers or words. */
static int read_entry(const struct reading *in, const json_t *entry, uint32_t *ret_value)
{
    const char *text = json_string_value(entry);
    int word = 0, code = 0;

    if (in->member->kind == MEMBER_WORDS && text != NULL) {
        code = parse_word(in, text, &word);
        *ret_value = (uint32_t)word;
        return code;
    }
    if (in->member->kind == MEMBER_WORDS || !json_is_integer(entry) ||
        json_integer_value(entry) < 0 || json_integer_value(entry) > UINT32_MAX)
        return error_set(in->err, -EBADMSG, "%s: '%s' contains an invalid value", in->what,
                         in->key);
    *ret_value = (uint32_t)json_integer_value(entry);
    return 0;
}

static int read_row(const struct reading *in, const json_t *row, size_t place, void *to)
{
    _cleanup_free_ char *what = text_format("%s: %s %zu", in->what, in->key, place + 1);

    if (!json_is_object(row))
        return error_set(in->err, -EBADMSG, "%s: must be an object", what);
    return members_from_json(in->member->table, row, what, to, in->err);
}

static int read_list(struct reading *in, void *at)
{
    const struct member *member = in->member;
    json_t *array = NULL;
    int code = json_get_array(in->from, in->what, in->key,
                              member->limit > 0 ? member->limit : SIZE_MAX, &array, in->err);

    in->verb = "holds";
    if (code == 0 && member->kind == MEMBER_TEXTS)
        return read_texts(in, array, at);
    for (size_t i = 0; code == 0 && i < json_array_size(array); i++) {
        const json_t *entry = json_array_get(array, i);

        if (member->kind == MEMBER_ROWS)
            code = read_row(in, entry, i, member_list_add(at, member->table->size));
        else
            code = read_entry(in, entry, member_list_add(at, sizeof(uint32_t)));
    }
    return code;
}

static int read_object(const struct reading *in, const char *key, const json_t *from, void *at)
{
    _cleanup_free_ char *what = text_format("%s: %s", in->what, key);

    if (!json_is_object(from))
        return error_set(in->err, -EBADMSG, "%s: must be an object", what);
    return members_from_json(in->member->table, from, what, at, in->err);
}

static int read_keyed(const struct reading *in, char *at)
{
    json_t *from = json_object_get(in->from, in->key), *one;
    size_t size = in->member->table->size;
    const char *key;

    if (!json_is_object(from))
        return error_set(in->err, -EBADMSG, "%s: '%s' must be an object", in->what, in->key);
    json_object_foreach(from, key, one)
    {
        int word, code = parse_word(in, key, &word);

        if (code == 0)
            code = read_object(in, key, one, at + (size_t)word * size);
        if (code < 0)
            return code;
        *(bool *)(at + (size_t)word * size + in->member->given) = true;
    }
    return 0;
}

static int read_member(struct reading *in, void *object)
{
    const struct member *member = in->member;
    void *at = member_of(member, object);
    const char *text = NULL;
    int word = 0, code;
    bool yes = false;

    switch (member->kind) {
    case MEMBER_TEXT:
        code = read_text(in, &text);
        if (code == 0)
            text_replace(at, text);
        return code;
    case MEMBER_SPELT:
        code = read_text(in, &text);
        if (code == 0)
            member->set(object, text);
        return code;
    case MEMBER_DIGEST:
        code = read_text(in, &text);
        if (code == 0 && !digest_is_text(text))
            code = refuse(in, text, "which is not a name");
        if (code == 0)
            memcpy(at, text, DIGEST_TEXT_SIZE);
        return code;
    case MEMBER_BOOL:
        return json_get_bool(in->from, in->what, in->key, at, in->err);
    case MEMBER_ANSWER:
        code = json_get_bool(in->from, in->what, in->key, &yes, in->err);
        if (code == 0)
            member_set_number(member, object, yes ? ANSWER_YES : ANSWER_NO);
        return code;
    case MEMBER_NUMBER:
        return read_number(in, object);
    case MEMBER_WORD:
        code = json_get_string(in->from, in->what, in->key, &text, in->err);
        if (code == 0)
            code = parse_word(in, text, &word);
        if (code == 0)
            member_set_number(member, object, word);
        return code;
    case MEMBER_OBJECT:
        return read_object(in, in->key, json_object_get(in->from, in->key), at);
    case MEMBER_KEYED:
        return read_keyed(in, at);
    default:
        return read_list(in, at);
    }
}

int members_from_json(const struct members *table, const json_t *from, const char *what,
                      void *object, struct error **err)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct member *member = &table->rows[i];
        struct reading in = {member, from, what, member->json, "is", err};
        const char *slash = member->json != NULL ? strchr(member->json, '/') : NULL;
        const json_t *value;
        int code;

        if (member->json == NULL)
            continue;
        if (slash != NULL) {
            _cleanup_free_ char *outer = text_ndup(member->json, (size_t)(slash - member->json));

            in.from = json_object_get(from, outer);
            in.key = slash + 1;
        }
        value = json_object_get(in.from, in.key);
        if ((value == NULL && (member->flags & MEMBER_ABSENT)) ||
            (json_is_null(value) && (member->flags & MEMBER_NULL))) {
            if (json_is_null(value) && member->kind == MEMBER_NUMBER && member->min < 0)
                member_set_number(member, object, -1);
            continue;
        }
        code = read_member(&in, object);
        if (code < 0)
            return code;
    }
    return 0;
}
