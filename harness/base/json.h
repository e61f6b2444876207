/* SPDX-License-Identifier: Apache-2.0 */
/* Reads untrusted JSON with jansson: size-limited input, duplicate keys rejected, and accessors
 * whose errors name the document, the key and the value found. */
#ifndef TS_BASE_JSON_H
#define TS_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct error;

DEFINE_CLEANUP(json_t *, json_decref)
#define _cleanup_json_ _cleanup_(json_decref_cleanup)

/* Parses text whose size the caller has limited; `what` names the document in messages.
 * -EBADMSG. */
int json_parse(const char *text, size_t length, const char *what, json_t **ret_json,
               struct error **err);
int json_read_file(const char *path, size_t limit, json_t **ret_json, struct error **err);

/* Writes with path_write_atomic: sorted keys, indented by two spaces, final newline. */
int json_write_file(const json_t *json, const char *path, struct error **err);

/* Returns the member `key` of object; -EBADMSG: absent or of another type. Strings and arrays are
 * borrowed from the object. */
int json_get_string(const json_t *object, const char *what, const char *key, const char **ret_text,
                    struct error **err);
int json_get_integer(const json_t *object, const char *what, const char *key, int64_t min,
                     int64_t max, int64_t *ret_value, struct error **err);
int json_get_bool(const json_t *object, const char *what, const char *key, bool *ret_value,
                  struct error **err);
int json_get_array(const json_t *object, const char *what, const char *key, size_t limit,
                   json_t **ret_array, struct error **err);

/* Returns the object's members preceded by "format": {"name": …, "version": …}, which identifies
 * the document: a version stays the same while members are only added (touchstone-json(5)). New
 * reference. */
json_t *json_with_format(const char *name, int version, const json_t *object);

/* Returns a string value; bytes that are not UTF-8 are escaped as in buffer_printable. NULL gives
 * JSON null. New reference. */
json_t *json_from_text(const char *text);

#endif
