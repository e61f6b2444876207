/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes a member table (model/member.h) as XML. `xml` of each row is the location below
 * the element: "@id" is an attribute, "title" the text of an element, "os/@id" an attribute of a
 * child element. */
#ifndef TS_CATALOG_XML_MEMBERS_H
#define TS_CATALOG_XML_MEMBERS_H

#include "catalog/xml.h"
#include "model/member.h"

/* Members that are absent are unchanged: the schema says which are required. */
int xml_members_read(const struct xml_file *file, const xmlNode *node, const struct members *table,
                     void *object, struct error **err);

/* Adds all members that are set, in the table's order, which must match the schema. -EINVAL: a text
 * that XML cannot represent. */
int xml_members_write(const struct members *table, const void *object, xmlNode *node,
                      struct error **err);

#endif
