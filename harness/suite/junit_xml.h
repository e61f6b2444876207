/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to suite/: reads XML from a guest as a stream of elements, within bounds. A DOCTYPE is
 * refused, so there are no entities but the five of XML; the text is UTF-8. */
#ifndef TS_SUITE_JUNIT_XML_H
#define TS_SUITE_JUNIT_XML_H

#include <stddef.h>

enum {
    JUNIT_DEPTH_MAX = 32,
    JUNIT_ATTRIBUTES_MAX = 32, /* of an element; the rest is ignored */
    JUNIT_TEXT_MAX = 4096,     /* bytes of an attribute or a text; the rest is ignored */
};

struct junit_element {
    const char *name; /* without a namespace */
    size_t depth;     /* 0: the root */
    size_t attribute_count;
    char *attributes[JUNIT_ATTRIBUTES_MAX][2];
    const char *text; /* at its end: the beginning of its own text; never NULL */
};

struct junit_events {
    void (*open)(void *data, const struct junit_element *element);
    void (*close)(void *data, const struct junit_element *element);
};

/* Returns NULL, or why the text is not a whole document; the caller frees. */
char *junit_xml_read(const char *text, size_t length, const struct junit_events *events,
                     void *data);

/* The value of an attribute; NULL: absent. */
const char *junit_attribute(const struct junit_element *element, const char *name);

#endif
