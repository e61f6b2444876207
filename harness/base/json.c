/* SPDX-License-Identifier: Apache-2.0 */
/* Checked access to JSON documents. */
#include "base/json.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

int json_parse(const char *text, size_t length, const char *what, json_t **ret_json,
               struct error **err)
{
    json_error_t problem;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);

    if (json == NULL)
        return error_set(err, -EBADMSG, "%s:%d: invalid JSON: %s", what, problem.line,
                         problem.text);
    *ret_json = json;
    return 0;
}

int json_read_file(const char *path, size_t limit, json_t **ret_json, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    int code = path_read(path, limit, &data, err);

    return code < 0 ? code : json_parse(data.data, data.length, path, ret_json, err);
}

int json_write_file(const json_t *json, const char *path, struct error **err)
{
    _cleanup_buffer_ struct buffer out = {0};
    _cleanup_free_ char *text = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));

    if (text == NULL)
        text_out_of_memory();
    buffer_text(&out, text);
    buffer_text(&out, "\n");
    return path_write_atomic(path, out.data, out.length, err);
}

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {"an object", "an array", "a string", "an integer",
                                        "a real",    "true",     "false",    "null"};

    return value == NULL ? "nothing" : names[json_typeof(value)];
}

static int wrong(const json_t *value, const char *what, const char *key, const char *wanted,
                 struct error **err)
{
    return error_set(err, -EBADMSG, "%s: '%s' must be %s, found %s", what, key, wanted,
                     type_name(value));
}

int json_get_string(const json_t *object, const char *what, const char *key, const char **ret_text,
                    struct error **err)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value))
        return wrong(value, what, key, "a string", err);
    *ret_text = json_string_value(value);
    return 0;
}

int json_get_integer(const json_t *object, const char *what, const char *key, int64_t min,
                     int64_t max, int64_t *ret_value, struct error **err)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value))
        return wrong(value, what, key, "an integer", err);
    if (json_integer_value(value) < min || json_integer_value(value) > max)
        return error_set(err, -EBADMSG, "%s: '%s' is %lld, expected %lld to %lld", what, key,
                         (long long)json_integer_value(value), (long long)min, (long long)max);
    *ret_value = json_integer_value(value);
    return 0;
}

int json_get_bool(const json_t *object, const char *what, const char *key, bool *ret_value,
                  struct error **err)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_boolean(value))
        return wrong(value, what, key, "true or false", err);
    *ret_value = json_is_true(value);
    return 0;
}

int json_get_array(const json_t *object, const char *what, const char *key, size_t limit,
                   json_t **ret_array, struct error **err)
{
    json_t *value = json_object_get(object, key);

    if (!json_is_array(value))
        return wrong(value, what, key, "an array", err);
    if (json_array_size(value) > limit)
        return error_set(err, -EBADMSG, "%s: '%s' has %zu entries, at most %zu are allowed", what,
                         key, json_array_size(value), limit);
    *ret_array = value;
    return 0;
}

json_t *json_from_text(const char *text)
{
    struct buffer safe = {0};
    json_t *json;

    if (text == NULL)
        return json_null();
    json = json_string(text);
    if (json != NULL)
        return json;
    buffer_printable(&safe, text, strlen(text), true);
    json = json_string(safe.data != NULL ? safe.data : "");
    buffer_done(&safe);
    if (json == NULL)
        text_out_of_memory();
    return json;
}

json_t *json_with_format(const char *name, int version, const json_t *object)
{
    json_t *root = json_object();

    json_object_set_new(root, "format", json_pack("{s:s, s:i}", "name", name, "version", version));
    json_object_update_missing(root, (json_t *)object);
    return root;
}
