/* SPDX-License-Identifier: Apache-2.0 */
/* Python's core metadata (packaging.python.org), of installed packages, wheels and eggs. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sbom/readers.h"

/* PEP 503: runs of "-", "_" and "." are one "-". */
static void normalise(char *name)
{
    char *to = name;

    for (const char *from = name; *from != '\0'; from++) {
        bool dash = strchr("-_.", *from) != NULL;

        if (!dash || to == name || to[-1] != '-')
            *to++ = (char)(dash ? '-' : *from >= 'A' && *from <= 'Z' ? *from + 32 : *from);
    }
    *to = '\0';
}

void sbom_read_python(struct sbom *sbom, const char *path, const char *text, size_t length)
{
    _cleanup_free_ char *name = sbom_field(text, "Name"), *version = sbom_field(text, "Version"),
                        *licence = sbom_field(text, "License-Expression");
    struct component *component;

    (void)path;
    (void)length;
    if (name != NULL)
        normalise(name);
    if (licence == NULL)
        licence = sbom_field(text, "License");
    component = sbom_add(sbom, COMPONENT_PYPI, BASIS_METADATA, 100, name, version);
    if (component != NULL && !text_equal(licence, "UNKNOWN"))
        component->licence = steal_ptr(licence);
}
