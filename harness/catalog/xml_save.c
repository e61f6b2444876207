/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/xml_save.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"

int xml_save(const char *path, xmlDoc *doc, bool indent, xml_check *check, struct error **err)
{
    _cleanup_free_ char *new = text_format("%s.new", path);
    xmlChar *text = NULL;
    int length = 0, code;

    xmlDocDumpFormatMemoryEnc(doc, &text, &length, "UTF-8", indent);
    if (text == NULL)
        text_out_of_memory();
    code = path_write_atomic(new, text, (size_t)length, err);
    xmlFree(text);
    if (code < 0)
        return code;
    code = check(new, err);
    if (code == 0 && rename(new, path) < 0)
        code = error_set_errno(err, -errno, "cannot write '%s'", path);
    if (code < 0)
        unlink(new);
    return code;
}
