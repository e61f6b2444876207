/* SPDX-License-Identifier: Apache-2.0 */
/* The differences that a guest prints, as two snapshots of one footprint. */
#include <stdlib.h>

#include "fuzz.h"
#include "model/bounds.h"
#include "suite/footprint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct suite suite;
    struct result *result = result_new();
    struct footprint *footprint = &result->footprint;
    struct case_result row = {.started = true, .status = STATUS_PASS};
    const char *text = (const char *)data;
    int code = footprint_read(text, size, FOOTPRINT_INSTALLED, &suite, footprint, NULL);

    if (code == 0)
        footprint_read(text, size, FOOTPRINT_UNINSTALLED, &suite, footprint, NULL);
    footprint_find_changes(footprint);
    footprint_judge(footprint, BLAME_HARNESS, &row);
    if (footprint->entries.count > BOUND_FOOTPRINT)
        abort();
    /* What was not read is never taken for nothing. */
    if (code < 0 && row.status == STATUS_PASS)
        abort();
    case_result_done(&row);
    result_free(result);
    return 0;
}
