/* SPDX-License-Identifier: Apache-2.0 */
/* A report of another system: leapp-report.json. Nothing in it is a pass. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "reported/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(reported_done) struct reported report = {.folder = false};
    struct reported_file *file = vec_add(&report.files);

    file->name = text_dup("leapp-report.json");
    buffer_add(&file->data, data, size);
    if (reported_read_leapp(&report, NULL) < 0)
        return 0;
    vec_foreach (row, &report.cases)
        if (row->status == STATUS_PASS)
            abort();
    reported_merge_cases(&report);
    return 0;
}
