/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a user's XML file, validates it, and provides accessors whose errors say file:line. DOCTYPE
 * (and so entities) and network access are rejected; size and depth are limited. */
#ifndef TS_CATALOG_XML_H
#define TS_CATALOG_XML_H

#include <libxml/tree.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/text.h"

struct error;
struct xml_file;

/* schema: path relative to the program's data folder, such as "suites/suite.rng". -EBADMSG: not
 * well-formed or invalid; the message says what the schema expects. */
int xml_file_open(const char *path, const char *schema, struct xml_file **ret_file,
                  struct error **err);
void xml_file_free(struct xml_file *file);
DEFINE_CLEANUP(struct xml_file *, xml_file_free)
#define _cleanup_xml_file_ _cleanup_(xml_file_free_cleanup)

xmlNode *xml_file_root(const struct xml_file *file);
const char *xml_file_path(const struct xml_file *file);
const char *xml_file_sha256(const struct xml_file *file); /* digest of the bytes that were parsed */

/* Sets "file:line: …" and returns -EBADMSG. */
int xml_error(const struct xml_file *file, const xmlNode *node, struct error **err,
              const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The first child element of that name, and the next sibling after node; NULL if there is none. */
xmlNode *xml_child(const xmlNode *parent, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);

/* Content or attribute with surrounding white space removed and inner runs collapsed to one space;
 * NULL if node or attribute does not exist. Caller frees. */
char *xml_text(const xmlNode *node);
char *xml_attribute(const xmlNode *node, const char *name);

/* Appends the words of the content; a NULL node has none. */
void xml_words(const xmlNode *node, struct strv *ret_words);

/* The attribute (NULL: the content) as a number; *ret_value is unchanged if it does not exist. */
int xml_number(const struct xml_file *file, const xmlNode *node, const char *attribute,
               uint64_t min, uint64_t max, uint64_t *ret_value, struct error **err);

#endif
