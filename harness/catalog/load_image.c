/* SPDX-License-Identifier: Apache-2.0 */
/* An image's file -> struct image, by its member table (model/image.c). */
#include <string.h>

#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/load.h"
#include "catalog/xml_members.h"

int catalog_load_image(const char *path, struct image **ret_image, struct error **err)
{
    _cleanup_(image_free_cleanup) struct image *image = text_calloc(1, sizeof(*image));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    int code = xml_file_open(path, "arch/images/image.rng", &file, err);

    if (code == 0)
        code = load_name(file, &image->name, err);
    if (code == 0)
        code = xml_members_read(file, xml_file_root(file), &image_members, image, err);
    if (code < 0)
        return code;
    strcpy(image->file_sha256, xml_file_sha256(file));
    *ret_image = steal_ptr(image);
    return 0;
}
