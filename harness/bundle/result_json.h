/* SPDX-License-Identifier: Apache-2.0 */
/* A result as JSON, schema BUNDLE_SCHEMA: the text of result.json, and what `show --json` builds
 * on. */
#ifndef TS_BUNDLE_RESULT_JSON_H
#define TS_BUNDLE_RESULT_JSON_H

#include "base/digest.h"
#include "base/json.h"

struct buffer;
struct error;
struct result;

/* New reference. Bytes that are not UTF-8 come out escaped. */
json_t *result_to_json(const struct result *result);

/* The one text of a result: sorted keys, two spaces, final newline. */
void result_to_text(const struct result *result, struct buffer *ret_text);

/* SHA-256 of that text: two results with the same digest say the same. The store keeps it for every
 * attempt, so the text of a result that was written once never changes: a member that is added
 * later is written only where it differs from what its absence means. */
void result_digest(const struct result *result, char hex[DIGEST_TEXT_SIZE]);

/* Every word, name, bound and reference is checked; `what` names the document. -EBADMSG. */
int result_from_json(const json_t *json, const char *what, struct result **ret_result,
                     struct error **err);

#endif
