/* SPDX-License-Identifier: Apache-2.0 */
/* Describes what a RELAX NG schema allows for an element. */
#include "catalog/schema.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define REF_DEPTH 8

static bool is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static bool has_name(const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)"name");
    bool same = value != NULL && strcmp((const char *)value, name) == 0;

    xmlFree(value);
    return same;
}

/* The first <kind name="…"> among the node, its descendants and its following siblings. */
static const xmlNode *find(const xmlNode *node, const char *kind, const char *name)
{
    for (; node != NULL; node = node->next) {
        const xmlNode *below;

        if (is(node, kind) && has_name(node, name))
            return node;
        below = find(node->children, kind, name);
        if (below != NULL)
            return below;
    }
    return NULL;
}

/* The allowed content: attributes as name or name=a|b, elements as <name>, content as its
 * pattern. */
struct description {
    const xmlNode *root;
    struct buffer attributes, elements, values, content;
};

static void add(struct buffer *list, const char *separator, const char *text)
{
    buffer_format(list, "%s%s", list->length > 0 ? separator : "", text);
}

static void describe(struct description *into, const xmlNode *node, const char *mark, int depth);

static void describe_children(struct description *into, const xmlNode *node, const char *mark,
                              int depth)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            describe(into, child, mark, depth);
}

static void describe_named(struct description *into, const xmlNode *node, const char *mark,
                           int depth)
{
    xmlChar *name = xmlGetNoNsProp(node, (const xmlChar *)"name");
    const char *text = name != NULL ? (const char *)name : "";

    if (is(node, "attribute")) {
        struct description value = {.root = into->root};
        _cleanup_free_ char *row = NULL;

        describe_children(&value, node, "", depth + 1);
        row = text_format(
            "%s%s%s%s%s", *mark == '?' ? "[" : "", text, value.values.length > 0 ? "=" : "",
            value.values.length > 0 ? value.values.data : "", *mark == '?' ? "]" : "");
        add(&into->attributes, ", ", row);
        buffer_done(&value.attributes);
        buffer_done(&value.elements);
        buffer_done(&value.values);
        buffer_done(&value.content);
    } else if (is(node, "element")) {
        _cleanup_free_ char *row = text_format("<%s>%s", text, mark);

        add(&into->elements, " ", row);
    } else if (is(node, "ref")) {
        const xmlNode *define = find(into->root, "define", text);

        if (define != NULL && depth < REF_DEPTH)
            describe_children(into, define, mark, depth + 1);
    } else if (is(node, "param") &&
               (strcmp(text, "pattern") == 0 || strcmp(text, "maxLength") == 0)) {
        xmlChar *pattern = xmlNodeGetContent(node);

        buffer_format(&into->content, "%s%s",
                      strcmp(text, "pattern") == 0 ? "what matches " : "text up to the length ",
                      (const char *)pattern);
        xmlFree(pattern);
    }
    xmlFree(name);
}

static void describe(struct description *into, const xmlNode *node, const char *mark, int depth)
{
    if (is(node, "value")) {
        xmlChar *value = xmlNodeGetContent(node);

        add(&into->values, "|", (const char *)value);
        xmlFree(value);
    } else if (is(node, "optional")) {
        describe_children(into, node, "?", depth);
    } else if (is(node, "zeroOrMore")) {
        describe_children(into, node, "*", depth);
    } else if (is(node, "oneOrMore")) {
        describe_children(into, node, "+", depth);
    } else if (is(node, "attribute") || is(node, "element") || is(node, "ref") ||
               is(node, "param")) {
        describe_named(into, node, mark, depth);
    } else {
        describe_children(into, node, mark, depth);
    }
}

bool schema_knows(const xmlDoc *schema, const char *element)
{
    return find(schema->children, "element", element) != NULL;
}

char *schema_describe(const xmlDoc *schema, const char *element)
{
    const xmlNode *root = schema->children;
    const xmlNode *node = find(root, "element", element);
    struct description into = {.root = root};
    _cleanup_buffer_ struct buffer text = {0};

    if (node == NULL)
        return NULL;
    describe_children(&into, node, "", 0);
    buffer_format(&text, "<%s> takes", element);
    if (into.attributes.length > 0)
        buffer_format(&text, " the attributes %s", into.attributes.data);
    if (into.elements.length > 0)
        buffer_format(&text, "%s in this order %s", into.attributes.length > 0 ? " and" : "",
                      into.elements.data);
    if (into.content.length > 0)
        buffer_format(&text, "%s %s",
                      into.attributes.length + into.elements.length > 0 ? " and" : "",
                      into.content.data);
    buffer_done(&into.attributes);
    buffer_done(&into.elements);
    buffer_done(&into.values);
    buffer_done(&into.content);
    return buffer_steal(&text);
}
