/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON written as it is made, so that a document of any length takes no memory of its own. The
 * bytes are those that jansson writes with JSON_INDENT(2), made safe for a terminal
 * (buffer_json_printable).
 */
#ifndef TS_BASE_JSON_WRITE_H
#define TS_BASE_JSON_WRITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Takes what was written so far. */
typedef void json_sink(void *to, const char *text, size_t length);

enum { JSON_WRITE_DEPTH = 16 };

/* Set sink and to, zero the rest. Without a sink all of it stays in text. End with
 * json_writer_done. */
struct json_writer {
    json_sink *sink;
    void *to;
    struct buffer text;
    unsigned depth;
    char closing[JSON_WRITE_DEPTH];
    bool any; /* something stands before in the object or array that is open */
};
void json_writer_done(struct json_writer *writer);

/* An object or an array; what comes before json_write_end is in it. key: NULL at the root and in an
 * array, here and below. */
void json_write_object(struct json_writer *writer, const char *key);
void json_write_array(struct json_writer *writer, const char *key);

/* The end of the last that was begun; with that of the root comes a newline, and all is given to
 * the sink. */
void json_write_end(struct json_writer *writer);

/* As json_from_text takes it: NULL is null. */
void json_write_text(struct json_writer *writer, const char *key, const char *text);
void json_write_integer(struct json_writer *writer, const char *key, int64_t value);
void json_write_bool(struct json_writer *writer, const char *key, bool value);
void json_write_null(struct json_writer *writer, const char *key);

/* A value that was made already; and the members of such an object, in the open one. */
void json_write_value(struct json_writer *writer, const char *key, const json_t *value);
void json_write_members(struct json_writer *writer, const json_t *object);

/* The member "format" (json_with_format), the first of every document. */
void json_write_format(struct json_writer *writer, const char *name, int version);

#endif
