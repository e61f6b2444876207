/* SPDX-License-Identifier: Apache-2.0 */
/* A report of another system: the folder of the Kunpeng compatibility tool. The input is log.json,
 * a NUL byte, and the text of every log. Only the word "passed" gives PASS, and only with logs. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "reported/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const logs[] = {
        "data/hardware/hardware_cpu.log",
        "data/others/info.log_20260108",
        "data/test/compatiable/test_perf_cpu_0.log",
        "data/test/compatiable/test_perf_cpu_1.log",
        "data/test/function/bash_test.log",
        "data/test/safety/clam.log",
    };
    _cleanup_(reported_done) struct reported report = {.folder = true};
    const uint8_t *nul = size > 0 ? memchr(data, '\0', size) : NULL;
    size_t first = nul != NULL ? (size_t)(nul - data) : size;
    struct reported_file *file = vec_add(&report.files);

    file->name = text_dup("log.json");
    buffer_add(&file->data, data, first);
    for (size_t i = 0; nul != NULL && i < sizeof(logs) / sizeof(logs[0]); i++) {
        file = vec_add(&report.files);
        file->name = text_dup(logs[i]);
        buffer_add(&file->data, nul + 1, size - first - 1);
    }
    if (reported_read_kunpeng(&report, NULL) < 0)
        return 0;
    vec_foreach (row, &report.cases)
        if (row->status == STATUS_PASS && (!text_equal(row->raw, "passed") || nul == NULL))
            abort();
    return 0;
}
