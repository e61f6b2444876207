/* SPDX-License-Identifier: Apache-2.0 */
/* RELAX NG validation with messages that say, from the schema, what is allowed at the position of
 * the fault. */
#ifndef TS_CATALOG_SCHEMA_H
#define TS_CATALOG_SCHEMA_H

#include <libxml/tree.h>
#include <stdbool.h>

struct error;

/* -EBADMSG "path:line: …": the document is invalid; -EIO: the schema itself is invalid. */
int schema_check(xmlDoc *doc, const char *path, xmlDoc *schema, const char *schema_path,
                 struct error **err);

/* True if the schema defines an element of that name. */
bool schema_knows(const xmlDoc *schema, const char *element);

/* Returns "<machine> takes: type, firmware=bios|uefi, [optional] …" from the schema; NULL if it has
 * no such element. Caller frees. */
char *schema_describe(const xmlDoc *schema, const char *element);

#endif
