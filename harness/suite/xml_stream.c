/* SPDX-License-Identifier: Apache-2.0 */
/* libxml2's text reader over a text whose size the record limits. */
#include "suite/xml_stream.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "base/cleanup.h"
#include "base/text.h"

struct reading {
    const struct stream_events *events;
    void *data;
    struct stream_element open[STREAM_DEPTH_MAX];
    struct buffer texts[STREAM_DEPTH_MAX];
    size_t depth; /* open elements */
    char *fault;
};

const char *stream_attribute(const struct stream_element *element, const char *name)
{
    for (size_t i = 0; i < element->attribute_count; i++)
        if (strcmp(element->attributes[i][0], name) == 0)
            return element->attributes[i][1];
    return NULL;
}

static void on_error(void *data, xmlErrorPtr error)
{
    struct reading *reading = data;
    _cleanup_buffer_ struct buffer shown = {0};
    const char *text = error->message != NULL ? error->message : "";

    if (error->level <= XML_ERR_WARNING || reading->fault != NULL)
        return;
    buffer_printable(&shown, text, strcspn(text, "\n"), false);
    reading->fault = text_format("line %d: %s", error->line,
                                 shown.length > 0 ? shown.data : "not well-formed XML");
}

static void read_attributes(xmlTextReader *reader, struct stream_element *element)
{
    while (xmlTextReaderMoveToNextAttribute(reader) == 1) {
        const char *name = (const char *)xmlTextReaderConstLocalName(reader);
        const char *value = (const char *)xmlTextReaderConstValue(reader);

        if (element->attribute_count >= STREAM_ATTRIBUTES_MAX || name == NULL)
            continue;
        element->attributes[element->attribute_count][0] = text_dup(name);
        element->attributes[element->attribute_count][1] = text_ndup(
            value != NULL ? value : "", strnlen(value != NULL ? value : "", STREAM_TEXT_MAX));
        element->attribute_count++;
    }
    xmlTextReaderMoveToElement(reader);
}

static void element_done(struct reading *reading, size_t depth)
{
    struct stream_element *element = &reading->open[depth];

    for (size_t i = 0; i < element->attribute_count; i++) {
        free(element->attributes[i][0]);
        free(element->attributes[i][1]);
    }
    free((char *)element->name);
    *element = (struct stream_element){0};
    buffer_done(&reading->texts[depth]);
    reading->texts[depth] = (struct buffer){0};
}

static void close_element(struct reading *reading)
{
    struct stream_element *element = &reading->open[reading->depth - 1];
    const struct buffer *text = &reading->texts[reading->depth - 1];

    element->text = text->length > 0 ? text->data : "";
    reading->events->close(reading->data, element);
    element_done(reading, --reading->depth);
}

static void open_element(struct reading *reading, xmlTextReader *reader)
{
    bool empty = xmlTextReaderIsEmptyElement(reader) == 1;
    const char *name = (const char *)xmlTextReaderConstLocalName(reader);
    struct stream_element *element;

    if (reading->depth >= STREAM_DEPTH_MAX) {
        reading->fault = text_format("elements are nested deeper than %d", STREAM_DEPTH_MAX);
        return;
    }
    element = &reading->open[reading->depth];
    element->name = text_dup(name != NULL ? name : "");
    element->depth = reading->depth++;
    read_attributes(reader, element);
    reading->events->open(reading->data, element);
    if (empty)
        close_element(reading);
}

static void add_text(struct reading *reading, xmlTextReader *reader)
{
    const char *value = (const char *)xmlTextReaderConstValue(reader);
    struct buffer *text;
    size_t room;

    if (reading->depth == 0 || value == NULL)
        return;
    text = &reading->texts[reading->depth - 1];
    room = text->length < STREAM_TEXT_MAX ? STREAM_TEXT_MAX - text->length : 0;
    buffer_add(text, value, strnlen(value, room));
}

static void read_node(struct reading *reading, xmlTextReader *reader)
{
    switch (xmlTextReaderNodeType(reader)) {
    case XML_READER_TYPE_ELEMENT:
        open_element(reading, reader);
        break;
    case XML_READER_TYPE_END_ELEMENT:
        close_element(reading);
        break;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        add_text(reading, reader);
        break;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        reading->fault = text_dup("a DOCTYPE or an entity, which is refused");
        break;
    default:
        break;
    }
}

/* Skips what begins with `start` up to and including `stop`. */
static bool skip(const char **at, const char *end, const char *start, const char *stop)
{
    size_t length = strlen(start);
    const char *found;

    if ((size_t)(end - *at) < length || memcmp(*at, start, length) != 0)
        return false;
    found = memmem(*at, (size_t)(end - *at), stop, strlen(stop));
    *at = found != NULL ? found + strlen(stop) : end;
    return true;
}

/* A DOCTYPE stands before the root element; the text of a test may contain one. It is found before
 * libxml2 reads it: the bytes are UTF-8, whatever the document declares. */
static bool has_doctype(const char *text, size_t length)
{
    static const char word[] = "<!DOCTYPE";
    const char *end = text + length;

    do {
        while (text < end && strchr(" \t\r\n\xef\xbb\xbf", *text) != NULL && *text != '\0')
            text++;
    } while (text < end && (skip(&text, end, "<?", "?>") || skip(&text, end, "<!--", "-->")));
    return (size_t)(end - text) >= sizeof(word) - 1 && memcmp(text, word, sizeof(word) - 1) == 0;
}

char *xml_stream_read(const char *text, size_t length, const struct stream_events *events,
                      void *data)
{
    struct reading reading = {.events = events, .data = data};
    xmlTextReader *reader;
    int more;

    if (length == 0)
        return text_dup("it is empty");
    if (has_doctype(text, length))
        return text_dup("a DOCTYPE, which is refused (it can define entities)");
    reader = xmlReaderForMemory(text, (int)length, NULL, "UTF-8", XML_PARSE_NONET);
    if (reader == NULL)
        text_out_of_memory();
    xmlTextReaderSetStructuredErrorHandler(reader, (xmlStructuredErrorFunc)on_error, &reading);
    while (reading.fault == NULL && (more = xmlTextReaderRead(reader)) == 1)
        read_node(&reading, reader);
    if (reading.fault == NULL && (more != 0 || reading.depth > 0))
        reading.fault = text_dup("not well-formed XML");
    xmlFreeTextReader(reader);
    while (reading.depth > 0)
        element_done(&reading, --reading.depth);
    return reading.fault;
}
