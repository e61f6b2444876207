/* SPDX-License-Identifier: Apache-2.0 */
/* A streaming JSON writer: memory use does not depend on the size of the document. The output is
 * that of jansson with JSON_INDENT(2), with characters that are unsafe on a terminal escaped
 * (buffer_json_printable). */
#ifndef TS_BASE_JSON_WRITE_H
#define TS_BASE_JSON_WRITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Receives the text written so far. */
typedef void json_sink(void *to, const char *text, size_t length);

enum { JSON_WRITE_DEPTH = 16 };

/* Set `sink` and `to`, zero the rest. Without a sink the whole text stays in `text`. Free with
 * json_writer_done. */
struct json_writer {
    json_sink *sink;
    void *to;
    struct buffer text;
    unsigned depth;
    char closing[JSON_WRITE_DEPTH];
    bool any; /* the open object or array already has a member */
};
void json_writer_done(struct json_writer *writer);

/* Begins an object or an array, which json_write_end ends. key: NULL at the root and in an array,
 * here and below. */
void json_write_object(struct json_writer *writer, const char *key);
void json_write_array(struct json_writer *writer, const char *key);

/* Ends the innermost object or array; the end of the root adds a newline and passes all text to the
 * sink. */
void json_write_end(struct json_writer *writer);

/* Converts text like json_from_text: NULL is written as null. */
void json_write_text(struct json_writer *writer, const char *key, const char *text);
void json_write_integer(struct json_writer *writer, const char *key, int64_t value);
void json_write_bool(struct json_writer *writer, const char *key, bool value);
void json_write_null(struct json_writer *writer, const char *key);

/* Writes an existing value; or writes the members of an existing object into the open one. */
void json_write_value(struct json_writer *writer, const char *key, const json_t *value);
void json_write_members(struct json_writer *writer, const json_t *object);

/* Writes the member "format" (json_with_format), which is the first of every document. */
void json_write_format(struct json_writer *writer, const char *name, int version);

#endif
