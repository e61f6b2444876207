/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers shared by the loaders of this module. */
#ifndef TS_CATALOG_LOAD_H
#define TS_CATALOG_LOAD_H

#include "catalog/catalog.h"
#include "catalog/xml.h"

/* Returns the root element's name attribute, which must be valid as a file name. Caller frees. */
int load_name(const struct xml_file *file, char **ret_name, struct error **err);

/* Returns <title> and <title lang="zh"> of node; NULL if absent. Caller frees. */
void load_titles(const xmlNode *node, char **ret_title, char **ret_title_zh);

/* An attribute that is a shell pattern of names; "*" if it is absent. Caller frees. */
char *load_pattern(const xmlNode *node, const char *attribute);

/* Reads <difference> and <output>, after the cases. */
int load_differences(const struct xml_file *file, struct suite *suite, struct error **err);

/* Reads the node <probes>. */
int load_probes(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                struct error **err);

/* Adds the probes that the plan measures (names; NULL: none) to those of the suite, and rejects
 * them without the commands that they need. */
int load_measures(struct suite *suite, const struct strv *planned, struct error **err);

/* Rejects a script that cannot be a case: a symbolic link, not a regular file, not executable,
 * empty, or with a login shell as interpreter. */
int load_check_script(const struct xml_file *file, const xmlNode *node, const struct suite *suite,
                      const struct suite_case *row, struct error **err);

#endif
