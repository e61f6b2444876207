/* SPDX-License-Identifier: Apache-2.0 */
/* Text: growing buffers, lists of strings, checked numbers, and escaping of untrusted text. When
 * memory runs out, the process exits with 74: the death of a worker costs one attempt, and a run
 * can be resumed. */
#ifndef TS_BASE_TEXT_H
#define TS_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;

/* Reports that memory ran out on stderr and exits with code 74. */
void text_out_of_memory(void) __attribute__((noreturn));

/* strdup, strndup, asprintf, calloc, realloc-array that never return NULL. Caller frees. */
char *text_dup(const char *text); /* NULL gives NULL */
char *text_ndup(const char *text, size_t length);
char *text_vformat(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *text_calloc(size_t count, size_t size);
void *text_alloc(size_t size); /* not initialised: for what is written before it is read */
void *text_realloc(void *memory, size_t count, size_t size);

/* Frees *slot and sets it to a copy of text. */
void text_replace(char **slot, const char *text);

bool text_equal(const char *a, const char *b); /* NULL equals only NULL */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* Selects the singular or plural form: "%zu %s", n, text_plural(n, "cell", "cells"). */
const char *text_plural(uint64_t count, const char *one, const char *many);

/* True for [a-z0-9][a-z0-9._+-]* of at most 64 bytes: the form of every name that is used as a file
 * name. */
bool text_is_name(const char *text);

/* Parses a decimal (or 0x) number in [min, max]; the message of -EINVAL quotes the text, `what` and
 * the range. */
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
char *buffer_steal(struct buffer *buffer); /* never NULL; the buffer is empty afterwards */
void buffer_done(struct buffer *buffer);

/* Appends text escaped for a terminal or log: control bytes, invalid UTF-8 and bidirectional
 * controls as \xHH or \u{HHHH}; newline and tab are preserved with keep_lines. */
void buffer_printable(struct buffer *buffer, const char *data, size_t length, bool keep_lines);

/* Appends equivalent JSON text in which what buffer_printable would escape is written as \uXXXX. */
void buffer_json_printable(struct buffer *buffer, const char *json);

/* A list of owned strings. Zero-initialise; strv_done frees. */
struct strv {
    char **items;
    size_t count;
};
void strv_add(struct strv *list, const char *text);
void strv_take(struct strv *list, char *text); /* takes ownership of text */
bool strv_has(const struct strv *list, const char *text);
void strv_split(struct strv *list, const char *text,
                const char *separators);                    /* appends the non-empty parts */
void strv_copy(struct strv *list, const struct strv *from); /* appends */
void strv_sort(struct strv *list);
bool strv_sorted_has(const struct strv *list, const char *text);
char *strv_join(const struct strv *list, const char *separator); /* never NULL; caller frees */

/* The item with the smallest edit distance to the name, if that is small for its length; borrowed,
 * or NULL. */
const char *strv_closest(const struct strv *list, const char *name);
void strv_done(struct strv *list);

#define _cleanup_buffer_ _cleanup_(buffer_done)
#define _cleanup_strv_ _cleanup_(strv_done)

#endif
