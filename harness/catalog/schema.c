/* SPDX-License-Identifier: Apache-2.0 */
/* libxml2 reports where a document violates its schema, but hardly what was found and what was
 * expected: the former is quoted, the latter read from the schema. */
#include "catalog/schema.h"

#include <errno.h>
#include <libxml/relaxng.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/xml.h"

#define QUOTE_LIMIT 80 /* bytes quoted of the document */

/* The first message with a location, else the first message: later ones are mostly consequences. */
struct complaint {
    char *text;
    const xmlNode *node;
    int line;
};

static void on_complaint(void *data, xmlErrorPtr error)
{
    struct complaint *complaint = data;

    if (error->code == XML_ERR_NO_MEMORY)
        text_out_of_memory();
    if (error->message == NULL || (complaint->text != NULL && complaint->node != NULL) ||
        (complaint->text != NULL && error->node == NULL))
        return;
    free(complaint->text);
    complaint->text = text_ndup(error->message, strcspn(error->message, "\n"));
    complaint->node = error->node;
    complaint->line = error->line;
}

static const xmlNode *first_named(const xmlNode *node, const char *name)
{
    for (; node != NULL; node = node->next) {
        const xmlNode *below;

        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp((const char *)node->name, name) == 0)
            return node;
        below = first_named(node->children, name);
        if (below != NULL)
            return below;
    }
    return NULL;
}

/* "Element NAME failed" may be reported at a child, or without a location. */
static void resolve_place(struct complaint *complaint, const xmlDoc *doc)
{
    static const char begin[] = "Element ";
    _cleanup_free_ char *name = NULL;
    const xmlNode *node = complaint->node;

    if (complaint->text == NULL || !text_starts(complaint->text, begin))
        return;
    name =
        text_ndup(complaint->text + strlen(begin), strcspn(complaint->text + strlen(begin), " "));
    while (node != NULL &&
           (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
        node = node->parent;
    if (node == NULL)
        node = first_named(doc->children, name);
    if (node != NULL) {
        complaint->node = node;
        complaint->line = (int)xmlGetLineNo(node);
    }
}

/* The element to look up in the schema: the parent of an unknown element, else the element
 * itself. */
static const xmlNode *asked_about(const struct complaint *complaint, const xmlDoc *schema)
{
    const xmlNode *node = complaint->node;

    if (complaint->text == NULL)
        return NULL;
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->parent;
    if (node == NULL || node->parent == NULL || node->parent->type != XML_ELEMENT_NODE)
        return node;
    if (strstr(complaint->text, "Did not expect element") != NULL ||
        strstr(complaint->text, "Expecting element") != NULL ||
        !schema_knows(schema, (const char *)node->name))
        return node->parent;
    return node;
}

static void quote(struct buffer *text, const char *name, const char *raw)
{
    size_t length = strlen(raw);

    buffer_format(text, "%s%s\"", name, *name != '\0' ? "=" : "");
    buffer_printable(text, raw, length < QUOTE_LIMIT ? length : QUOTE_LIMIT, false);
    buffer_text(text, length > QUOTE_LIMIT ? "…\"" : "\"");
}

/* Appends the attributes or the content if the message is about one of them. */
static void add_found(struct buffer *text, const struct complaint *complaint)
{
    const xmlNode *node = complaint->node;
    bool content = strstr(complaint->text, "validating") != NULL;

    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->parent;
    if (node == NULL || (!content && strstr(complaint->text, "attribute") == NULL))
        return;
    buffer_text(text, ": it has");
    if (content) {
        _cleanup_free_ char *words = xml_text(node);

        buffer_text(text, " ");
        quote(text, "", words);
        return;
    }
    for (const xmlAttr *attribute = node->properties; attribute != NULL;
         attribute = attribute->next) {
        const char *name = (const char *)attribute->name;
        _cleanup_free_ char *value = xml_attribute(node, name);

        buffer_text(text, " ");
        quote(text, name, value != NULL ? value : "");
    }
    if (node->properties == NULL)
        buffer_text(text, " none");
}

static int complain(const struct complaint *complaint, const char *path, const xmlDoc *schema,
                    struct error **err)
{
    const xmlNode *node = asked_about(complaint, schema);
    _cleanup_free_ char *wanted =
        node != NULL ? schema_describe(schema, (const char *)node->name) : NULL;
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, complaint->text != NULL ? complaint->text : "does not match the schema");
    if (complaint->text != NULL)
        add_found(&text, complaint);
    return error_set(err, -EBADMSG, "%s:%d: %s%s%s", path, complaint->line, text.data,
                     wanted != NULL ? ": " : "", wanted != NULL ? wanted : "");
}

int schema_check(xmlDoc *doc, const char *path, xmlDoc *schema, const char *schema_path,
                 struct error **err)
{
    struct complaint complaint = {0}, broken = {0};
    xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewDocParserCtxt(schema);
    xmlRelaxNG *rules;
    xmlRelaxNGValidCtxt *validator;
    int code = 0, answer;

    if (parser == NULL)
        text_out_of_memory();
    xmlRelaxNGSetParserStructuredErrors(parser, on_complaint, &broken);
    rules = xmlRelaxNGParse(parser);
    xmlRelaxNGFreeParserCtxt(parser);
    if (rules == NULL) {
        code =
            error_set(err, -EIO, "%s:%d: the schema itself is invalid: %s: reinstall touchstone",
                      schema_path, broken.line, broken.text != NULL ? broken.text : "not RELAX NG");
        free(broken.text);
        return code;
    }
    free(broken.text);
    validator = xmlRelaxNGNewValidCtxt(rules);
    if (validator == NULL)
        text_out_of_memory();
    xmlRelaxNGSetValidStructuredErrors(validator, on_complaint, &complaint);
    answer = xmlRelaxNGValidateDoc(validator, doc);
    resolve_place(&complaint, doc);
    if (answer != 0)
        code = complain(&complaint, path, schema, err);
    free(complaint.text);
    xmlRelaxNGFreeValidCtxt(validator);
    xmlRelaxNGFree(rules);
    return code;
}
