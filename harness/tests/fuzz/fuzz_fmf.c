/* SPDX-License-Identifier: Apache-2.0 */
/* YAML of an fmf tree. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "fuzz.h"
#include "import/fmf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_json_ json_t *value = fmf_parse((const char *)data, size, "it", NULL);

    /* What was read can be written. */
    if (value != NULL) {
        _cleanup_free_ char *text = json_dumps(value, JSON_ENCODE_ANY);

        if (text == NULL)
            abort();
    }
    return 0;
}
