/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON from outside with jansson: bounded, duplicate keys refused, and getters whose errors
 * name the document, the key and what was found.
 */
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

/* Parses text that was already bounded; `what` names the document in messages. -EBADMSG. */
int json_parse(const char *text, size_t length, const char *what, json_t **ret_json,
               struct error **err);
int json_read_file(const char *path, size_t limit, json_t **ret_json, struct error **err);

/* Writes with path_write_atomic, sorted keys, two spaces, final newline. */
int json_write_file(const json_t *json, const char *path, struct error **err);

/* The member `key` of object; -EBADMSG when it is absent or of another type. Strings and arrays are
 * borrowed from the object. */
int json_get_string(const json_t *object, const char *what, const char *key, const char **ret_text,
                    struct error **err);
int json_get_integer(const json_t *object, const char *what, const char *key, int64_t min,
                     int64_t max, int64_t *ret_value, struct error **err);
int json_get_bool(const json_t *object, const char *what, const char *key, bool *ret_value,
                  struct error **err);
int json_get_array(const json_t *object, const char *what, const char *key, size_t limit,
                   json_t **ret_array, struct error **err);

/* The object's members behind "format": {"name": …, "version": …}, by which a reader knows what it
 * has: a version stays as long as members are only added (touchstone-json(5)). New reference. */
json_t *json_with_format(const char *name, int version, const json_t *object);

/* A string value; bytes that are not UTF-8 are escaped as base/text's buffer_printable does. NULL
 * gives JSON null. New reference. */
json_t *json_from_text(const char *text);

#endif
