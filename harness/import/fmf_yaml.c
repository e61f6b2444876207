/* SPDX-License-Identifier: Apache-2.0 */
/* YAML with libyaml, as JSON values: within bounds, although an alias may repeat or contain what it
 * is in. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "import/fmf.h"

enum { DEPTH_MAX = 16, NODES_MAX = 100000 };

struct conversion {
    yaml_document_t *document;
    size_t nodes;
};

static json_t *convert(struct conversion *all, int index, unsigned depth)
{
    const yaml_node_t *node = yaml_document_get_node(all->document, index);
    json_t *value;

    if (node == NULL || depth > DEPTH_MAX || ++all->nodes > NODES_MAX)
        return NULL;
    if (node->type == YAML_SCALAR_NODE) {
        _cleanup_free_ char *text =
            text_ndup((const char *)node->data.scalar.value, node->data.scalar.length);

        return json_from_text(text);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        value = json_array();
        for (yaml_node_item_t *at = node->data.sequence.items.start;
             at < node->data.sequence.items.top; at++)
            if (json_array_append_new(value, convert(all, *at, depth + 1)) < 0) {
                json_decref(value);
                return NULL;
            }
        return value;
    }
    value = json_object();
    for (yaml_node_pair_t *at = node->data.mapping.pairs.start; at < node->data.mapping.pairs.top;
         at++) {
        const yaml_node_t *key = yaml_document_get_node(all->document, at->key);
        _cleanup_free_ char *name =
            key != NULL && key->type == YAML_SCALAR_NODE
                ? text_ndup((const char *)key->data.scalar.value, key->data.scalar.length)
                : NULL;

        if (name == NULL ||
            json_object_set_new(value, name, convert(all, at->value, depth + 1)) < 0) {
            json_decref(value);
            return NULL;
        }
    }
    return value;
}

json_t *fmf_parse(const char *text, size_t length, const char *what, struct error **err)
{
    yaml_parser_t parser;
    yaml_document_t document;
    struct conversion all = {.document = &document};
    json_t *value = NULL;

    if (yaml_parser_initialize(&parser) == 0)
        text_out_of_memory();
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (yaml_parser_load(&parser, &document) == 0) {
        error_set(err, -EINVAL, "%s: line %zu: %s", what, parser.problem_mark.line + 1,
                  parser.problem != NULL ? parser.problem : "not YAML");
        yaml_parser_delete(&parser);
        return NULL;
    }
    if (yaml_document_get_root_node(&document) == NULL)
        value = json_object(); /* an empty file has no attributes */
    else
        value = convert(&all, 1, 1);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    if (value == NULL)
        error_set(err, -EINVAL,
                  "%s: nested deeper than %d, more than %d nodes, or a key that is no text", what,
                  DEPTH_MAX, NODES_MAX);
    return value;
}
