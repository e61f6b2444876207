/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text: growing buffers, lists of strings, checked numbers, and escaping of what came from outside.
 * Memory that cannot be had ends the process with 74: a worker's death costs one attempt, and a run
 * resumes.
 */
#ifndef TS_BASE_TEXT_H
#define TS_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* Says so on stderr and ends the process with exit code 74. */
void text_out_of_memory(void) __attribute__((noreturn));

/* strdup, strndup, asprintf, calloc, realloc-array that never return NULL. Caller frees. */
char *text_dup(const char *text); /* NULL gives NULL */
char *text_ndup(const char *text, size_t length);
char *text_vformat(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *text_calloc(size_t count, size_t size);
void *text_realloc(void *memory, size_t count, size_t size);

/* Frees *slot and puts a copy of text there. */
void text_replace(char **slot, const char *text);

bool text_equal(const char *a, const char *b); /* NULL equals NULL only */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* One or many, by the count: "%zu %s", n, text_plural(n, "cell", "cells"). */
const char *text_plural(uint64_t count, const char *one, const char *many);

/* True for [a-z0-9][a-z0-9._+-]*, at most 64 bytes: the form of every name that becomes a path. */
bool text_is_name(const char *text);

/* A whole decimal (or 0x) number in [min, max]; -EINVAL quotes the text, says what and the range.
 */
int text_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max,
                   uint64_t *ret_value, struct error **err);

/* A growing, always NUL-terminated buffer. Zero-initialise; buffer_done frees. */
struct buffer {
    char *data; /* NULL while empty */
    size_t length;
    size_t capacity;
};
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *buffer_steal(struct buffer *buffer); /* never NULL; leaves the buffer empty */
void buffer_done(struct buffer *buffer);

/* Appends text for a terminal or a log: control bytes, bad UTF-8 and bidi controls as \xHH or
 * \u{HHHH}; newline and tab stay when keep_lines. */
void buffer_printable(struct buffer *buffer, const char *data, size_t length, bool keep_lines);

/* Appends JSON text that means the same, with what buffer_printable would escape as \uXXXX. */
void buffer_json_printable(struct buffer *buffer, const char *json);

/* A list of owned strings. Zero-initialise; strv_done frees. */
struct strv {
    char **items;
    size_t count;
};
void strv_add(struct strv *list, const char *text);
void strv_take(struct strv *list, char *text); /* takes ownership */
bool strv_has(const struct strv *list, const char *text);
void strv_split(struct strv *list, const char *text,
                const char *separators);                    /* appends, no empties */
void strv_copy(struct strv *list, const struct strv *from); /* appends */
void strv_sort(struct strv *list);
char *strv_join(const struct strv *list, const char *separator); /* never NULL; caller frees */

/* The item with the fewest edits to the name, when they are few for its length; borrowed, or NULL.
 */
const char *strv_closest(const struct strv *list, const char *name);
void strv_done(struct strv *list);

#define _cleanup_buffer_ _cleanup_(buffer_done)
#define _cleanup_strv_ _cleanup_(strv_done)

#endif
