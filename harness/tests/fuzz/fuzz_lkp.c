/* SPDX-License-Identifier: Apache-2.0 */
/* A report of another system: the result folder of lkp-tests. The input is job.yaml, a NUL byte,
 * and the text of every other file. Only "pass", and "finished" of the job, give PASS. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "reported/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"dmesg", "last_state", "stats.json"};
    _cleanup_(reported_done) struct reported report = {.folder = true};
    const uint8_t *nul = size > 0 ? memchr(data, '\0', size) : NULL;
    size_t first = nul != NULL ? (size_t)(nul - data) : size;
    struct reported_file *file = vec_add(&report.files);

    file->name = text_dup("job.yaml");
    buffer_add(&file->data, data, first);
    for (size_t i = 0; nul != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
        file = vec_add(&report.files);
        file->name = text_dup(names[i]);
        buffer_add(&file->data, nul + 1, size - first - 1);
    }
    if (reported_read_lkp(&report, NULL) < 0)
        return 0;
    vec_foreach (row, &report.cases)
        if (row->status == STATUS_PASS && (row->raw == NULL || (strcasecmp(row->raw, "pass") != 0 &&
                                                                strcmp(row->raw, "finished") != 0)))
            abort();
    reported_merge_cases(&report);
    return 0;
}
