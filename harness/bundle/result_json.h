/* SPDX-License-Identifier: Apache-2.0 */
/* A result as JSON, version BUNDLE_SCHEMA: the content of result.json and the basis of `show
 * --json`. */
#ifndef TS_BUNDLE_RESULT_JSON_H
#define TS_BUNDLE_RESULT_JSON_H

#include "base/digest.h"
#include "base/json.h"

struct buffer;
struct error;
struct result;

/* Returns a new reference. Bytes that are not UTF-8 are escaped. */
json_t *result_to_json(const struct result *result);

/* The canonical text of a result: sorted keys, indented by two spaces, final newline. */
void result_to_text(const struct result *result, struct buffer *ret_text);

/* SHA-256 of that text: results with the same digest are equal. The store contains it for every
 * attempt, so the text of a result must never change: a member added later is written only if its
 * value differs from what its absence means. */
void result_digest(const struct result *result, char hex[DIGEST_TEXT_SIZE]);

/* Checks every value, name, bound and reference; `what` names the document. -EBADMSG. */
int result_from_json(const json_t *json, const char *what, struct result **ret_result,
                     struct error **err);

#endif
