/* SPDX-License-Identifier: Apache-2.0 */
/* Builds JSON values whose memory cannot run out silently. */
#include "reports/json_build.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/text.h"

void json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        text_out_of_memory();
}

void json_put_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        json_put(object, key, json_from_text(text));
}

void json_put_integer(json_t *object, const char *key, int64_t value)
{
    json_put(object, key, json_integer(value));
}

void json_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) < 0)
        text_out_of_memory();
}

void json_build_line(const json_t *value, FILE *out)
{
    _cleanup_free_ char *text = json_dumps(value, JSON_COMPACT);
    _cleanup_buffer_ struct buffer shown = {0};

    if (text == NULL)
        text_out_of_memory();
    buffer_json_printable(&shown, text);
    fwrite(shown.data, 1, shown.length, out);
    fputc('\n', out);
}

void json_build_write(void *to, const char *text, size_t length)
{
    fwrite(text, 1, length, to);
}
