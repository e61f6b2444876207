/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON member by member. */
#include "base/json_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

enum { CHUNK = 64 << 10 }; /* bytes collected before the sink is called */

static void flush(struct json_writer *writer)
{
    if (writer->sink == NULL || writer->text.length == 0)
        return;
    writer->sink(writer->to, writer->text.data, writer->text.length);
    writer->text.length = 0;
}

void json_writer_done(struct json_writer *writer)
{
    buffer_done(&writer->text);
}

static void add_line(struct json_writer *writer)
{
    static const char spaces[] = "\n                                ";

    _Static_assert(sizeof(spaces) > 2 * JSON_WRITE_DEPTH + 1, "an indentation for every depth");
    buffer_add(&writer->text, spaces, 1 + 2 * writer->depth);
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e || *text == '"' || *text == '\\')
            return false;
    return true;
}

/* The lines of the value are indented relative to its own position. */
static void add_dumped(struct json_writer *writer, const json_t *value)
{
    _cleanup_free_ char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
    _cleanup_buffer_ struct buffer shown = {0};

    if (text == NULL)
        text_out_of_memory();
    buffer_json_printable(&shown, text);
    for (const char *at = shown.data; *at != '\0';) {
        size_t length = strcspn(at, "\n");

        buffer_add(&writer->text, at, length);
        at += length;
        if (*at == '\n') {
            add_line(writer);
            at++;
        }
    }
}

static void add_string(struct json_writer *writer, const char *text)
{
    _cleanup_json_ json_t *string = NULL;

    if (is_plain(text)) {
        buffer_add(&writer->text, "\"", 1);
        buffer_text(&writer->text, text);
        buffer_add(&writer->text, "\"", 1);
        return;
    }
    string = json_from_text(text);
    add_dumped(writer, string);
}

/* Writes separator, indentation and key before a value. */
static void begin(struct json_writer *writer, const char *key)
{
    if (writer->text.length > CHUNK)
        flush(writer);
    if (writer->depth > 0) {
        if (writer->any)
            buffer_add(&writer->text, ",", 1);
        add_line(writer);
    }
    writer->any = true;
    if (key == NULL)
        return;
    add_string(writer, key);
    buffer_add(&writer->text, ": ", 2);
}

static void open(struct json_writer *writer, const char *key, const char *opening, char closing)
{
    begin(writer, key);
    buffer_add(&writer->text, opening, 1);
    if (writer->depth == JSON_WRITE_DEPTH)
        abort();
    writer->closing[writer->depth++] = closing;
    writer->any = false;
}

void json_write_object(struct json_writer *writer, const char *key)
{
    open(writer, key, "{", '}');
}

void json_write_array(struct json_writer *writer, const char *key)
{
    open(writer, key, "[", ']');
}

void json_write_end(struct json_writer *writer)
{
    writer->depth--;
    if (writer->any)
        add_line(writer);
    buffer_add(&writer->text, &writer->closing[writer->depth], 1);
    writer->any = true;
    if (writer->depth > 0)
        return;
    buffer_add(&writer->text, "\n", 1);
    flush(writer);
}

void json_write_text(struct json_writer *writer, const char *key, const char *text)
{
    if (text == NULL) {
        json_write_null(writer, key);
        return;
    }
    begin(writer, key);
    add_string(writer, text);
}

void json_write_integer(struct json_writer *writer, const char *key, int64_t value)
{
    char digits[24], *at = digits + sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        *--at = '-';
    begin(writer, key);
    buffer_add(&writer->text, at, (size_t)(digits + sizeof(digits) - at));
}

void json_write_bool(struct json_writer *writer, const char *key, bool value)
{
    begin(writer, key);
    buffer_text(&writer->text, value ? "true" : "false");
}

void json_write_null(struct json_writer *writer, const char *key)
{
    begin(writer, key);
    buffer_text(&writer->text, "null");
}

void json_write_value(struct json_writer *writer, const char *key, const json_t *value)
{
    begin(writer, key);
    add_dumped(writer, value);
}

void json_write_members(struct json_writer *writer, const json_t *object)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value) json_write_value(writer, key, value);
}

void json_write_format(struct json_writer *writer, const char *name, int version)
{
    json_write_object(writer, "format");
    json_write_text(writer, "name", name);
    json_write_integer(writer, "version", version);
    json_write_end(writer);
}
