/* SPDX-License-Identifier: Apache-2.0 */
/* A control file of a source package, and each of its fields as a list of relations. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "import/deb822.h"
#include "import/dependencies.h"
#include "import/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_free_ char *text = text_ndup((const char *)data, size);
    _cleanup_(deb822_done) struct deb822 paragraphs = {0};
    _cleanup_(draft_done) struct draft draft = {.name = "a"};

    if (deb822_parse(text, "it", &paragraphs, NULL) < 0)
        return 0;
    vec_foreach (fields, &paragraphs) {
        if (fields->count == 0)
            abort();
        vec_foreach (field, fields) {
            dependencies_add(&draft, field->value);
            draft_add_case(&draft, field->name);
        }
    }
    vec_foreach (row, &draft.cases)
        if (!text_is_name(row->id))
            abort();
    return 0;
}
