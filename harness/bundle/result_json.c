/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a result as JSON; result_parse.c reads it. */
#include "bundle/result_json.h"

#include <stdlib.h>

#include "bundle/bundle.h"
#include "model/member.h"
#include "model/result.h"

/* Adds, for a case that was not executed, the attempt in which it was. */
static void add_restored(const struct result *result, json_t *cases)
{
    for (size_t i = 0; i < result->cases.count; i++)
        if (case_is_restored(&result->cases.items[i]))
            json_object_set_new(json_array_get(cases, i), "restored_from",
                                json_from_text(result->prepared_by));
}

json_t *result_to_json(const struct result *result)
{
    bool predicted = result->prediction.state != PREDICTION_NONE;
    json_t *root = json_object();

    /* A result without a prediction has the same text, and so the same digest, as before
     * predictions existed. */
    json_object_set_new(root, "schema", json_integer(predicted ? BUNDLE_SCHEMA : 1));
    members_to_json(&result_members, result, root);
    if (!predicted)
        json_object_del(root, "prediction");
    if (result->footprint.state == FOOTPRINT_NONE)
        json_object_del(root, "footprint");
    add_restored(result, json_object_get(root, "cases"));
    return root;
}

void result_to_text(const struct result *result, struct buffer *ret_text)
{
    _cleanup_json_ json_t *json = result_to_json(result);
    _cleanup_free_ char *text = json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(2));

    if (text == NULL)
        text_out_of_memory();
    buffer_text(ret_text, text);
    buffer_text(ret_text, "\n");
}

void result_digest(const struct result *result, char hex[DIGEST_TEXT_SIZE])
{
    _cleanup_buffer_ struct buffer text = {0};

    result_to_text(result, &text);
    digest_of_memory(text.data, text.length, hex);
}
