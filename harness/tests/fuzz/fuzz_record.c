/* SPDX-License-Identifier: Apache-2.0 */
/* An end record and the streams on the disk: the input is split at its first NUL byte. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "suite/observations.h"
#include "suite/record.h"

#define NONCE "00112233aabbccdd"

/* The digests that the line would need, so that what follows is reached. */
static void sign(struct record_line *line, const char *data)
{
    for (int i = 0; i < RECORD_STREAMS; i++) {
        digest_of_memory(data, line->parts[i].size, line->parts[i].sha256);
        data += line->parts[i].size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct case_record nothing;
    const char *text = (const char *)data;
    const char *end = size > 0 ? memchr(text, '\0', size) : NULL;
    size_t length = end != NULL ? (size_t)(end - text) : size;
    const char *disk = end != NULL ? end + 1 : text + size;
    size_t left = size - (size_t)(disk - text);
    _cleanup_(case_record_done) struct case_record record = {0};
    struct record_line line = {0};

    if (record_parse_line(text, length, NONCE, "a", 0, left, &line, NULL) == 0) {
        if (line.length > left)
            abort();
        record_check("a", &line, disk, &nothing, &record, NULL);
        case_record_done(&record);
        record = (struct case_record){0};
        sign(&line, disk);
        if (record_check("a", &line, disk, &nothing, &record, NULL) == 0 &&
            record.out.length != line.parts[RECORD_STDOUT].size)
            abort();
    }
    if (record.observations.length == 0)
        buffer_add(&record.observations, disk, left);
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
