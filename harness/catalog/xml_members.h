/* SPDX-License-Identifier: Apache-2.0 */
/* A member table (model/member.h) to XML and back: each row's `xml` is its place below the element:
 * "@id" an attribute, "title" an element's text, "os/@id" an attribute of an element in it. */
#ifndef TS_CATALOG_XML_MEMBERS_H
#define TS_CATALOG_XML_MEMBERS_H

#include "catalog/xml.h"
#include "model/member.h"

/* What is not there stays as it is: the schema says what must be. */
int xml_members_read(const struct xml_file *file, const xmlNode *node, const struct members *table,
                     void *object, struct error **err);

/* Adds what is there, in the table's order, which must be the schema's. -EINVAL: a text cannot be
 * written as XML. */
int xml_members_write(const struct members *table, const void *object, xmlNode *node,
                      struct error **err);

#endif
