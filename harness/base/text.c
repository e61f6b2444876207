/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, string lists and growing buffers. */
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/vec.h"

void text_out_of_memory(void)
{
    fputs("touchstone: out of memory; recorded results are preserved; 'touchstone resume' "
          "continues the run\n",
          stderr);
    _exit(74);
}

static void *must(void *memory)
{
    if (memory == NULL)
        text_out_of_memory();
    return memory;
}

char *text_dup(const char *text)
{
    return text != NULL ? must(strdup(text)) : NULL;
}

char *text_ndup(const char *text, size_t length)
{
    return must(strndup(text, length));
}

char *text_vformat(const char *format, va_list args)
{
    char *text;

    if (vasprintf(&text, format, args) < 0)
        text_out_of_memory();
    return text;
}

char *text_format(const char *format, ...)
{
    char *text;
    va_list args;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    return text;
}

void *text_calloc(size_t count, size_t size)
{
    return must(calloc(count > 0 ? count : 1, size));
}

void *text_alloc(size_t size)
{
    return must(malloc(size > 0 ? size : 1));
}

void *text_realloc(void *memory, size_t count, size_t size)
{
    return must(reallocarray(memory, count > 0 ? count : 1, size));
}

void text_replace(char **slot, const char *text)
{
    char *copy = text_dup(text);

    free(*slot);
    *slot = copy;
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);

    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

const char *text_plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

bool text_is_name(const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    if (length == 0 || length > 64)
        return false;
    if (!((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= '0' && text[0] <= '9')))
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._+-") == length;
}

int text_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max,
                   uint64_t *ret_value, struct error **err)
{
    unsigned long long value;
    char *end = NULL;

    if (text == NULL)
        text = "";
    errno = 0;
    value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < min || value > max)
        return error_set(err, -EINVAL, "%s '%s' is not a whole number from %llu to %llu", what,
                         text, (unsigned long long)min, (unsigned long long)max);
    *ret_value = value;
    return 0;
}

static void reserve(struct buffer *buffer, size_t extra)
{
    size_t wanted = buffer->length + extra + 1;

    if (wanted < buffer->length)
        text_out_of_memory();
    if (wanted <= buffer->capacity)
        return;
    if (wanted < buffer->capacity * 2)
        wanted = buffer->capacity * 2;
    buffer->data = text_realloc(buffer->data, wanted, 1);
    buffer->capacity = wanted;
}

void buffer_add(struct buffer *buffer, const void *data, size_t length)
{
    reserve(buffer, length);
    if (length > 0)
        memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, format);
    text = text_vformat(format, args);
    va_end(args);
    buffer_text(buffer, text);
    free(text);
}

char *buffer_steal(struct buffer *buffer)
{
    char *data;

    reserve(buffer, 0);
    buffer->data[buffer->length] = '\0';
    data = buffer->data;
    *buffer = (struct buffer){0};
    return data;
}

void buffer_done(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void strv_take(struct strv *list, char *text)
{
    if (VEC_FULL(list->count))
        list->items = text_realloc(list->items, list->count * 2, sizeof(*list->items));
    list->items[list->count++] = text;
}

void strv_add(struct strv *list, const char *text)
{
    strv_take(list, text_dup(text));
}

bool strv_has(const struct strv *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

void strv_split(struct strv *list, const char *text, const char *separators)
{
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, separators);

        if (length > 0)
            strv_take(list, text_ndup(text, length));
        text += length;
        if (*text != '\0')
            text++;
    }
}

void strv_copy(struct strv *list, const struct strv *from)
{
    for (size_t i = 0; i < from->count; i++)
        strv_add(list, from->items[i]);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), compare_strings);
}

bool strv_sorted_has(const struct strv *list, const char *text)
{
    return list->count > 0 &&
           bsearch(&text, list->items, list->count, sizeof(*list->items), compare_strings) != NULL;
}

char *strv_join(const struct strv *list, const char *separator)
{
    struct buffer out = {0};

    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buffer_text(&out, separator);
        buffer_text(&out, list->items[i]);
    }
    return buffer_steal(&out);
}

void strv_done(struct strv *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct strv){0};
}
