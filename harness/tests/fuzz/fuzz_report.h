/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a case by some protocol: the first byte selects how the case ended and where its
 * report is. It never passes if a point failed, without a point, or when something was left out. */
#ifndef TS_TESTS_FUZZ_REPORT_H
#define TS_TESTS_FUZZ_REPORT_H

#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "suite/protocol.h"

static inline int fuzz_report(enum protocol protocol, const uint8_t *data, size_t size)
{
    _cleanup_(case_record_done) struct case_record record = {.end = {.timeout_ms = 1000}};
    _cleanup_(case_result_done) struct case_result row = {.judgeable = true, .required = true};
    bool red = false, lost;

    if (size == 0)
        return 0;
    record.end.exit_code = (data[0] & 1) != 0 ? data[0] : 0;
    record.out_dropped = (data[0] & 2) != 0;
    if ((data[0] & 4) != 0) {
        buffer_add(&record.out, data + 1, size - 1);
    } else if ((data[0] & 8) != 0) {
        buffer_add(&record.report_text, data + 1, size - 1);
    } else {
        buffer_format(&record.report_text, "0 %zu 0 0\n", size - 1);
        buffer_add(&record.report_text, data + 1, size - 1);
    }
    if (collected_parse(&record.report_text, "report", &record.report, NULL) < 0)
        return 0;
    protocol_interpret(protocol, &record, &row);
    lost = record.out_dropped > 0 && record.report.count == 0;
    vec_foreach (file, &record.report)
        lost = lost || file->left_files > 0;
    vec_foreach (point, &row.points)
        red = red || point->status == STATUS_FAIL || point->status == STATUS_ERROR;
    if (row.status == STATUS_PASS &&
        (red || lost || row.points.count == 0 || record.end.exit_code != 0 || row.reason != NULL))
        abort();
    return 0;
}

#endif
