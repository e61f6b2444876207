/* SPDX-License-Identifier: Apache-2.0 */
/* Names and titles, which are equal in all formats. */
#include "catalog/load.h"

#include "base/error.h"
#include "base/text.h"

int load_name(const struct xml_file *file, char **ret_name, struct error **err)
{
    _cleanup_free_ char *name = xml_attribute(xml_file_root(file), "name");

    if (!text_is_name(name))
        return xml_error(file, xml_file_root(file), err,
                         "name '%s': use a-z, 0-9, '.', '_', '+', '-', at most 64 of them", name);
    *ret_name = steal_ptr(name);
    return 0;
}

void load_titles(const xmlNode *node, char **ret_title, char **ret_title_zh)
{
    for (const xmlNode *title = xml_child(node, "title"); title != NULL;
         title = xml_next(title, "title")) {
        _cleanup_free_ char *language = xml_attribute(title, "lang");

        *(language == NULL ? ret_title : ret_title_zh) = xml_text(title);
    }
}

char *load_pattern(const xmlNode *node, const char *attribute)
{
    char *pattern = xml_attribute(node, attribute);

    return pattern != NULL ? pattern : text_dup("*");
}
