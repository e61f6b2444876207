/* SPDX-License-Identifier: Apache-2.0 */
/* A report of another system: KCIDB JSON. Only the word PASS gives PASS, and its ids are names. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "reported/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(reported_done) struct reported report = {.folder = false};
    _cleanup_strv_ struct strv ids = {0};
    struct reported_file *file = vec_add(&report.files);

    file->name = text_dup("report.json");
    buffer_add(&file->data, data, size);
    if (reported_read_kcidb(&report, NULL) < 0)
        return 0;
    vec_foreach (row, &report.cases)
        if (row->status == STATUS_PASS && !text_equal(row->raw, "PASS"))
            abort();
    reported_merge_cases(&report);
    reported_case_ids(&report, &ids);
    for (size_t i = 0; i < ids.count; i++)
        if (!text_is_name(ids.items[i]))
            abort();
    return 0;
}
