/* SPDX-License-Identifier: Apache-2.0 */
/* struct image -> an image's file, in the format of arch/images/image.rng. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/xml_members.h"

DEFINE_CLEANUP(xmlDoc *, xmlFreeDoc)

int catalog_write_image(const struct image *image, const char *path, struct error **err)
{
    _cleanup_(xmlFreeDoc_cleanup) xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *root = xmlNewNode(NULL, (const xmlChar *)"image");
    _cleanup_error_ struct error *bad = NULL;
    xmlChar *text = NULL;
    int length = 0, code;

    xmlDocSetRootElement(doc, root);
    code = xml_members_write(&image_members, image, root, &bad);
    if (code < 0)
        return error_set(err, code, "image '%s': %s", image->name, error_message(bad));
    xmlDocDumpFormatMemoryEnc(doc, &text, &length, "UTF-8", 1);
    if (text == NULL)
        text_out_of_memory();
    code = path_write_atomic(path, text, (size_t)length, err);
    xmlFree(text);
    return code;
}
