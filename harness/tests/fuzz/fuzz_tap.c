/* SPDX-License-Identifier: Apache-2.0 */
/* TAP from a guest: the first byte selects how the case ended, the rest is its output. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "suite/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 1000}};
    _cleanup_(case_result_done) struct case_result row = {.judgeable = true, .required = true};
    bool red = false;

    if (size == 0)
        return 0;
    record.end.exit_code = (data[0] & 1) != 0 ? data[0] : 0;
    record.out_dropped = (data[0] & 2) != 0;
    record.end.timed_out = (data[0] & 4) != 0;
    buffer_add(&record.out, data + 1, size - 1);
    protocol_interpret((data[0] & 8) != 0 ? PROTOCOL_TAP_DOCUMENTS : PROTOCOL_TAP, &record, &row);
    /* Never PASS if a point failed, with a failing exit code, or with truncated output. */
    vec_foreach (point, &row.points)
        red = red || point->status == STATUS_FAIL;
    if (row.status == STATUS_PASS &&
        (red || row.points.count == 0 || record.end.exit_code != 0 || record.out_dropped > 0 ||
         record.end.timed_out || row.reason != NULL))
        abort();
    return 0;
}
