/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's XML file, read and held against a schema, and getters whose errors say file:line. No
 * DOCTYPE (so no entities), no network, bounded in bytes and depth.
 */
#ifndef TS_CATALOG_XML_H
#define TS_CATALOG_XML_H

#include <libxml/tree.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/text.h"

struct error;
struct xml_file;

/* schema: below the program's data folder, "suites/suite.rng". -EBADMSG: not well-formed, or not as
 * the schema says; the message tells what the schema wants there. */
int xml_file_open(const char *path, const char *schema, struct xml_file **ret_file,
                  struct error **err);
void xml_file_free(struct xml_file *file);
DEFINE_CLEANUP(struct xml_file *, xml_file_free)
#define _cleanup_xml_file_ _cleanup_(xml_file_free_cleanup)

xmlNode *xml_file_root(const struct xml_file *file);
const char *xml_file_path(const struct xml_file *file);
const char *xml_file_sha256(const struct xml_file *file); /* of the bytes that were parsed */

/* Sets "file:line: …" and returns -EBADMSG. */
int xml_error(const struct xml_file *file, const xmlNode *node, struct error **err,
              const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The first child element of that name, and the next one after node; NULL when there is none. */
xmlNode *xml_child(const xmlNode *parent, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);

/* Content or attribute with outer white space cut and inner runs made one blank; NULL when node or
 * attribute is not there. Caller frees. */
char *xml_text(const xmlNode *node);
char *xml_attribute(const xmlNode *node, const char *name);

/* The words of the content, appended; a node that is NULL has none. */
void xml_words(const xmlNode *node, struct strv *ret_words);

/* The attribute (or, for NULL, the content) as a number; *ret_value stays when it is not there. */
int xml_number(const struct xml_file *file, const xmlNode *node, const char *attribute,
               uint64_t min, uint64_t max, uint64_t *ret_value, struct error **err);

#endif
