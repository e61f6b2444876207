/* SPDX-License-Identifier: Apache-2.0 */
/* What states components. The first line names the file that the rest is the content of; behind
 * "ELF", "go" and "crates" is a program, or a list as it stands in one. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "sbom/readers.h"

static void read_as(struct sbom *sbom, const char *name, const char *data, size_t size)
{
    _cleanup_free_ char *text = text_ndup(data, size);
    sbom_reader *reader = sbom_reader_of(name);

    if (strcmp(name, "ELF") == 0)
        sbom_read_elf(sbom, name, data, size);
    else if (strcmp(name, "rpm") == 0)
        sbom_read_rpm(sbom, name, data, size);
    else if (strcmp(name, "go") == 0)
        sbom_read_go_modules(sbom, data, size);
    else if (strcmp(name, "crates") == 0)
        sbom_read_cargo(sbom, name, data, size);
    else if (reader != NULL)
        reader(sbom, name, text, strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = line != NULL ? (size_t)(line - data) : 0;
    _cleanup_free_ char *name = text_ndup((const char *)data, length);
    _cleanup_(sbom_done) struct sbom sbom = {0};

    if (line == NULL)
        return 0;
    read_as(&sbom, name, (const char *)line + 1, size - length - 1);
    vec_foreach (component, &sbom.components) {
        component->place = text_dup(name);
        component->purl = sbom_purl(component);
        for (const char *at = component->purl; *at != '\0'; at++)
            if (*at <= ' ' || *at > '~')
                abort();
    }
    sbom_sort(&sbom);
    return 0;
}
