/* SPDX-License-Identifier: Apache-2.0 */
/* A report of another system: all-rpm-report.csv of oecp, and a summary. The input is the first, a
 * NUL byte, and the second. Only words that mean the same give PASS. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "reported/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const same[] = {"1", "1.0", "1.1", "2", "2.0", "same", "100%"};
    _cleanup_(reported_done) struct reported report = {.folder = true};
    const uint8_t *nul = size > 0 ? memchr(data, '\0', size) : NULL;
    size_t first = nul != NULL ? (size_t)(nul - data) : size;
    struct reported_file *file = vec_add(&report.files);

    file->name = text_dup("all-rpm-report.csv");
    buffer_add(&file->data, data, first);
    if (nul != NULL) {
        file = vec_add(&report.files);
        file->name = text_dup("all-similarity-report.csv");
        buffer_add(&file->data, nul + 1, size - first - 1);
    }
    if (reported_read_oecp(&report, NULL) < 0)
        return 0;
    vec_foreach (row, &report.cases) {
        bool means = false;

        for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
            means = means || text_equal(row->raw, same[i]);
        if (row->status == STATUS_PASS && !means)
            abort();
    }
    reported_merge_cases(&report);
    return 0;
}
