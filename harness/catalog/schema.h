/* SPDX-License-Identifier: Apache-2.0 */
/* RELAX NG validation whose message says, from the schema itself, what may stand there. */
#ifndef TS_CATALOG_SCHEMA_H
#define TS_CATALOG_SCHEMA_H

#include <libxml/tree.h>
#include <stdbool.h>

struct error;

/* -EBADMSG "path:line: …" when the document is not as the schema says; -EIO when the schema itself
 * is broken. */
int schema_check(xmlDoc *doc, const char *path, xmlDoc *schema, const char *schema_path,
                 struct error **err);

/* The schema has an element of that name. */
bool schema_knows(const xmlDoc *schema, const char *element);

/* "<machine> takes: type, firmware=bios|uefi, [optional] …" from the schema; NULL when it knows no
 * such element. Caller frees. */
char *schema_describe(const xmlDoc *schema, const char *element);

#endif
