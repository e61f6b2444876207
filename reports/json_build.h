/* SPDX-License-Identifier: Apache-2.0 */
/* Small JSON values, and one value on one line (JSON Lines). */
#ifndef TS_REPORTS_JSON_BUILD_H
#define TS_REPORTS_JSON_BUILD_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/* Adds a member; takes the reference. */
void json_put(json_t *object, const char *key, json_t *value);
/* NULL adds no member. Bytes that are not UTF-8 are escaped (json_from_text). */
void json_put_text(json_t *object, const char *key, const char *text);
void json_put_integer(json_t *object, const char *key, int64_t value);
void json_append(json_t *array, json_t *value);

/* Writes the value as one line; what is unsafe on a terminal is written as \uXXXX. */
void json_build_line(const json_t *value, FILE *out);

/* A sink of base/json_write; to: the FILE. */
void json_build_write(void *to, const char *text, size_t length);

#endif
