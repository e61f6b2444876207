/* SPDX-License-Identifier: Apache-2.0 */
/* What the loaders of this room share. */
#ifndef TS_CATALOG_LOAD_H
#define TS_CATALOG_LOAD_H

#include "catalog/catalog.h"
#include "catalog/xml.h"

/* The root's name attribute, whose form is that of a path's part. Caller frees. */
int load_name(const struct xml_file *file, char **ret_name, struct error **err);

/* <title> and <title lang="zh"> of node; an absent one stays NULL. Caller frees. */
void load_titles(const xmlNode *node, char **ret_title, char **ret_title_zh);

/* Refuses a script that could not be what the case says: a link, no plain file, not executable,
 * empty, or started by a login shell. */
int load_check_script(const struct xml_file *file, const xmlNode *node, const struct suite *suite,
                      const struct suite_case *row, struct error **err);

#endif
