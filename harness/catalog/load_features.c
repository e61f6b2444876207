/* SPDX-License-Identifier: Apache-2.0 */
/* arch/features.xml -> struct feature_table. */
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/xml.h"

static int add_feature(const struct xml_file *file, const xmlNode *node, enum arch arch,
                       struct feature_table *table, struct error **err)
{
    _cleanup_free_ char *name = xml_attribute(node, "name");
    struct feature *row;

    if (feature_find(table, arch, name) != NULL)
        return xml_error(file, node, err, "feature '%s' of %s is listed twice: remove one", name,
                         arch_name(arch));
    row = vec_add(&table->rows);
    row->name = steal_ptr(name);
    row->arch = arch;
    row->libvirt = xml_attribute(node, "libvirt");
    row->qemu = xml_attribute(node, "qemu");
    row->probe = xml_attribute(node, "probe");
    return 0;
}

int catalog_load_features(const char *path, struct feature_table **ret_table, struct error **err)
{
    _cleanup_(feature_table_free_cleanup) struct feature_table *table =
        text_calloc(1, sizeof(*table));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    int code = xml_file_open(path, "arch/features.rng", &file, err);

    if (code < 0)
        return code;
    for (const xmlNode *group = xml_child(xml_file_root(file), "arch"); group != NULL;
         group = xml_next(group, "arch")) {
        _cleanup_free_ char *name = xml_attribute(group, "name");
        enum arch arch;

        if (!arch_parse(name, &arch))
            return xml_error(file, group, err, "'%s' is not an architecture", name);
        for (const xmlNode *node = xml_child(group, "feature"); node != NULL;
             node = xml_next(node, "feature")) {
            code = add_feature(file, node, arch, table, err);
            if (code < 0)
                return code;
        }
    }
    strcpy(table->file_sha256, xml_file_sha256(file));
    *ret_table = steal_ptr(table);
    return 0;
}
