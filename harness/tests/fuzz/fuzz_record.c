/* SPDX-License-Identifier: Apache-2.0 */
/* An end record and its archive's members: the input is split at NUL bytes into line, stdout,
 * observations and facts. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "suite/observations.h"
#include "suite/record.h"

enum { LINE = 9 }; /* not a member */
#define NONCE "00112233aabbccdd"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record_member members[4] = {{.name = NONCE "/a/stdout"},
                                       {.name = NONCE "/a/stderr", .data = ""},
                                       {.name = NONCE "/a/observations"},
                                       {.name = NONCE "/a/facts"}};
    static const size_t order[] = {LINE, 0, 2, 3};
    const char *text = (const char *)data, *line = text;
    size_t line_length = 0;
    _cleanup_(case_record_done) struct case_record record = {0};
    struct record_line parsed = {0};

    for (size_t i = 0; i < 4; i++) {
        const char *end = size > 0 ? memchr(text, '\0', size) : NULL;
        size_t length = end != NULL && i < 3 ? (size_t)(end - text) : size;

        if (order[i] == LINE) {
            line_length = length;
        } else {
            members[order[i]].data = text;
            members[order[i]].length = length;
        }
        text += length + (length < size);
        size -= length + (length < size);
    }
    if (record_parse_line(line, line_length, NONCE, "a", 0, 1 << 20, &parsed, NULL) == 0 &&
        record_check(NONCE, "a", &parsed, parsed.sha256, members, 4, &record, NULL) == 0 &&
        record.out.length != members[0].length)
        abort();
    if (record.observations.length == 0)
        buffer_add(&record.observations, members[2].data, members[2].length);
    {
        struct result *result = result_new();
        char id[] = "a";
        struct case_result row = {.id = id, .status = STATUS_PASS};

        observations_collect(&record, size % 2 == 0, &row, result);
        if (result->observations.count > OBSERVATIONS_MAX)
            abort();
        free(row.reason);
        result_free(result);
    }
    return 0;
}
