/* SPDX-License-Identifier: Apache-2.0 */
/* Writes XML files that are read again. */
#ifndef TS_CATALOG_XML_SAVE_H
#define TS_CATALOG_XML_SAVE_H

#include <libxml/tree.h>
#include <stdbool.h>

struct error;

/* Reads the file as its users do; negative if it cannot be. */
typedef int xml_check(const char *path, struct error **err);

/* Replaces the file by the document, whole or not at all. One that `check` cannot read never takes
 * the place of one that can. indent: false keeps the white space of the document. */
int xml_save(const char *path, xmlDoc *doc, bool indent, xml_check *check, struct error **err);

#endif
