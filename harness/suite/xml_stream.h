/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: reads XML from a guest as a stream of elements, within bounds. A DOCTYPE is
 * refused, so there are no entities but the five of XML; the text is UTF-8. */
#ifndef TS_SUITE_XML_STREAM_H
#define TS_SUITE_XML_STREAM_H

#include <stddef.h>

enum {
    STREAM_DEPTH_MAX = 32,
    STREAM_ATTRIBUTES_MAX = 32, /* of an element; the rest is ignored */
    STREAM_TEXT_MAX = 4096,     /* bytes of an attribute or a text; the rest is ignored */
};

struct stream_element {
    const char *name; /* without a namespace */
    size_t depth;     /* 0: the root */
    size_t attribute_count;
    char *attributes[STREAM_ATTRIBUTES_MAX][2];
    const char *text; /* at its end: the beginning of its own text; never NULL */
};

struct stream_events {
    void (*open)(void *data, const struct stream_element *element);
    void (*close)(void *data, const struct stream_element *element);
};

/* Returns NULL, or why the text is not a whole document; the caller frees. */
char *xml_stream_read(const char *text, size_t length, const struct stream_events *events,
                      void *data);

/* The value of an attribute; NULL: absent. */
const char *stream_attribute(const struct stream_element *element, const char *name);

#endif
